// The sites of a campaign on the map: points by state that lead to their pages. The table beneath says the same without it.
const box = document.querySelector(".site-map");
const element = box?.querySelector("xh-map");
const told = box?.querySelector("[data-told]");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint() {
  return {
    "circle-color": ["match", ["get", "state"], "signed", colour("--jade"), "overdue", colour("--vermilion"), "done", colour("--azure"), colour("--ink-faint")],
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
  map.addSource("sites-of-campaign", { type: "geojson", data: await answer.json() });
  map.addLayer({ id: "sites-of-campaign", type: "circle", source: "sites-of-campaign", paint: paint() });
  const first = told.textContent;
  map.on("mousemove", "sites-of-campaign", (event) => {
    const { name, text } = event.features[0].properties;
    told.textContent = `${name}: ${text}`;
  });
  map.on("mouseleave", "sites-of-campaign", () => { told.textContent = first; });
  map.on("click", "sites-of-campaign", (event) => { location.assign(event.features[0].properties.url); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [name, value] of Object.entries(paint())) map.setPaintProperty("sites-of-campaign", name, value);
  });
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
