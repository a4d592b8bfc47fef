// <xh-map district="CODE">: the one map of every page.
//
// Attributes: district (needed); lon, lat, zoom; object="layer:id" to open on one object; "mark" to mark lon, lat;
// "full" for search, layers, list and the address behind "#"; "still" for a picture; with neither a small map with zoom
// alone. The property map is MapLibre's map once there is one. data-idle is "true" while nothing is drawn.
import { el } from "./map/dom.js";
import { inViewPanel } from "./map/inview.js";
import { hiddenLayers, layerPanel, markZoom } from "./map/layers.js";
import { readObject, readPlace, writePlace } from "./map/place.js";
import { searchBox } from "./map/search.js";
import { ask } from "./map/server.js";
import { whoPanel } from "./map/who.js";

const CLOSE_ZOOM = 17;
const AREA_ZOOM = 13;

class XhMap extends HTMLElement {
  connectedCallback() {
    // A map that is not to be seen, as on the start page of a phone, costs nothing.
    if (this.watch) return;
    this.watch = new IntersectionObserver((entries) => {
      if (entries.every((entry) => !entry.isIntersecting)) return;
      this.watch.disconnect();
      this.begin();
    });
    this.watch.observe(this);
  }

  async begin() {
    this.dataset.idle = "false";
    this.full = this.hasAttribute("full");
    try {
      this.config = await ask("/map/config.json", { district: this.getAttribute("district") });
    } catch (error) {
      this.replaceChildren(el("p", { class: "notice bad" }, error.message || this.dataset.failed));
      return;
    }
    this.hidden_ = hiddenLayers();
    this.build();
    await this.draw();
    const place = this.startPlace();
    if (place?.object) this.ask(place);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.map?.remove();
  }

