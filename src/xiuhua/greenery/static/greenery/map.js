// Homes, streets and parks coloured by one measure. The values come as two lists (gaps of ids, values) and are given to
// the features of the city's own tiles, so that nothing is drawn twice. Further out than homes are drawn towns stand
// for them.
import { colour } from "../web/map/points.js";

const box = document.querySelector(".g-map");
const element = box?.querySelector("xh-map");
const form = document.querySelector(".g-by");
const HOMES_FROM = 13;
const PAINTED = "g-painted";
const TOWNS = "g-towns";
// Which shades of five are taken where there are fewer steps.
const TAKEN = { 3: [0, 2, 4], 4: [0, 1, 3, 4], 5: [0, 1, 2, 3, 4] };
const NEAR = 5;
const NARROW = matchMedia("(max-width: 52rem)");
let shown = null;
let known = {};

const part = (name) => box.querySelector(`[data-${name}]`);

/** The classes of the shades of a measure, from its first word to its last. */
function shades({ words, worse, kind }) {
  if (kind === "word") return ["ramp-4", "ramp-2", "open"];
  const taken = TAKEN[words.length].map((at) => `ramp-${at}`);
  return worse ? taken.reverse() : taken;
}

const ink = (name) => colour(name === "open" ? "--g-open" : `--g-${name}`);

function paintOf(measure) {
  const [first, ...others] = shades(measure).map(ink);
  const value = ["coalesce", ["feature-state", "value"], measure.unknown];
  return ["case", ["==", value, measure.unknown], colour("--g-none"),
    ["step", value, first, ...measure.steps.flatMap((step, at) => [step, others[at]])]];
}

/** Objects that were not measured keep the colour of the map. */
const there = (opacity) => ["case", ["==", ["feature-state", "value"], null], 0, opacity];

function layerOf({ layer }, ink_) {
  const from = { id: PAINTED, source: layer, "source-layer": layer };
  if (layer === "streets") {
    return { ...from, type: "line", layout: { "line-cap": "round", "line-join": "round" }, paint: {
      "line-color": ink_, "line-opacity": there(0.95),
      "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 10, 0.8, 13, 2, 15, 4, 18, 12],
    } };
  }
  return { ...from, type: "fill", ...(layer === "buildings" ? { minzoom: HOMES_FROM } : {}),
    paint: { "fill-color": ink_, "fill-opacity": there(0.9) } };
}

function give(map, layer, { gaps, values }) {
  map.removeFeatureState({ source: layer, sourceLayer: layer });
  const held = new Map();
  let id = 0;
  gaps.forEach((gap, at) => {
    id += gap;
    held.set(id, values[at]);
    map.setFeatureState({ source: layer, sourceLayer: layer, id }, { value: values[at] });
  });
  return held;
}

/** Draw `measure` in place of the one before. */
function draw(map, measure) {
  for (const id of [PAINTED, TOWNS]) if (map.getLayer(id)) map.removeLayer(id);
  const names = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
  known = { [measure.layer]: give(map, measure.layer, measure.objects) };
  map.addLayer(layerOf(measure, paintOf(measure)), names);
  if (measure.towns) {
    known.areas = give(map, "areas", measure.towns);
    map.addLayer({
      id: TOWNS, source: "areas", "source-layer": "areas", type: "fill", maxzoom: HOMES_FROM,
      filter: ["==", ["get", "kind"], "town"],
      paint: { "fill-color": paintOf(measure.towns), "fill-opacity": there(0.8) },
    }, names);
  }
}

function legend(map) {
  const far = shown.towns && map.getZoom() < HOMES_FROM;
  const { name, words } = far ? shown.towns : shown;
  part("caption").textContent = name;
  part("legend").replaceChildren(...[...words.map((word, at) => [word, shades(far ? shown.towns : shown)[at]]), [shown.unknownWord, ""]]
    .map(([word, shade]) => {
      const row = document.createElement("li");
      row.className = `key ${shade}`;
      row.textContent = word;
      return row;
    }));
  part("far").hidden = !far;
  part("far").textContent = shown.far;
}

/** What a value says: the value itself where it is one, else the word for it. */
function wordOf(measure, value) {
  if (value === measure.unknown) return shown.unknownWord;
  if (value === measure.none) return measure.words.at(-1);
  if (measure.kind === "share") return `${(value / 10).toFixed(1)} %`;
  if (measure.kind === "metres") return form.dataset.metres.replace("{}", value.toLocaleString("en"));
  return measure.kind === "word" ? measure.words[value] : value.toLocaleString("en");
}

function under(map, point) {
  const near = [[point.x - NEAR, point.y - NEAR], [point.x + NEAR, point.y + NEAR]];
  const layers = [PAINTED, TOWNS].filter((id) => map.getLayer(id));
  const hits = [...map.queryRenderedFeatures(point, { layers }), ...map.queryRenderedFeatures(near, { layers })];
  return hits.find(({ source, id }) => known[source]?.has(id));
}

function tell(map, point) {
  const hit = under(map, point);
  map.getCanvas().style.cursor = hit ? "pointer" : "";
  const told = part("told");
  told.dataset.first ??= told.textContent;
  if (!hit) {
    told.textContent = told.dataset.first;
    return;
  }
  const { name_zh: zh, name_en: en, code } = hit.properties;
  const name = (element.config.language === "en" ? en || zh : zh || en) || code;
  told.textContent = `${name}: ${wordOf(hit.source === "areas" ? shown.towns : shown, known[hit.source].get(hit.id))}`;
}

async function open(map, point) {
  const hit = under(map, point);
  if (!hit || hit.source === "areas") return;
  const address = form.dataset.cards.replace("LAYER", hit.source).replace(/0\/$/, `${hit.id}/`);
  const answer = await fetch(address);
  const place = part("box");
  if (answer.ok) place.innerHTML = await answer.text();
  else place.textContent = place.dataset.none;
  // Where the card stands beneath the map it may be out of sight.
  if (NARROW.matches) place.scrollIntoView({ block: "nearest" });
  element.markObject({ layer: hit.source, id: hit.id });
}

async function choose(map) {
  const key = new FormData(form).get("by");
  element.dataset.by = "";
  const answer = await fetch(form.dataset.values.replace("KEY", key));
  if (!answer.ok || key !== new FormData(form).get("by")) return;
  shown = await answer.json();
  draw(map, shown);
  legend(map);
  element.dataset.by = key;
  const address = new URL(location.href);
  address.searchParams.set("by", key);
  history.replaceState(history.state, "", address);
}

/** Begin once the element has its map and its style; without WebGL the tables say the same. */
function begin() {
  const { map } = element;
  if (!map || element.dataset.begun || element.dataset.idle !== "true") return;
  element.dataset.begun = "true";
  form.addEventListener("change", () => choose(map));
  map.on("zoom", () => { if (shown) legend(map); });
  map.on("mousemove", ({ point }) => { if (shown) tell(map, point); });
  map.on("click", ({ point }) => { if (shown) open(map, point); });
  map.getCanvas().addEventListener("keydown", ({ key }) => {
    if (key === "Enter" && shown) open(map, map.project(map.getCenter()));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (shown) draw(map, shown); });
  choose(map);
}

if (element) {
  box.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  new MutationObserver(begin).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
