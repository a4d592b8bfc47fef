// The living rooms on a map: points that lead to their pages.
import { colour, showPoints } from "../web/map/points.js";

showPoints(document.querySelector(".room-map"), {
  paint: () => ({
    "circle-color": ["match", ["get", "state"], "accepted", colour("--jade"), "withdrawn", colour("--vermilion"), "refused", colour("--ink-faint"), colour("--amber")],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 5, 15, 9],
    "circle-stroke-width": 1.6, "circle-stroke-color": colour("--paper-raised"),
  }),
  lead: ({ url }) => { location.assign(url); },
});
