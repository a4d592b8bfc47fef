// An indicator on the map: areas in the shades of their values. The table beneath says the same without it.
const box = document.querySelector(".area-map");
const element = box?.querySelector("xh-map");
const told = box?.querySelector("[data-told]");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SHADES = [0, 1, 2, 3, 4, 5];

function paint() {
  const shade = ["match", ["get", "shade"], ...SHADES.flatMap((at) => [at, colour(`--shade-${at}`)]), colour("--shade-0")];
  return { fill: { "fill-color": shade, "fill-opacity": 0.82 }, line: { "line-color": colour("--paper-raised"), "line-width": 1.2 } };
}

/** Draw the areas under the names once the element has its map; without WebGL the box stays away. */
async function draw() {
  const { map } = element;
  if (!map || element.dataset.areas) return;
  element.dataset.areas = "true";
  const answer = await fetch(box.dataset.areas);
  if (!answer.ok) return;
  map.addSource("shaded", { type: "geojson", data: await answer.json() });
  const under = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
  map.addLayer({ id: "shaded-fill", type: "fill", source: "shaded", paint: paint().fill }, under);
  map.addLayer({ id: "shaded-line", type: "line", source: "shaded", paint: paint().line }, under);
  const first = told.textContent;
  map.on("mousemove", "shaded-fill", (event) => {
    const { name, text } = event.features[0].properties;
    told.textContent = text ? `${name}: ${text}` : name;
  });
  map.on("mouseleave", "shaded-fill", () => { told.textContent = first; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const part of ["fill", "line"]) {
      for (const [name, value] of Object.entries(paint()[part])) map.setPaintProperty(`shaded-${part}`, name, value);
    }
  });
}

if (element) {
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
