// The places of a plan on its map.
import { colour, showPoints } from "../web/map/points.js";

const box = document.querySelector(".g-plan-map");

showPoints(box, {
  paint: () => ({
    "circle-color": colour("--jade"),
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 3, 15, 6, 18, 10],
    "circle-stroke-width": 1.6, "circle-stroke-color": colour("--paper-raised"),
  }),
  tell: ({ number, street }) => box.dataset.words.replace("{number}", number).replace("{street}", street || "–").replace(/: –$/, ""),
});
