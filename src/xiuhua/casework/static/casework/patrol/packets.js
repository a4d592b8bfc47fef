// Packets: several findings and reports with their photos in one request. Each is judged by itself, as if sent alone.
import { read, update } from "./store.js";

const EMPTY = "00000000-0000-0000-0000-000000000000";
const LARGEST_PIECE = 1024 * 1024; // of one photo, as the server takes it
const MOST_PARTS = 100; // as the server takes them
const HEAD = 400; // bytes that the first line says of a part, at most

// Where an item is sent to, and what is sent.
export function addressOf(addresses, item) {
  return item.kind === "check"
    ? addresses.checks.replace(EMPTY, item.target)
    : (addresses.parts?.[item.kind] ?? addresses.reports).replace(EMPTY, item.id);
}

export function bodyOf(item) {
  return JSON.stringify({ ...item.body, photos: item.photos });
}

export function photoAddress(addresses, key) {
  return addresses.photos.replace(EMPTY, key);
}

// The first of `items` that may go together in `room` bytes: { items, parts, full }. None where the first was tried
// before, or is too large, or part of its photos may be there.
export async function filled(addresses, items, room) {
  const packet = { items: [], parts: [], full: false };
  let left = room;
  for (const item of items) {
    const parts = item.attempts ? null : await partsOf(addresses, item);
    if (!parts) break;
    const size = parts.reduce((sum, part) => sum + part.body.byteLength + HEAD, 0);
    packet.full = size > left;
    if (packet.full || packet.parts.length + parts.length > MOST_PARTS) break;
    left -= size;
    packet.items.push(item);
    packet.parts.push(...parts);
  }
  return packet;
}

// The photos of an item, then the item; null where a photo cannot go whole and at once.
async function partsOf(addresses, item) {
  const parts = [];
  for (const key of item.photos) {
    const photo = await read("photos", key);
    if (!photo || photo.sent) continue;
    if (photo.begun || photo.size > LARGEST_PIECE) return null;
    const query = new URLSearchParams({ offset: 0, size: photo.size, sha256: photo.sha256 });
    parts.push({ method: "PUT", address: `${photoAddress(addresses, key)}?${query}`, body: photo.bytes, photo: key });
  }
  const body = new TextEncoder().encode(bodyOf(item));
  return [...parts, { method: "POST", address: addressOf(addresses, item), body, item: item.id }];
}

// Send it by `post(body)`. Returns for each item what it was answered, undefined where it was not taken.
export async function sendPacket({ items, parts }, post) {
  for (const { photo } of parts) if (photo) await update("photos", photo, (row) => ({ ...row, begun: true }));
  const head = parts.map(({ method, address, body }) => ({ method, address, length: body.byteLength }));
  const { answers } = await post(new Blob([`${JSON.stringify({ parts: head })}\n`, ...parts.map(({ body }) => body)]));
  const said = new Map();
  for (const [index, { status, said: words }] of answers.entries()) {
    const { photo, item } = parts[index];
    if (photo && status === 200 && words.done) await update("photos", photo, (row) => ({ ...row, sent: true }));
    else if (item && status === 200) said.set(item, words);
  }
  return items.map((item) => said.get(item.id));
}
