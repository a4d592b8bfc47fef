// The frames on the map as dots by kind.
import { colour, showPoints } from "../web/map/points.js";

showPoints(document.querySelector(".frame-map"), {
  paint: () => ({
    "circle-color": ["match", ["get", "kind"], "road_section", colour("--ink-soft"), "bank_reach", colour("--azure"), "green_plot", colour("--jade"), colour("--amber")],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1.6, 15, 6],
    "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0, 15, 1.2],
    "circle-stroke-color": colour("--paper-raised"),
  }),
  tell: ({ code }) => code,
});
