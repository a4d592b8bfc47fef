// The layer switcher, which is also the legend: what is drawn, in which colour, and whether it shows.
import { el, swatch } from "./dom.js";
import { stepOf } from "./style-areas.js";
import { palette } from "./palette.js";

const STORE = "xiuhua-map-hidden";

/** The keys of the layers that the reader switched off, kept for the session. */
export function hiddenLayers() {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(STORE) ?? "[]"));
  } catch {
    return new Set();
  }
}

/**
 * @param {object} config
 * @param {Set<string>} hidden changed in place
 * @param {{toggle: (key: string, shown: boolean) => void, tall: (shown: boolean) => void}} on
 */
export function layerPanel(config, hidden, on) {
  const { words } = config;
  const rows = config.layers.filter((layer) => layer.count > 0).map((layer) => {
    const box = el("input", { type: "checkbox", checked: !hidden.has(layer.key), "data-layer": layer.key });
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(layer.key);
      else hidden.add(layer.key);
      try {
        sessionStorage.setItem(STORE, JSON.stringify([...hidden]));
      } catch { /* a browser without storage forgets the choice, nothing more */ }
      on.toggle(layer.key, box.checked);
    });
    const entries = legend(layer);
    return el("li", {},
      el("label", {}, box, el("span", {}, layer.name), entries.length === 1 && entries[0].swatch,
        el("small", { "data-min-zoom": layer.minZoom, class: "far" }, words.zoomIn)),
      entries.length > 1 &&
        el("ul", { class: "xh-legend" }, ...entries.map((entry) => el("li", {}, entry.swatch, el("span", {}, entry.name)))));
  });
  const tall = el("input", { type: "checkbox" });
  tall.addEventListener("change", () => on.tall(tall.checked));
  return el("div", { class: "xh-layers" },
    el("ul", { class: "xh-layer-list" }, ...rows),
    config.layers.some((layer) => layer.key === "buildings" && layer.count) &&
      el("label", { class: "xh-tall" }, tall, el("span", {}, words.tall)));
}

function legend(layer) {
  const colours = palette();
  const plain = { streets: null, areas: null, components: null, plots: null }[layer.key];
  if (plain === undefined) {
    const one = {
      waters: swatch("fill", colours.water), greens: swatch("fill", colours.green),
      buildings: swatch("fill", colours.building, colours.buildingEdge),
      sites: swatch("fill", `${colours.site}33`, colours.site), trees: swatch("dot", colours.tree, colours.dotEdge),
      gates: swatch("dot", colours.gate, colours.dotEdge),
    }[layer.key] ?? swatch("dot", layer.colour);
    return [{ name: layer.name, swatch: one }];
  }
  return layer.kinds.map((kind) => ({ name: kind.name, swatch: kindSwatch(layer.key, kind, colours) }));
}

function kindSwatch(layer, kind, colours) {
  if (layer === "streets") {
    const [inner, outer] = colours.street[kind.key] ?? colours.street.lane;
    return swatch("line", inner, outer, kind.key === "path" ? "3 2" : "");
  }
  if (layer === "plots") return swatch("fill", colours.plot[kind.key] ?? colours.plot.other);
  if (layer === "areas") {
    const { width, dash = [] } = stepOf(kind);
    return swatch("line", colours.boundary, colours.boundary, dash.map((part) => part * 1.5).join(" "), width);
  }
  return swatch("dot", ["damaged", "lost"].includes(kind.key) ? colours.damaged : colours.component, colours.dotEdge);
}

/** Grey out what this zoom is too far for. */
export function markZoom(panel, zoom) {
  for (const note of panel.querySelectorAll("[data-min-zoom]")) note.hidden = zoom >= Number(note.dataset.minZoom);
}
