// Everything that the map shows, as tables: the map is never the only way to it.
import { el, fill } from "./dom.js";
import { ask } from "./server.js";

const ROWS = 12;

/**
 * @param {object} config
 * @param {{bounds: number[], zoom: number, hidden: Set<string>}} view west, south, east, north of what is seen
 * @param {(object: {layer: string, id: number, lon: number, lat: number}) => void} choose
 */
export function inViewPanel(config, view, choose) {
  const { words } = config;
  const body = el("div", { "aria-live": "polite" }, el("p", {}, words.loading));
  const bbox = view.bounds.map((edge) => edge.toFixed(6)).join(",");
  const shown = config.layers.filter((layer) => layer.count > 0 && layer.minZoom <= view.zoom && !view.hidden.has(layer.key));
  const load = async () => {
    try {
      const parts = await Promise.all(shown.map(async (layer) => {
        const found = await ask(`${config.addresses.objects}/${layer.key}`, { district: config.district.code, bbox });
        return found.total ? section(config, layer, found, bbox, choose) : null;
      }));
      const full = parts.filter(Boolean);
      body.replaceChildren(...(full.length ? full : [el("p", { class: "empty" }, words.inViewNone)]));
    } catch (error) {
      body.replaceChildren(el("p", { class: "notice bad" }, error.message || words.failed),
        el("button", { type: "button", class: "btn small", onclick: load }, words.again));
    }
  };
  load();
  return el("div", { class: "xh-in-view" }, el("h2", {}, words.inViewTitle), body);
}

function section(config, layer, found, bbox, choose) {
  const rows = found.objects.slice(0, ROWS).map((object) => {
    const [west, south, east, north] = object.bbox;
    const spot = { layer: layer.key, id: object.id, lon: (west + east) / 2, lat: (south + north) / 2 };
    const kind = object.attributes.find((each) => ["kind", "street_class", "category", "species", "use"].includes(each.name));
    return el("tr", {},
      el("th", { scope: "row" }, el("button", { type: "button", class: "xh-link", onclick: () => choose(spot) }, object.title || object.code)),
      el("td", {}, kind?.text ?? ""));
  });
  const more = layer.list && found.total > rows.length
    ? el("p", {}, el("a", { href: `${layer.list}${layer.list.includes("?") ? "&" : "?"}bbox=${bbox}` },
      fill(config.words.more, { n: found.total.toLocaleString() }))) : null;
  return el("section", {},
    el("table", { class: "table" },
      el("caption", {}, `${layer.name} (${found.total.toLocaleString()})`), el("tbody", {}, ...rows)),
    more);
}
