// The points of a page on its map. What stands beside the map says the same without it.

/** A colour of the page as it is dressed now. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * Draw the GeoJSON points of `box.dataset.points` as circles, once the element in the box has its map; without WebGL
 * the box stays away.
 *
 * `paint()` is the paint of the circles in the colours of now. Of the point under the mouse `tell(properties)` is what
 * the line `[data-told]` of the box says; `lead(properties)` goes where a click leads.
 */
export function showPoints(box, { paint, tell, lead }) {
  const element = box?.querySelector("xh-map");
  if (!element) return;
  const draw = async () => {
    const { map } = element;
    if (!map || element.dataset.points) return;
    element.dataset.points = "true";
    const answer = await fetch(box.dataset.points);
    if (!answer.ok) return;
    map.addSource("points", { type: "geojson", data: await answer.json() });
    map.addLayer({ id: "points-dot", type: "circle", source: "points", paint: paint() });
    if (tell) {
      const told = box.querySelector("[data-told]");
      const first = told.textContent;
      map.on("mousemove", "points-dot", (event) => { told.textContent = tell(event.features[0].properties); });
      map.on("mouseleave", "points-dot", () => { told.textContent = first; });
    }
    if (lead) {
      map.on("click", "points-dot", (event) => lead(event.features[0].properties));
      map.on("mouseenter", "points-dot", () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", "points-dot", () => { map.getCanvas().style.cursor = ""; });
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      for (const [name, value] of Object.entries(paint())) map.setPaintProperty("points-dot", name, value);
    });
  };
  box.hidden = false;
  new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
