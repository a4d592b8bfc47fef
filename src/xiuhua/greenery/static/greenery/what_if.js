// A tree or a gate on the map: tapped into place, dragged, moved by arrow keys or given by its coordinates. Every move
// asks the server; while one question is under way only the newest place waits.
import { Marker } from "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";
import { colour } from "../web/map/points.js";

const form = document.querySelector(".g-try");
const stage = document.querySelector(".g-stage");
const element = stage.querySelector("xh-map");
const answer = document.querySelector("[data-answer]");
const preparing = document.querySelector("[data-preparing]");
const CHANGED = "g-changed";
const SHAPES = {
  tree: '<path class="crown" d="M12 2a6.5 6.5 0 0 1 4.6 11.1A5 5 0 0 1 12 16a5 5 0 0 1-4.6-2.9A6.5 6.5 0 0 1 12 2z"/><path class="trunk" d="M12 9v13M12 13l3-3"/>',
  gate: '<rect class="crown" x="2" y="2" width="20" height="20" rx="4"/><path class="trunk" d="M7 19V10a5 5 0 0 1 10 0v9M5 19h14M12 5v14"/>',
};
// An arrow key moves by so many metres.
const STEP_M = 1;
const DEGREE_M = 111_320;
let marker = null;
let asking = false;
let waiting = null;

const field = (name) => form.elements.namedItem(name);
const tool = () => new FormData(form).get("tool");

/** Ask what changes; of the moves made meanwhile only the last is asked for. */
async function ask(place) {
  waiting = place;
  if (asking) return;
  asking = true;
  while (waiting) {
    const { lng, lat } = waiting;
    waiting = null;
    element.dataset.answered = "";
    const began = performance.now();
    const body = new FormData(form);
    body.set("lon", lng.toFixed(7));
    body.set("lat", lat.toFixed(7));
    const which = tool();
    const got = await fetch(form.dataset[which], { method: "POST", body }).catch(() => null);
    const said = await got?.json().catch(() => null);
    if (which === tool()) show(got, said);
    element.dataset.took = String(Math.round(performance.now() - began));
    element.dataset.answered = waiting ? "" : "true";
  }
  asking = false;
}

function show(got, said) {
  preparing.hidden = true;
  if (got?.ok && said) {
    answer.innerHTML = said.html;
    if (tool() === "gate" && !marker?.dragged) marker?.setLngLat(said.place);
    paint(said.changes);
    return;
  }
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.textContent = said?.detail ? `${said.detail} ${said.remedy}` : form.dataset.failed;
  answer.replaceChildren(notice);
  paint([]);
}

/** Colour the homes that change, by how much. */
function paint(changes) {
  const { map } = element;
  if (!map?.getLayer(CHANGED)) return;
  const from = { source: "buildings", sourceLayer: "buildings" };
  map.removeFeatureState(from);
  const gate = tool() === "gate";
  for (const [id, before, after] of changes) {
    // Windows: more than a tenth, a third; walks: more than 50, 150 m.
    const gain = gate ? (before === null ? Infinity : before - after) : after - before;
    const [some, much] = gate ? [50, 150] : [100, 330];
    map.setFeatureState({ ...from, id }, { more: gain >= much ? 3 : gain >= some ? 2 : 1 });
  }
}

function addLayer(map) {
  const more = ["coalesce", ["feature-state", "more"], 0];
  const names = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
  map.addLayer({
    id: CHANGED, source: "buildings", "source-layer": "buildings", type: "fill", minzoom: 13,
    paint: {
      "fill-color": ["step", more, colour("--g-none"), 1, colour("--g-ramp-2"), 2, colour("--g-ramp-3"), 3, colour("--g-ramp-4")],
      "fill-opacity": ["case", [">", more, 0], 0.95, 0],
    },
  }, names);
}

function write({ lng, lat }) {
  field("lon").value = lng.toFixed(6);
  field("lat").value = lat.toFixed(6);
}

/** Put the marker at a place, and ask. */
function put(place) {
  const { map } = element;
  if (!marker) {
    const shape = document.createElement("div");
    shape.className = "g-marker";
    marker = new Marker({ element: shape, draggable: true }).setLngLat(place).addTo(map);
    shape.tabIndex = 0;
    shape.setAttribute("role", "button");
    marker.on("dragstart", () => { marker.dragged = true; });
    marker.on("drag", () => ask(marker.getLngLat()));
    marker.on("dragend", () => {
      marker.dragged = false;
      moved();
    });
    shape.addEventListener("keydown", arrows);
    dress();
  }
  marker.setLngLat(place);
  moved();
}

function moved() {
  const place = marker.getLngLat();
  write(place);
  ask(place);
}

function arrows(event) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (!way) return;
  event.preventDefault();
  event.stopPropagation();
  const { lng, lat } = marker.getLngLat();
  const by = (event.shiftKey ? 10 : 1) * STEP_M / DEGREE_M;
  put({ lng: lng + way[0] * by / Math.cos(lat * Math.PI / 180), lat: lat + way[1] * by });
}

/** The marker and the form in the shape of the chosen tool. */
function dress() {
  form.querySelector("[data-sizes]").hidden = tool() === "gate";
  if (!marker) return;
  const shape = marker.getElement();
  shape.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${SHAPES[tool()]}</svg>`;
  const label = form.querySelector(`input[name="tool"][value="${tool()}"]`).parentElement.textContent.trim();
  shape.setAttribute("aria-label", label);
}

/** Begin once the element has its map; without WebGL the coordinates remain. */
function begin() {
  const { map } = element;
  if (!map || element.dataset.begun || element.dataset.idle !== "true") return;
  element.dataset.begun = "true";
  addLayer(map);
  map.on("click", ({ lngLat }) => put(lngLat));
  const [lng, lat] = [Number(field("lon").value), Number(field("lat").value)];
  if (lng && lat) {
    map.jumpTo({ center: [lng, lat], zoom: 17 });
    put({ lng, lat });
  }
}

async function prepare() {
  preparing.hidden = false;
  const got = await fetch(form.dataset.ready).catch(() => null);
  preparing.textContent = got?.ok ? preparing.dataset.ready : preparing.dataset.slow;
  element.dataset.ready = String(Boolean(got?.ok));
}

for (const part of document.querySelectorAll(".with-script")) part.hidden = false;
new MutationObserver(begin).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
form.addEventListener("change", (event) => {
  dress();
  if (marker && ["tool", "size"].includes(event.target.name)) moved();
});
form.addEventListener("submit", (event) => {
  const [lng, lat] = [Number.parseFloat(field("lon").value), Number.parseFloat(field("lat").value)];
  const onEarth = Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
  if (!element.map || !onEarth) return;
  event.preventDefault();
  element.map.easeTo({ center: [lng, lat], zoom: Math.max(element.map.getZoom(), 16), duration: 0 });
  put({ lng, lat });
});
dress();
prepare();
