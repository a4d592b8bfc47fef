// The map's own style: every layer of the district, drawn by us. There is no background map beneath.
import { FONT, nameOf } from "./lettering.js";
import { areaLines, areaNames } from "./style-areas.js";
import { palette } from "./palette.js";

const CLASS_ORDER = ["path", "lane", "branch", "secondary", "main", "expressway"];
// Width in pixels of each class of street at zooms 11, 14, 17 and 20.
const WIDTHS = {
  expressway: [1.8, 4.5, 16, 64],
  main: [1.4, 3.6, 14, 56],
  secondary: [0.8, 2.6, 11, 44],
  branch: [0.5, 1.8, 8.5, 34],
  lane: [0.3, 1.1, 6, 24],
  path: [0.2, 0.7, 1.6, 4],
};
const CASING = [0.6, 1.2, 2, 3];
const ZOOMS = [11, 14, 17, 20];

const byClass = (value) => [
  "match", ["get", "street_class"], ...CLASS_ORDER.flatMap((key) => [key, value(key)]), value("lane"),
];
const widths = (extra) => [
  "interpolate", ["exponential", 1.6], ["zoom"],
  ...ZOOMS.flatMap((zoom, place) => [zoom, byClass((key) => WIDTHS[key][place] + (extra ? CASING[place] : 0))]),
];
const grows = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

/**
 * @param {object} config what /map/config.json says
 * @returns the style object of MapLibre
 */
export function buildStyle(config) {
  const sources = Object.fromEntries(
    config.layers.map((layer) => [
      layer.key,
      { type: "vector", url: new URL(layer.tiles, location.href).href, promoteId: "id" },
    ]),
  );
  sources.selection = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
  sources.names = { type: "geojson", data: new URL(config.addresses.names, location.href).href };
  return { version: 8, light: { anchor: "map", intensity: 0.22 }, name: config.district.name, sources, layers: styleLayers(config) };
}

/** The drawn layers from the ground up. The id of each begins with its layer's key and a dash. */
export function styleLayers(config) {
  const colours = palette();
  const from = (key, rest) => ({ source: key, "source-layer": key, ...rest });
  const kinds = config.layers.find((layer) => layer.key === "areas")?.kinds ?? [];
  const whole = kinds.filter((kind) => kind.rank === 0).map((kind) => kind.key);
  return [
    { id: "ground", type: "background", paint: { "background-color": colours.outside } },
    from("areas", {
      id: "areas-ground", type: "fill", filter: ["in", ["get", "kind"], ["literal", whole]],
      paint: { "fill-color": colours.paper },
    }),
    ...surfaces(colours, from),
    ...streets(colours, from),
    ...buildings(colours, from),
    ...areaLines(kinds, colours, from),
    ...dots(colours, from),
    ...selection(colours),
    ...names(config, colours, from),
    ...areaNames(kinds, config, colours),
  ];
}

function surfaces(colours, from) {
  const polygon = ["==", ["geometry-type"], "Polygon"];
  const { other, ...uses } = colours.plot;
  return [
    from("plots", {
      id: "plots-fill", type: "fill", minzoom: 12,
      paint: { "fill-color": ["match", ["get", "kind"], ...Object.entries(uses).flat(), other], "fill-opacity": grows(12, 0.4, 14, 1) },
    }),
    from("sites", {
      id: "sites-fill", type: "fill",
      paint: { "fill-color": colours.site, "fill-opacity": grows(11, 0.05, 14, 0.15) },
    }),
    from("greens", { id: "greens-fill", type: "fill", paint: { "fill-color": colours.green } }),
    from("waters", { id: "waters-fill", type: "fill", filter: polygon, paint: { "fill-color": colours.water } }),
    from("waters", {
      id: "waters-line", type: "line", filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colours.water, "line-width": grows(10, 0.8, 14, 2.2, 17, 6) },
    }),
    from("sites", {
      id: "sites-line", type: "line", minzoom: 12,
      paint: { "line-color": colours.site, "line-width": grows(12, 0.4, 16, 1.2), "line-opacity": 0.55 },
    }),
  ];
}

function streets(colours, from) {
  const layout = {
    "line-cap": "round", "line-join": "round",
    "line-sort-key": byClass((key) => CLASS_ORDER.indexOf(key)),
  };
  const solid = ["!=", ["get", "street_class"], "path"];
  const shown = ["step", ["zoom"],
    ["in", ["get", "street_class"], ["literal", ["expressway", "main", "secondary"]]], 12, solid];
  return [
    from("streets", {
      id: "streets-casing", type: "line", filter: shown, layout,
      paint: { "line-color": byClass((key) => colours.street[key][1]), "line-width": widths(true) },
    }),
    from("streets", {
      id: "streets-fill", type: "line", filter: shown, layout,
      paint: { "line-color": byClass((key) => colours.street[key][0]), "line-width": widths(false) },
    }),
    from("streets", {
      id: "streets-path", type: "line", minzoom: 14, filter: ["!", solid],
      paint: { "line-color": colours.street.path[0], "line-width": widths(false), "line-dasharray": [3, 2] },
    }),
  ];
}

