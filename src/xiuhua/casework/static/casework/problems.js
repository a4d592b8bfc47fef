// The list of problems on a map: points that lead to their cases.
import { colour, showPoints } from "../web/map/points.js";

showPoints(document.querySelector(".problem-map"), {
  paint: () => ({
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 3.5, 15, 7],
    "circle-color": ["match", ["get", "group"], "open", colour("--vermilion"), "fixed", colour("--jade"), colour("--ink-faint")],
    "circle-opacity": 0.85, "circle-stroke-width": 1.2, "circle-stroke-color": colour("--paper-raised"),
  }),
  lead: ({ url }) => { location.assign(url); },
});
