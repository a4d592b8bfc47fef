// The queue: what waits to be sent, what was sent, what was refused and why.
import { button, clock, make, notice, say, size } from "./elements.js";
import { reportId } from "./report.js";
import { all, read, update, write } from "./store.js";

const ORDER = ["refused", "waiting", "sent"];

export async function view(app) {
  const items = app.mine().sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state) || other.created - one.created);
  const waiting = items.filter((item) => item.state === "waiting").length;
  const refused = items.filter((item) => item.state === "refused").length;
  const lead = waiting ? say("waiting_count", { count: waiting }) : refused ? "" : say("nothing_waits");
  const photos = await all("photos");
  return make("section", {},
    make("h1", { tabindex: "-1" }, say("queue")),
    lead && make("p", { class: "lead" }, lead),
    refused > 0 && make("p", { class: "lead bad" }, say("refused_wait", { count: refused })),
    waiting > 0 && make("div", { class: "row" }, button("send_now", () => app.send({ force: true }), "primary large")),
    others(app),
    items.length ? make("ul", { class: "cards" }, items.map((item) => entry(app, item, photos))) : make("div", { class: "empty" }, make("p", {}, say("queue_empty"))),
    items.some((item) => item.state === "sent") && make("div", { class: "row" }, button("clear_sent", () => clear(app), "quiet")),
    make("p", { class: "hint" }, await storage(photos)));
}

// What another account left on this phone: it stays, and only that account sends it.
function others(app) {
  const counts = new Map();
  for (const item of app.items) {
    if (item.owner !== app.username && item.state !== "sent") counts.set(item.owner, (counts.get(item.owner) ?? 0) + 1);
  }
  return [...counts].map(([owner, count]) => notice("warn", make("p", {}, say("others_wait", { owner, count }))));
}

function entry(app, item, photos) {
  const kinds = { refused: "bad", waiting: "info", sent: "good" };
  const bytes = photos.filter((photo) => item.photos.includes(photo.id)).reduce((sum, photo) => sum + photo.size, 0);
  const facts = [say(`kind_${item.kind}`), ...(item.number ? [item.number] : []), clock(item.created), say("photo_count", { count: item.photos.length })];
  if (bytes) facts.push(size(bytes));
  return make("li", { class: "card item", "data-item": item.id, "data-state": item.state },
    make("span", { class: "top" }, make("strong", {}, item.title), make("span", { class: `badge ${kinds[item.state]}`, "data-badge": "" }, say(`state_${item.state}`))),
    make("span", { class: "hint" }, facts.join(" · ")),
    make("progress", { max: 1, value: 0, hidden: true, "aria-label": say("state_sending") }),
    item.state === "waiting" && item.attempts > 0 && make("p", { class: "hint" }, say("tried", { count: item.attempts, at: clock(item.nextAt) })),
    item.state === "sent" && make("p", {}, app.parts.get(item.kind)?.sent(item.answer) ?? sent(item.answer)),
    item.state === "refused" && [notice("bad", make("p", {}, make("strong", {}, item.reason)), make("p", {}, item.remedy)),
      make("div", { class: "row" }, ...remedies(app, item))],
    item.state === "waiting" && item.attempts === 0 && make("div", { class: "row" }, button("edit", () => edit(app, item), "small"), button("delete", () => remove(app, item), "small quiet")));
}

function sent({ number, state, distance_m: distance, far }) {
  const text = say("became", { number, state });
  return far ? `${text} ${say("was_far", { distance })}` : text;
}

function remedies(app, item) {
  const again = button("send_again", () => retry(app, item), "small");
  const gone = button("delete", () => remove(app, item), "small quiet");
  return item.over && item.kind === "check"
    ? [button("as_report", () => asReport(app, item), "small primary"), gone]
    : [button("edit", () => edit(app, item), "small primary"), again, gone];
}

async function retry(app, item) {
  await update("items", item.id, (row) => ({ ...row, state: "waiting", attempts: 0, nextAt: 0 }));
  await app.send({ force: true });
}

// Back into its form. Refused or never sent, the server has nothing of it but photos.
async function edit(app, item) {
  if (!(await free(app, item.draft.id))) return;
  const draft = { ...item.draft, key: crypto.randomUUID() };
  await write({ drafts: { put: [draft] }, items: { remove: [item.id] } });
  app.go(item.kind === "report" ? "#report" : `#${item.kind}/${item.target}`);
}

// A finding whose check is over, as a report of its own with the same photos, place and time.
async function asReport(app, item) {
  const id = reportId(app);
  if (!(await free(app, id))) return;
  const { photos, seenAt, position, fields } = item.draft;
  const draft = { id, owner: app.username, kind: "report", target: "", key: crypto.randomUUID(), photos, seenAt, position,
    fields: { category: item.category, description: fields.note ?? "", answers: {} } };
  await write({ drafts: { put: [draft] }, items: { remove: [item.id] } });
  app.go("#report");
}

// A form that was begun is not overwritten.
async function free(app, id) {
  const begun = await read("drafts", id);
  if (!begun?.photos.length) return true;
  app.announce(say("finish_first"), "warn");
  return false;
}

async function remove(app, item) {
  if (!window.confirm(say("delete_sure"))) return;
  await write({ items: { remove: [item.id] }, photos: { remove: item.photos } });
  await app.reload();
}

async function clear(app) {
  const done = app.mine().filter((item) => item.state === "sent").map((item) => item.id);
  await write({ items: { remove: done } });
  await app.reload();
}

async function storage(photos) {
  const used = photos.reduce((sum, photo) => sum + photo.size, 0);
  const free = await navigator.storage?.estimate?.();
  const kept = (await navigator.storage?.persisted?.()) ? say("kept_for_sure") : say("kept_maybe");
  return `${say("storage", { used: size(used), free: free ? size(free.quota - free.usage) : "?" })} ${kept}`;
}

// What is being sent just now, shown on its entry without drawing the list anew.
export function progress(root, id, how) {
  const entryOf = root.querySelector(`[data-item="${id}"]`);
  if (!entryOf || !how) return;
  const bar = entryOf.querySelector("progress");
  bar.hidden = false;
  bar.value = (how.photo - 1 + how.share) / how.of;
  entryOf.querySelector("[data-badge]").textContent = say("state_sending");
}