function buildings(colours, from) {
  return [
    from("buildings", {
      id: "buildings-fill", type: "fill", minzoom: 13,
      paint: {
        "fill-color": colours.building,
        "fill-outline-color": colours.buildingEdge,
        "fill-opacity": grows(13, 0.5, 15, 1),
      },
    }),
    from("buildings", {
      id: "buildings-tall", type: "fill-extrusion", minzoom: 15, layout: { visibility: "none" },
      paint: {
        "fill-extrusion-color": colours.building,
        "fill-extrusion-height": ["coalesce", ["get", "height_m"], ["*", 3, ["coalesce", ["get", "floors"], 1]]],
        "fill-extrusion-opacity": 0.92, "fill-extrusion-vertical-gradient": false,
      },
    }),
  ];
}

function dots(colours, from) {
  return [
    from("trees", {
      id: "trees-dot", type: "circle", minzoom: 14,
      paint: {
        "circle-color": colours.tree, "circle-opacity": 0.65, "circle-pitch-alignment": "map",
        "circle-radius": grows(14, 0.8, 16, 1.8, 17, ["*", 0.9, ["coalesce", ["get", "crown_m"], 4]], 18, ["*", 1.6, ["coalesce", ["get", "crown_m"], 4]]),
      },
    }),
    from("gates", {
      id: "gates-dot", type: "circle", minzoom: 14,
      paint: {
        "circle-color": colours.gate, "circle-radius": grows(14, 2, 17, 4, 19, 8),
        "circle-stroke-color": colours.dotEdge, "circle-stroke-width": grows(14, 0.6, 17, 1.2),
      },
    }),
    from("components", {
      id: "components-dot", type: "circle", minzoom: 14,
      paint: {
        "circle-color": ["case", ["in", ["get", "state"], ["literal", ["damaged", "lost"]]], colours.damaged, colours.component],
        "circle-radius": grows(14, 0.8, 16, 2.2, 17, 3.2, 19, 7),
        "circle-opacity": grows(14, 0.6, 17, 1),
        "circle-stroke-color": colours.dotEdge,
        "circle-stroke-width": grows(16, 0, 17, 0.8, 19, 1.6),
      },
    }),
  ];
}

function selection(colours) {
  const paint = { "line-color": colours.selection, "line-width": grows(11, 2.5, 17, 5), "line-opacity": 0.9 };
  return [
    { id: "selection-fill", source: "selection", type: "fill", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colours.selection, "fill-opacity": 0.16 } },
    { id: "selection-line", source: "selection", type: "line", filter: ["!=", ["geometry-type"], "Point"], paint,
      layout: { "line-cap": "round", "line-join": "round" } },
    { id: "selection-dot", source: "selection", type: "circle", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 10, "circle-color": "transparent", "circle-stroke-width": 3, "circle-stroke-color": colours.selection } },
  ];
}

function names(config, colours, from) {
  const name = nameOf(config.language);
  const label = (source, id, colour, minzoom, layout, more = {}) => ({
    id, type: "symbol", minzoom, source, ...more,
    layout: { "text-field": name, "text-font": [FONT], "text-padding": 6, ...layout },
    paint: { "text-color": colour, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
  });
  // Surfaces are named at one point each, from the zoom at which the name has room.
  const surface = (key, colour, spacing) => label("names", `${key}-name`, colour, 10,
    { "text-size": grows(12, 11, 17, 13), "text-max-width": 7, "text-letter-spacing": spacing, "symbol-sort-key": ["get", "z"] },
    { filter: ["all", ["==", ["get", "layer"], key], ["<=", ["get", "z"], ["zoom"]]] });
  const important = ["step", ["zoom"],
    ["in", ["get", "street_class"], ["literal", ["expressway", "main"]]], 14,
    ["in", ["get", "street_class"], ["literal", ["expressway", "main", "secondary", "branch"]]], 15.5, true];
  return [
    from("buildings", label("buildings", "buildings-name", colours.soft, 16.5, { "text-size": 11, "text-max-width": 7 })),
    from("streets", label("streets", "streets-name", colours.ink, 12.5, {
      "symbol-placement": "line", "text-size": grows(12.5, 10.5, 17, 14), "text-letter-spacing": 0.08,
      "symbol-spacing": 320,
    }, { filter: important })),
    from("waters", label("waters", "waters-line-name", colours.waterText, 12.5,
      { "symbol-placement": "line", "text-size": 12, "text-letter-spacing": 0.2, "symbol-spacing": 360 },
      { filter: ["==", ["geometry-type"], "LineString"] })),
    surface("greens", colours.greenText, 0.04),
    surface("sites", colours.siteText, 0.02),
    surface("waters", colours.waterText, 0.12),
  ];
}
