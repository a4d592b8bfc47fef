// A form that was begun: kept with every change, because taking a photo may close the page on a small phone.
import { here, measure } from "./position.js";
import { read, write } from "./store.js";

// The draft of `id`, or a new one.
export async function openDraft(id, owner, kind, target = "") {
  return (await read("drafts", id)) ?? { id, owner, kind, target, fields: {}, photos: [], seenAt: null, position: null };
}

export function keepDraft(draft) {
  return write({ drafts: { put: [draft] } });
}

// Where and when it was seen: set with the first photo, not when the form is sent.
export async function witness(draft) {
  draft.seenAt ??= new Date().toISOString();
  draft.position ??= recent() ?? (await measure());
}

function recent() {
  const position = here();
  return position && Date.now() - position.at < 60_000 ? position : null;
}

export async function dropDraft(draft) {
  await write({ drafts: { remove: [draft.id] }, photos: { remove: draft.photos } });
}

// Put what was written into the queue. Draft and item change places in one step.
export async function enqueue(draft, { title, body, number = "", category = null }) {
  const item = {
    id: crypto.randomUUID(), owner: draft.owner, kind: draft.kind, target: draft.target, title, number, category, body,
    photos: draft.photos, draft, state: "waiting", reason: "", remedy: "", over: false, attempts: 0, nextAt: 0,
    created: Date.now(), answer: null,
  };
  await write({ drafts: { remove: [draft.id] }, items: { put: [item] } });
  return item;
}
