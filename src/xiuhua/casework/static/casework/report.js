// The first page of a report, made easier: pictures of chosen photos, the position of the device, a point on the map.
// Without this script the page asks for an address or coordinates, and works the same.
const form = document.querySelector("#report-form");
const map = form.querySelector("xh-map");
const files = form.querySelector("#photos");
const field = (name) => form.elements.namedItem(name);

for (const part of form.querySelectorAll(".with-script")) part.hidden = false;
for (const part of form.querySelectorAll(".without-script")) part.hidden = true;
files?.classList.add("visually-hidden");

/** Take a place: into the fields, into words, onto the map. */
function place(lon, lat, by) {
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  form.querySelector("#placed-by").value = by;
  for (const radio of form.querySelectorAll('input[name="place"]')) radio.checked = false;
  form.querySelector("#placed-words").textContent = `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
  form.querySelector("#placed").hidden = false;
  map?.highlight({ type: "Point", coordinates: [lon, lat] });
}

/** Listen once the element has drawn its map; without WebGL there is none, and the other ways remain. */
function listen() {
  if (!map.map || map.dataset.picks) return;
  map.dataset.picks = "true";
  map.map.on("click", ({ lngLat }) => place(lngLat.lng, lngLat.lat, "map"));
}

if (map) {
  new MutationObserver(listen).observe(map, { attributes: true, attributeFilter: ["data-idle"] });
  form.querySelector("#take-middle").addEventListener("click", () => {
    const middle = map.map?.getCenter();
    if (middle) place(middle.lng, middle.lat, "map");
  });
}

const mine = form.querySelector("#my-position");
const said = form.querySelector("#position-said");
mine.addEventListener("click", () => {
  said.textContent = mine.dataset.asking;
  const failed = () => { said.textContent = mine.dataset.failed; };
  if (!navigator.geolocation) { failed(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    said.textContent = `±${Math.round(coords.accuracy)} m`;
    place(coords.longitude, coords.latitude, "device");
    map?.map?.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 17 });
  }, failed, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 });
});

files?.addEventListener("change", () => {
  const list = form.querySelector("#chosen");
  for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  list.replaceChildren(...[...files.files].map((file) => {
    const item = document.createElement("li");
    if (file.size > Number(form.dataset.photoMb) * 1024 * 1024) {
      const words = document.createElement("p");
      words.className = "error";
      words.textContent = `${form.dataset.tooLarge} ${file.name}`;
      item.append(words);
    } else {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = `${list.dataset.alt}: ${file.name}`;
      item.append(image);
    }
    return item;
  }));
  list.hidden = !files.files.length;
});
