// The list of problems on a map: points that lead to their cases. The list beneath says the same without it.
const box = document.querySelector(".problem-map");
const element = box?.querySelector("xh-map");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function layers() {
  const group = (open, fixed, over) => ["match", ["get", "group"], "open", open, "fixed", fixed, over];
  return [{
    id: "problems-dot", type: "circle", source: "problems",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 3.5, 15, 7],
      "circle-color": group(colour("--vermilion"), colour("--jade"), colour("--ink-faint")),
      "circle-opacity": 0.85, "circle-stroke-width": 1.2, "circle-stroke-color": colour("--paper-raised"),
    },
  }];
}

/** Draw the points once the element has its map; without WebGL the box goes away again. */
async function draw() {
  const { map } = element;
  if (!map || element.dataset.problems) return;
  element.dataset.problems = "true";
  const answer = await fetch(box.dataset.points);
  if (!answer.ok) return;
  const points = await answer.json();
  map.addSource("problems", { type: "geojson", data: points });
  for (const layer of layers()) map.addLayer(layer);
  map.on("click", "problems-dot", (event) => { location.href = event.features[0].properties.url; });
  map.on("mouseenter", "problems-dot", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "problems-dot", () => { map.getCanvas().style.cursor = ""; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const layer of layers()) map.setPaintProperty(layer.id, "circle-color", layer.paint["circle-color"]);
  });
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
