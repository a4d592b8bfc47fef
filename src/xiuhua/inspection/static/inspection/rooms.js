// The living rooms on a map: points that lead to their pages. The list beneath says the same without it.
const box = document.querySelector(".room-map");
const element = box?.querySelector("xh-map");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint() {
  return {
    "circle-color": ["match", ["get", "state"], "accepted", colour("--jade"), "withdrawn", colour("--vermilion"), "refused", colour("--ink-faint"), colour("--amber")],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 5, 15, 9],
    "circle-stroke-width": 1.6, "circle-stroke-color": colour("--paper-raised"),
  };
}

/** Draw the points once the element has its map; without WebGL the box stays away. */
async function draw() {
  const { map } = element;
  if (!map || element.dataset.points) return;
  element.dataset.points = "true";
  const answer = await fetch(box.dataset.points);
  if (!answer.ok) return;
  map.addSource("rooms", { type: "geojson", data: await answer.json() });
  map.addLayer({ id: "rooms-dot", type: "circle", source: "rooms", paint: paint() });
  map.on("click", "rooms-dot", (event) => { location.href = event.features[0].properties.url; });
  map.on("mouseenter", "rooms-dot", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "rooms-dot", () => { map.getCanvas().style.cursor = ""; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [name, value] of Object.entries(paint())) map.setPaintProperty("rooms-dot", name, value);
  });
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
