// The projects of a book on the map: points by state that lead to their rows.
import { colour, showPoints } from "../web/map/points.js";

showPoints(document.querySelector(".project-map"), {
  paint: () => ({
    "circle-color": ["match", ["get", "state"], "done", colour("--jade"), "late", colour("--vermilion"), "going", colour("--azure"), colour("--ink-faint")],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 5, 15, 9],
    "circle-stroke-width": 1.6, "circle-stroke-color": colour("--paper-raised"),
  }),
  tell: ({ name, text }) => `${name}: ${text}`,
  lead: ({ key }) => { location.hash = `project-${key}`; },
});
