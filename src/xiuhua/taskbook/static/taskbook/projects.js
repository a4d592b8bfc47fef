// The projects of a book on the map: points by state that lead to their rows. The tables beneath say the same without it.
const box = document.querySelector(".project-map");
const element = box?.querySelector("xh-map");
const told = box?.querySelector("[data-told]");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint() {
  return {
    "circle-color": ["match", ["get", "state"], "done", colour("--jade"), "late", colour("--vermilion"), "going", colour("--azure"), colour("--ink-faint")],
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
  map.addSource("projects", { type: "geojson", data: await answer.json() });
  map.addLayer({ id: "projects-dot", type: "circle", source: "projects", paint: paint() });
  const first = told.textContent;
  map.on("mousemove", "projects-dot", (event) => {
    const { name, text } = event.features[0].properties;
    told.textContent = `${name}: ${text}`;
  });
  map.on("mouseleave", "projects-dot", () => { told.textContent = first; });
  map.on("click", "projects-dot", (event) => { location.hash = `project-${event.features[0].properties.key}`; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [name, value] of Object.entries(paint())) map.setPaintProperty("projects-dot", name, value);
  });
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
