// Sends what waits, for the page and for the service worker alike: first the photos, piece by piece, then the finding
// or the report under its key; on a quick network several of them with their photos in one packet. Whatever happens in
// between, sending again changes nothing twice: the server knows keys.
import { addressOf, bodyOf, filled, photoAddress, sendPacket } from "./packets.js";
import { all, read, update, write } from "./store.js";

const PIECE = 256 * 1024; // to begin with, and after trouble
const LARGEST_PIECE = 4 * PIECE; // of one photo, as the server takes it
const LARGEST_PACKET = 16 * PIECE; // all at once, as the server takes it
const QUICK = 2_000; // milliseconds in which a piece went through, for the next to be larger
const PATIENCE = 60_000; // milliseconds for one request
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 15 * 60_000;
const WRONG_CLOCK = 2 * 60_000;
const ROUNDS = 4; // how often one run asks again where a photo stands

// The server said no, in words; sending the same again would change nothing.
class Refusal extends Error {
  constructor({ status, detail, remedy }) {
    super(detail);
    this.remedy = remedy;
    this.over = status === 403 || status === 409;
  }
}

// Nobody is signed in, or somebody without the right.
class SignedOut extends Error {}

// The network or the server failed: the same again later.
class Trouble extends Error {}

// Photos that the server has not, or no longer.
class PhotosMissing extends Error {
  constructor(keys) {
    super("photos missing");
    this.keys = keys;
  }
}

// Send what waits and whose time has come (all of it with `force`). One run at a time, whoever asks.
// Returns { sent, refused, left, offline, signedOut, username, nextAt }; `tell(id, words)` hears of progress.
export async function send(addresses, { force = false, tell = () => {} } = {}) {
  return navigator.locks.request("xiuhua-patrol-send", { ifAvailable: true }, (lock) =>
    lock ? run(addresses, force, tell) : { busy: true });
}

async function run(addresses, force, tell) {
  const outcome = { sent: 0, refused: 0, left: 0, offline: false, signedOut: false, username: "", nextAt: null };
  const waiting = (await all("items")).filter((item) => item.state === "waiting");
  outcome.left = waiting.length;
  if (!waiting.length) return outcome;
  try {
    const session = await ask(addresses.session);
    outcome.username = session.username;
    const now = Date.now();
    const mine = waiting.filter((item) => item.owner === session.username && (force || item.nextAt <= now));
    mine.sort((one, other) => one.created - other.created);
    const skew = Date.parse(session.at) - now;
    const items = [];
    for (const item of mine) items.push(await timed(item, skew));
    await several(addresses, session.csrf, items, outcome, tell);
  } catch (error) {
    outcome.offline = error instanceof Trouble;
    outcome.signedOut = error instanceof SignedOut;
    if (!outcome.offline && !outcome.signedOut) throw error;
  }
  const left = (await all("items")).filter((item) => item.state === "waiting");
  outcome.left = left.length;
  const times = left.filter((item) => item.owner === outcome.username).map((item) => item.nextAt);
  outcome.nextAt = times.length ? Math.min(...times) : null;
  return outcome;
}

// A phone whose clock is wrong measures rightly how long ago something was seen: its time is put right once, before
// it is sent first.
async function timed(item, skew) {
  if (Math.abs(skew) < WRONG_CLOCK || item.attempts || item.timed) return item;
  const right = (at) => new Date(Date.parse(at) + skew).toISOString();
  const body = { ...item.body, seen_at: right(item.body.seen_at) };
  if (body.began_at) body.began_at = right(body.began_at);
  return (await settle(item.id, { timed: true, body })) ?? item;
}

// In their order: as many at once as the network carries. What was tried before goes alone, so that nothing that the
// server cannot take keeps others waiting.
async function several(addresses, csrf, items, outcome, tell) {
  let rest = items;
  while (rest.length) {
    const packet = await filled(addresses, rest, room);
    if (packet.items.length > 1) await together(addresses, csrf, packet, outcome, tell);
    else await one(addresses, csrf, rest[0], outcome, tell);
    rest = rest.slice(Math.max(packet.items.length, 1));
  }
}

// What was not taken goes alone afterwards: it is then put right, or refused in words.
async function together(addresses, csrf, packet, outcome, tell) {
  const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": csrf };
  const [size, began] = [room, performance.now()];
  let answers;
  for (const item of packet.items) tell(item.id, { photo: 1, of: 1, share: 0 });
  room = PIECE;
  try {
    answers = await sendPacket(packet, (body) => ask(addresses.packet, { method: "POST", body, headers }));
  } catch (error) {
    for (const item of packet.items) await putOff(item);
    throw error instanceof Refusal ? new Trouble(error.message) : error;
  }
  if (quick(began)) room = packet.full ? Math.min(2 * size, LARGEST_PACKET) : size;
  const left = packet.items.filter((_item, index) => !answers[index]);
  for (const [index, item] of packet.items.entries()) if (answers[index]) await taken(item, answers[index], outcome);
  for (const item of left) await one(addresses, csrf, item, outcome, tell);
}

