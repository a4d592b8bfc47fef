// The page "who answers": a click on the map fills in the coordinates and asks; printing by a button.
const form = document.querySelector("#who-form");
const element = document.querySelector("xh-map");

/** Listen once the element has drawn its map; without WebGL there is none, and the form remains. */
function listen() {
  if (!element.map || element.dataset.asks) return;
  element.dataset.asks = "true";
  element.map.on("click", ({ lngLat }) => {
    form.elements.lon.value = lngLat.lng.toFixed(6);
    form.elements.lat.value = lngLat.lat.toFixed(6);
    form.elements.object.value = "";
    form.elements.q.value = "";
    form.requestSubmit();
  });
}

if (form && element) {
  new MutationObserver(listen).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
  listen();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
