// Where the map is and what is chosen, as the part of the address behind "#": zoom/lat/lon/layer:id.

/** @returns {{zoom: number, lat: number, lon: number, object: {layer: string, id: number}|null}|null} */
export function readPlace(hash) {
  const [zoom, lat, lon, chosen = ""] = hash.replace(/^#/, "").split("/");
  const numbers = [zoom, lat, lon].map((part) => (part ? Number(part) : NaN));
  if (numbers.some((number) => !Number.isFinite(number))) return null;
  if (Math.abs(numbers[1]) > 85 || Math.abs(numbers[2]) > 180) return null;
  return { zoom: Math.min(22, Math.max(0, numbers[0])), lat: numbers[1], lon: numbers[2], object: readObject(chosen) };
}

/** "layer:id" as an object; null where it is anything else. */
export function readObject(text) {
  const [layer, id] = text.split(":");
  return /^[a-z_]+$/.test(layer ?? "") && /^\d{1,18}$/.test(id ?? "") ? { layer, id: Number(id) } : null;
}

/** The part behind "#" for a place. */
export function writePlace({ zoom, lat, lon, object }) {
  const parts = [zoom.toFixed(2), lat.toFixed(5), lon.toFixed(5)];
  if (object) parts.push(`${object.layer}:${object.id}`);
  return `#${parts.join("/")}`;
}