  /** The place asked for: by the address, then by the attributes; null for the whole district. */
  startPlace() {
    const byHash = this.full ? readPlace(location.hash) : null;
    if (byHash) return byHash;
    const [lon, lat] = ["lon", "lat"].map((name) => Number.parseFloat(this.getAttribute(name) ?? ""));
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) return null;
    return { lon, lat, zoom: Number(this.getAttribute("zoom")) || CLOSE_ZOOM, object: readObject(this.getAttribute("object") ?? "") };
  }

  build() {
    const { words } = this.config;
    this.stage = el("div", { class: "xh-stage" });
    this.replaceChildren(this.stage);
    if (!this.full) return;
    this.body = el("div", { class: "xh-panel-body" });
    this.panel = el("section", { class: "xh-panel", "aria-label": words.who, tabindex: "-1", hidden: true },
      el("button", { type: "button", class: "xh-close", "aria-label": words.close, onclick: () => this.shut() }, "×"), this.body);
    this.layers = layerPanel(this.config, this.hidden_, {
      toggle: (key, shown) => this.redraw((map) => this.canvas.showLayer(map, key, shown)),
      tall: (shown) => this.redraw((map) => this.canvas.showTall(map, shown)),
    });
    this.drawer = el("section", { class: "xh-drawer", id: "xh-drawer", "aria-label": words.layersAndLegend, hidden: true }, this.layers);
    const toggle = el("button", { type: "button", class: "btn small", "aria-expanded": "false", "aria-controls": "xh-drawer" }, words.layers);
    toggle.addEventListener("click", () => {
      this.drawer.hidden = !this.drawer.hidden;
      toggle.setAttribute("aria-expanded", String(!this.drawer.hidden));
    });
    this.append(
      el("div", { class: "xh-left" },
        searchBox(this.config, (found) => this.goTo({ layer: found.layer, id: found.id, lon: found.lon, lat: found.lat })),
        this.panel),
      el("div", { class: "xh-right" },
        el("div", { class: "xh-buttons" },
          el("button", { type: "button", class: "btn small", onclick: () => this.listView() }, words.inView), toggle),
        this.drawer));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !this.panel.hidden) this.shut();
    });
  }

  async draw() {
    const { words, addresses } = this.config;
    this.canvas = await import("./map/canvas.js");
    if (!this.canvas.canDraw()) {
      this.stage.append(el("div", { class: "xh-no-map notice warn" }, el("p", {}, words.noWebgl),
        el("p", {}, el("a", { href: addresses.lists }, words.toLists))));
      this.dataset.idle = "true";
      return;
    }
    const map = await this.canvas.drawMap(this.stage, this.config, {
      place: this.startPlace(), hidden: this.hidden_, compact: !this.full, still: this.hasAttribute("still"),
    });
    this.map = map;
    map.on("idle", () => { this.dataset.idle = "true"; });
    map.on("movestart", () => { this.dataset.idle = "false"; });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.canvas.recolour(map, this.config));
    if (!this.full) {
      const object = readObject(this.getAttribute("object") ?? "");
      const place = this.hasAttribute("mark") ? this.startPlace() : null;
      if (object) map.once("load", () => this.markObject(object));
      else if (place) this.highlight({ type: "Point", coordinates: [place.lon, place.lat] });
      return;
    }
    map.on("click", (event) => this.ask({ lon: event.lngLat.lng, lat: event.lngLat.lat, object: this.canvas.objectAt(map, event.point) }));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.askMiddle();
    });
    map.on("moveend", () => this.remember());
    map.on("zoom", () => markZoom(this.layers, map.getZoom()));
    markZoom(this.layers, map.getZoom());
    addEventListener("hashchange", () => this.follow());
  }

  /** Change what is drawn, where there is a map; it is idle again once that is on the screen. */
  redraw(change) {
    if (!this.map) return;
    this.dataset.idle = "false";
    change(this.map);
  }

  askMiddle() {
    const { lng, lat } = this.map.getCenter();
    this.ask({ lon: lng, lat, object: this.canvas.objectAt(this.map, this.map.project([lng, lat])) });
    this.panel.focus();
  }

  /** Open the panel on a place. */
  ask(spot) {
    if (!this.full) return;
    this.chosen = spot.object ?? null;
    this.keepInSight(spot);
    this.open(whoPanel(this.config, spot, (geometry) => this.highlight(geometry ?? { type: "Point", coordinates: [spot.lon, spot.lat] })));
    this.remember();
  }

  /** On a phone the panel covers the lower part: move the place into what stays free. */
  keepInSight({ lon, lat }) {
    const height = this.stage.clientHeight;
    if (!this.map || !matchMedia("(max-width: 40rem)").matches || this.map.project([lon, lat]).y < height * 0.4) return;
    this.map.easeTo({ center: [lon, lat], offset: [0, -height * 0.25] });
  }

  /** Go to an object and open the panel on it. */
  goTo({ layer, id, lon, lat }) {
    this.map?.jumpTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), layer === "areas" ? AREA_ZOOM : CLOSE_ZOOM) });
    this.ask({ lon, lat, object: { layer, id } });
    this.panel.focus();
  }

  async markObject({ layer, id }) {
    const found = await ask(`${this.config.addresses.objects}/${layer}/${id}`, { district: this.config.district.code });
    this.highlight(found.geometry);
  }

  highlight(geometry) {
    if (!this.map) return;
    if (this.map.getSource("selection")) this.canvas.mark(this.map, geometry);
    else this.map.once("load", () => this.canvas.mark(this.map, geometry));
  }

  listView() {
    const bounds = this.map?.getBounds().toArray().flat() ?? this.config.district.bounds ?? [-180, -85, 180, 85];
    this.open(inViewPanel(this.config, { bounds, zoom: this.map?.getZoom() ?? 22, hidden: this.hidden_ }, (spot) => this.goTo(spot)));
    this.panel.focus();
  }

  open(content) {
    this.body.replaceChildren(content);
    this.body.scrollTop = 0;
    this.panel.hidden = false;
  }

  shut() {
    this.panel.hidden = true;
    this.chosen = null;
    if (this.map) {
      this.canvas.mark(this.map, null);
      this.map.getCanvas().focus({ preventScroll: true });
    }
    this.remember();
  }

  /** Keep place and choice in the address, so that it can be sent to a colleague. */
  remember() {
    if (!this.full || !this.map) return;
    const { lng, lat } = this.map.getCenter();
    this.address = writePlace({ zoom: this.map.getZoom(), lat, lon: lng, object: this.chosen });
    history.replaceState(history.state, "", this.address);
  }

  /** Go where a changed address says, e.g. after a link within the page. */
  follow() {
    const place = readPlace(location.hash);
    if (!place || location.hash === this.address) return;
    this.map.jumpTo({ center: [place.lon, place.lat], zoom: place.zoom });
    if (place.object) this.ask(place);
  }
}

customElements.define("xh-map", XhMap);
