// Boundaries: the coarser the area, the heavier its line; the finest appear last.
import { FONT, nameOf } from "./lettering.js";

// By rank of the kind: width, dashes, the zoom from which the line and from which the name is drawn.
const STEPS = [
  { upTo: 0, width: 2.6, dash: [6, 2, 1, 2], line: 8, name: 8, nameEnd: 10.5, size: 16, spacing: 0.3 },
  { upTo: 10, width: 1.6, dash: [4, 2], line: 9, name: 9.5, nameEnd: 15, size: 14, spacing: 0.2 },
  { upTo: 20, width: 1, dash: [3, 2], line: 12.5, name: 13, nameEnd: 17, size: 12, spacing: 0.12 },
  { upTo: 30, width: 0.8, dash: [2, 2], line: 14.5, name: 15, nameEnd: 19, size: 11, spacing: 0.06 },
  { upTo: Infinity, width: 0.6, dash: [1, 2], line: 15.5, name: 16, nameEnd: 24, size: 10.5, spacing: 0 },
];

/** How areas of a kind are drawn. */
export const stepOf = (kind) => STEPS.find((step) => kind.rank <= step.upTo);

/** One line layer a kind: dashes cannot follow the data. */
export function areaLines(kinds, colours, from) {
  return [...kinds].reverse().map((kind) => {
    const step = stepOf(kind);
    return from("areas", {
      id: `areas-line-${kind.key}`, type: "line", minzoom: step.line, filter: ["==", ["get", "kind"], kind.key],
      layout: { "line-join": "round" },
      paint: {
        "line-color": colours.boundary,
        "line-opacity": 0.75,
        "line-width": ["interpolate", ["linear"], ["zoom"], step.line, step.width * 0.6, step.line + 4, step.width],
        "line-dasharray": step.dash,
      },
    });
  });
}

/** Names of areas, coarse ones above fine ones; each gives way when the map is closer. */
export function areaNames(kinds, config, colours) {
  return [...kinds].reverse().map((kind) => {
    const step = stepOf(kind);
    return {
      id: `areas-name-${kind.key}`, type: "symbol", source: "names", minzoom: step.name, maxzoom: step.nameEnd,
      filter: ["all", ["==", ["get", "layer"], "areas"], ["==", ["get", "kind"], kind.key]],
      layout: {
        "text-field": nameOf(config.language), "text-font": [FONT], "text-size": step.size, "text-max-width": 8,
        "text-letter-spacing": config.language === "en" ? step.spacing / 3 : step.spacing, "text-padding": 12,
      },
      paint: { "text-color": colours.boundary, "text-halo-color": colours.halo, "text-halo-width": 1.8 },
    };
  });
}
