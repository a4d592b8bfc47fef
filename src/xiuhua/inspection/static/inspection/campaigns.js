// The sites of a campaign on the map: points by state that lead to their pages.
import { colour, showPoints } from "../web/map/points.js";

showPoints(document.querySelector(".site-map"), {
  paint: () => ({
    "circle-color": ["match", ["get", "state"], "signed", colour("--jade"), "overdue", colour("--vermilion"), "done", colour("--azure"), colour("--ink-faint")],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 5, 15, 9],
    "circle-stroke-width": 1.6, "circle-stroke-color": colour("--paper-raised"),
  }),
  tell: ({ name, text }) => `${name}: ${text}`,
  lead: ({ url }) => { location.assign(url); },
});