// One item. Trouble with it puts it off and ends the run: the next ones would meet the same network.
async function one(addresses, csrf, item, outcome, tell) {
  try {
    await taken(item, await deliver(addresses, csrf, item, tell), outcome);
  } catch (error) {
    if (error instanceof Refusal) {
      await settle(item.id, { state: "refused", reason: error.message, remedy: error.remedy, over: error.over });
      outcome.refused += 1;
      return;
    }
    await putOff(item);
    throw error instanceof PhotosMissing ? new Trouble("photos missing") : error;
  } finally {
    tell(item.id, null);
  }
}

async function taken(item, answer, outcome) {
  await settle(item.id, { state: "sent", answer, sentAt: Date.now(), reason: "", remedy: "" });
  await write({ photos: { remove: item.photos } });
  outcome.sent += 1;
}

async function putOff(item) {
  const attempts = item.attempts + 1;
  const wait = Math.min(FIRST_WAIT * 2 ** Math.min(attempts - 1, 10), LONGEST_WAIT) * (0.75 + Math.random() / 2);
  await settle(item.id, { attempts, nextAt: Date.now() + wait });
}

function settle(id, changes) {
  return update("items", id, (row) => ({ ...row, ...changes }));
}

async function deliver(addresses, csrf, item, tell) {
  const address = addressOf(addresses, item);
  await photos(addresses, csrf, item, tell);
  try {
    return await post(address, csrf, item);
  } catch (error) {
    if (!(error instanceof PhotosMissing)) throw error;
    // The server let go of photos that waited there too long: they are still here.
    for (const key of error.keys) await update("photos", key, (row) => ({ ...row, sent: false }));
    await photos(addresses, csrf, item, tell);
    return post(address, csrf, item);
  }
}

function post(address, csrf, item) {
  return ask(address, { method: "POST", body: bodyOf(item), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf } });
}

async function photos(addresses, csrf, item, tell) {
  for (const [index, key] of item.photos.entries()) {
    const photo = await read("photos", key);
    if (!photo || photo.sent) continue;
    const progress = (share) => tell(item.id, { photo: index + 1, of: item.photos.length, share });
    await update("photos", key, (row) => ({ ...row, begun: true }));
    await pieces(photoAddress(addresses, key), csrf, photo, progress);
    await update("photos", key, (row) => ({ ...row, sent: true }));
  }
}

async function pieces(address, csrf, photo, progress) {
  for (let round = 0; round < ROUNDS; round += 1) {
    // Of what was never begun nothing is there: it need not be asked for.
    let here = round || photo.begun ? await ask(address) : { received: 0 };
    while (here && !here.done) {
      progress(here.received / photo.size);
      here = await piece(address, csrf, photo, here.received);
    }
    if (here) return;
  }
  throw new Trouble("the photo does not arrive whole");
}

// Bytes to send at once: more while the network is quick, since each request costs the way there and back.
let room = PIECE;

function quick(began) {
  return performance.now() - began < QUICK;
}

// Send the piece at `offset`; undefined where the server stands elsewhere and must be asked again.
async function piece(address, csrf, photo, offset) {
  const query = new URLSearchParams({ offset, size: photo.size, sha256: photo.sha256 });
  const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": csrf };
  const [size, began] = [room, performance.now()];
  const body = photo.bytes.slice(offset, offset + Math.min(size, LARGEST_PIECE));
  room = PIECE;
  const response = await reach(`${address}?${query}`, { method: "PUT", body, headers });
  if (quick(began)) room = 2 * body.byteLength > size ? Math.min(2 * size, LARGEST_PACKET) : size;
  if (response.status === 409) return undefined;
  return answer(response);
}

async function ask(address, options) {
  return answer(await reach(address, options));
}

async function reach(address, options = {}) {
  try {
    return await fetch(address, {
      ...options, credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    throw new Trouble(error.message);
  }
}

async function answer(response) {
  const json = (response.headers.get("Content-Type") ?? "").includes("json");
  let said = {};
  if (json) {
    try {
      said = await response.json();
    } catch (error) {
      throw new Trouble(error.message);
    }
  }
  if (response.ok && json) return said;
  if (response.status === 401) throw new SignedOut(said.detail);
  if (response.status === 424) throw new PhotosMissing((said.errors ?? []).map((each) => each.field));
  // A refusal without words (a proxy, an expired token) is no refusal of what was sent.
  if (!json || !said.detail || response.status >= 500 || response.status === 429) throw new Trouble(String(response.status));
  throw new Refusal({ ...said, status: response.status });
}
