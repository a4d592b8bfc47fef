// Boundaries: the coarser the area, the heavier its line; the finest appear last.
import { FONT, nameOf } from "./lettering.js";

// By rank of the kind: the width of the line and how strongly it shows, the zoom from which the line and from which
// the name is drawn. Neighbours both draw the line they share, so it is solid: two rows of dashes would fill each other.
const STEPS = [
  { upTo: 0, width: 2.4, strength: 0.8, line: 7, name: 7, nameEnd: 9.4, size: 17, spacing: 0.3 },
  { upTo: 10, width: 1.5, strength: 0.45, line: 8.5, name: 9, nameEnd: 15, size: 14.5, spacing: 0.2 },
  { upTo: 20, width: 1, strength: 0.28, line: 12, name: 13, nameEnd: 17, size: 12, spacing: 0.12 },
  { upTo: 30, width: 0.8, strength: 0.2, line: 14.5, name: 15.5, nameEnd: 19, size: 11, spacing: 0.04 },
  { upTo: Infinity, width: 0.6, strength: 0.16, line: 16, name: 17, nameEnd: 24, size: 10.5, spacing: 0 },
];
// An area that is no part of a division (a zone, a park of industry) lies across the others and stands alone.
const ACROSS = { width: 1.2, strength: 0.8, dash: [1, 2.5], line: 10, name: 12, nameEnd: 15, size: 12, spacing: 0.3 };

/** How areas of a kind are drawn. */
export const stepOf = (kind) => (kind.partition ? STEPS.find((step) => kind.rank <= step.upTo) : ACROSS);

/** A soft band and a fine line for each kind. */
export function areaLines(kinds, colours, from) {
  const line = (kind, id, paint) => from("areas", {
    id, type: "line", minzoom: stepOf(kind).line, filter: ["==", ["get", "kind"], kind.key],
    layout: { "line-join": "round" }, paint: { "line-color": colours.boundary, ...paint },
  });
  return [...kinds].reverse().flatMap((kind) => {
    const { width, strength, dash } = stepOf(kind);
    const fine = line(kind, `areas-line-${kind.key}`, {
      "line-width": width, "line-opacity": strength, ...(dash ? { "line-dasharray": dash } : {}),
    });
    if (dash) return [fine];
    const grows = ["interpolate", ["linear"], ["zoom"], 10, width * 1.5, 16, width * 5];
    return [line(kind, `areas-band-${kind.key}`, { "line-width": grows, "line-opacity": strength * 0.22 }), fine];
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
