// A form that was begun: kept with every change, because taking a photo may close the page on a small phone.
import { here, measure, trouble } from "./position.js";
import { read, write } from "./store.js";

const RECENT = 60_000; // milliseconds for which a measured position is that of now
// Drafts that were sent or discarded: what still runs for them must not bring them back.
const finished = new WeakSet();

// The draft of `id`, or a new one. Its key becomes that of what is sent: put into the queue twice, it is one entry.
export async function openDraft(id, owner, kind, target = "") {
  const fresh = { id, owner, kind, target, key: crypto.randomUUID(), fields: {}, photos: [], seenAt: null, position: null };
  return (await read("drafts", id)) ?? fresh;
}

export async function keepDraft(draft) {
  if (!finished.has(draft)) await write({ drafts: { put: [draft] } });
}

// Where and when it was seen: set with the first photo, not when the form is sent. A position that could not be
// measured is not waited for again.
export async function witness(draft) {
  draft.seenAt ??= new Date().toISOString();
  draft.position ??= recent() ?? (trouble() ? null : await measure());
  await keepDraft(draft);
}

function recent() {
  const position = here();
  return position && Date.now() - position.at < RECENT ? position : null;
}

export async function dropDraft(draft) {
  finished.add(draft);
  await write({ drafts: { remove: [draft.id] }, photos: { remove: draft.photos } });
}

// Put what was written into the queue. Draft and item change places in one step.
export async function enqueue(draft, { title, body, number = "", category = null }) {
  if (finished.has(draft)) return;
  finished.add(draft);
  const item = {
    id: draft.key, owner: draft.owner, kind: draft.kind, target: draft.target, title, number, category, body,
    photos: draft.photos, draft, state: "waiting", reason: "", remedy: "", over: false, attempts: 0, nextAt: 0,
    created: Date.now(), answer: null,
  };
  await write({ drafts: { remove: [draft.id] }, items: { put: [item] } });
}
