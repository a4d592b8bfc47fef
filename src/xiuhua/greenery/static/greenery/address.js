// My address, made easier: the position of the device, a touch on the map. Without this script one types an address.
const go = (lon, lat) => location.assign(`?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`);

const button = document.querySelector("[data-position]");
if (button && navigator.geolocation) {
  const said = document.querySelector("[data-said]");
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = button.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => go(coords.longitude, coords.latitude),
      () => { said.textContent = button.dataset.failed; },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}

/** Listen once the element has drawn its map; without WebGL there is none, and the form remains. */
const element = document.querySelector("[data-pick] xh-map");
if (element) {
  new MutationObserver(() => {
    if (!element.map || element.dataset.picks) return;
    element.dataset.picks = "true";
    element.map.on("click", ({ lngLat }) => go(lngLat.lng, lngLat.lat));
  }).observe(element, { attributes: true, attributeFilter: ["data-idle"] });
}
