// The place of an application by pointing at its corners. Without this script they are written as numbers.
const form = document.querySelector("#apply-form");
const map = form.querySelector("xh-map");
const corners = form.querySelector("#corners");
const LINES = ["road", "pedestrian"];

for (const part of form.querySelectorAll(".with-script")) part.hidden = false;

function points() {
  return corners.value.split("\n").map((line) => line.split(/[,，\s]+/).map(Number))
    .filter((pair) => pair.length >= 2 && pair.slice(0, 2).every(Number.isFinite)).map((pair) => pair.slice(0, 2));
}

/** Draw what the corners make: a line along a road, else the area that they enclose. */
function show() {
  const given = points();
  const isLine = LINES.includes(form.elements.namedItem("type").value);
  if (!given.length) map.highlight(null);
  else if (given.length === 1) map.highlight({ type: "Point", coordinates: given[0] });
  else if (isLine || given.length === 2) map.highlight({ type: "LineString", coordinates: given });
  else map.highlight({ type: "Polygon", coordinates: [[...given, given[0]]] });
}

/** Listen once the element has drawn its map; without WebGL there is none, and the other ways remain. */
function listen() {
  if (!map.map || map.dataset.picks) return;
  map.dataset.picks = "true";
  map.map.on("click", ({ lngLat }) => {
    corners.value = [...corners.value.split("\n").filter((line) => line.trim()), `${lngLat.lng.toFixed(6)}, ${lngLat.lat.toFixed(6)}`].join("\n");
    form.querySelector("#place-drawn").checked = true;
    show();
  });
  corners.addEventListener("input", show);
  form.elements.namedItem("type").addEventListener("change", show);
  if (corners.value.trim()) show();
}

if (map) {
  new MutationObserver(listen).observe(map, { attributes: true, attributeFilter: ["data-idle"] });
  form.querySelector("#undo-corner").addEventListener("click", () => {
    corners.value = corners.value.split("\n").filter((line) => line.trim()).slice(0, -1).join("\n");
    if (map.map) show();
  });
}
