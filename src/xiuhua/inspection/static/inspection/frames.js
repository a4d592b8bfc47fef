// The frames on the map as dots by kind. The list beneath says the same without it.
const box = document.querySelector(".frame-map");
const element = box?.querySelector("xh-map");
const told = box?.querySelector("[data-told]");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint() {
  return {
    "circle-color": ["match", ["get", "kind"], "road_section", colour("--ink-soft"), "bank_reach", colour("--azure"), "green_plot", colour("--jade"), colour("--amber")],
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1.6, 15, 6],
    "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0, 15, 1.2],
    "circle-stroke-color": colour("--paper-raised"),
  };
}

/** Draw the dots once the element has its map; without WebGL the box stays away. */
async function draw() {
  const { map } = element;
  if (!map || element.dataset.points) return;
  element.dataset.points = "true";
  const answer = await fetch(box.dataset.points);
  if (!answer.ok) return;
  map.addSource("frames", { type: "geojson", data: await answer.json() });
  map.addLayer({ id: "frames-dot", type: "circle", source: "frames", paint: paint() });
  map.on("mousemove", "frames-dot", (event) => { told.textContent = event.features[0].properties.code; });
  map.on("mouseleave", "frames-dot", () => { told.textContent = ""; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [name, value] of Object.entries(paint())) map.setPaintProperty("frames-dot", name, value);
  });
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
