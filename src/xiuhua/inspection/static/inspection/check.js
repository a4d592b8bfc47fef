// The object of a check and where the phone was, on the map of its page.
const box = document.querySelector(".check-map");
const element = box?.querySelector("xh-map");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draw both once the element has its map; without WebGL the figures beneath say the same. */
function draw() {
  const { map } = element;
  if (!map || element.dataset.drawn) return;
  element.dataset.drawn = "true";
  const { shape, place } = JSON.parse(box.dataset.check);
  element.highlight(shape);
  const points = place ? [place] : [];
  map.addSource("phone", { type: "geojson", data: { type: "FeatureCollection", features: points.map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } })) } });
  map.addLayer({ id: "phone-dot", type: "circle", source: "phone", paint: { "circle-color": colour("--azure"), "circle-radius": 7, "circle-stroke-color": colour("--paper-raised"), "circle-stroke-width": 2 } });
  const all = [...corners(shape), ...points];
  const [east, north] = [0, 1].map((axis) => all.map((each) => each[axis]));
  map.fitBounds([[Math.min(...east), Math.min(...north)], [Math.max(...east), Math.max(...north)]], { padding: 40, maxZoom: 17, animate: false });
}

function corners({ coordinates }) {
  return typeof coordinates[0] === "number" ? [coordinates] : coordinates.flatMap((each) => corners({ coordinates: each }));
}

if (element) new MutationObserver(draw).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
