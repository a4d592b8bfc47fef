// The phone page of inspectors: checks, a new report, the queue. Everything works without network but the signing in.
import * as checks from "./checks.js";
import { left, make, notice, say, useWords } from "./elements.js";
import { distance, follow, listen } from "./position.js";
import * as queue from "./queue.js";
import * as report from "./report.js";
import { send } from "./sending.js";
import { all, read, write } from "./store.js";

const KEPT_SENT = 2 * 86_400_000; // milliseconds for which what was sent stays in the list
const MOVED = 25; // metres
const NEWS = 120_000; // milliseconds between looks for new checks
const PHOTOS = "xiuhua-patrol-photos";
const root = document.querySelector("#patrol");
const config = JSON.parse(root.dataset.config);
const view = root.querySelector("#view");
const banners = root.querySelector("#banners");
const status = root.querySelector("#net");
useWords(config.words);

const app = {
  config, username: config.username, day: null, items: [], order: "near", signedOut: false, timer: null, drawing: 0,
  parts: new Map(), // what other rooms bring, by key: their modules

  mine: () => app.items.filter((item) => item.owner === app.username),

  go(hash) {
    if (location.hash === hash) app.show();
    else location.hash = hash;
  },

  // Draw the view that the address names. A view that was overtaken by the next is not shown.
  async show({ focus = false } = {}) {
    const [asked, key] = location.hash.slice(1).split("/");
    // Whoever checks no cases has the parts of other rooms alone, the first of which opens.
    const name = config.cases || app.parts.has(asked) || asked === "queue" ? asked : config.parts[0]?.key;
    const turn = (app.drawing += 1);
    const part = app.parts.get(name);
    const drawn = await (part ? part.view(app, key) : name === "check" ? checks.form(app, key) : name === "report" ? report.form(app) : name === "queue" ? queue.view(app) : checks.list(app));
    if (turn !== app.drawing) return;
    const held = view.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    view.replaceChildren(drawn);
    if (held) view.querySelector(`a[href="${held}"]`)?.focus({ preventScroll: true });
    const tab = part ? name : { report: "report", queue: "queue" }[name] ?? "checks";
    for (const link of root.querySelectorAll("nav.tabbar a")) {
      if (link.hash === `#${tab}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (focus) {
      window.scrollTo(0, 0);
      drawn.querySelector("h1")?.focus({ preventScroll: true });
    }
  },

  announce(text, kind = "info") {
    const shown = notice(kind, make("p", {}, text));
    banners.querySelector(".said")?.remove();
    shown.classList.add("said");
    banners.append(shown);
    setTimeout(() => shown.remove(), 8000);
  },

  // Ask the server; null where it cannot be reached or says no (which is then said).
  async ask(address, { method = "GET" } = {}) {
    try {
      const headers = method === "GET" ? {} : { "X-CSRFToken": (await app.ask(config.addresses.session))?.csrf ?? "" };
      const response = await fetch(address, { method, headers, cache: "no-store", signal: AbortSignal.timeout(20_000) });
      const said = await response.json();
      app.signedOut = response.status === 401;
      if (response.ok) return said;
      if (!app.signedOut) app.announce(`${said.detail} ${said.remedy}`, "bad");
    } catch {
      // Without network: what was kept goes on.
    }
    return null;
  },

  // The lists of the day anew, or what was kept of them.
  async refresh() {
    const fresh = await app.ask(config.addresses.day);
    if (fresh?.username === app.username) {
      app.day = fresh;
      await write({ days: { put: [fresh] } });
      await keepPhotos(fresh);
    } else {
      if (fresh) location.reload(); // another account has signed in
      app.day ??= (await read("days", app.username)) ?? null;
    }
    banner();
    await app.reload();
  },

  // What is kept in the queue anew, and the view unless something is being written in it.
  async reload() {
    app.items = await all("items");
    const open = app.mine().filter((item) => item.state !== "sent").length;
    const done = new Set(app.mine().filter((item) => item.kind === "check").map((item) => item.target));
    count("queue", open);
    navigator.setAppBadge?.(open).catch(() => {});
    count("checks", (app.day?.checks ?? []).filter((check) => !done.has(check.key)).length);
    for (const [key, part] of app.parts) count(key, part.open(app));
    if (!view.querySelector(".has-form")) await app.show();
  },

  async queued() {
    app.announce(say("queued"), "good");
    await app.reload();
    app.go("#queue");
    navigator.serviceWorker?.ready.then((ready) => ready.sync?.register("patrol-send")).catch(() => {});
    navigator.storage?.persist?.();
    await app.send();
  },

  async send({ force = false } = {}) {
    clearTimeout(app.timer);
    const outcome = await send(config.addresses, { force, tell: (id, how) => queue.progress(view, id, how) });
    await app.sent(outcome);
  },

  // After a run: what came of it, and when to try again.
  async sent({ busy, sent, refused, signedOut, offline, left: waiting, nextAt, username }) {
    if (busy) return;
    if (sent || refused || username) app.signedOut = signedOut;
    if (signedOut) app.signedOut = true;
    online(!offline && navigator.onLine);
    if (sent) app.announce(say("sent_count", { count: sent }), "good");
    if (refused) app.announce(say("refused_count", { count: refused }), "bad");
    banner();
    await app.reload();
    if (sent || refused) await app.refresh();
    if (waiting && nextAt !== null && !signedOut) app.timer = setTimeout(app.send, Math.max(1000, nextAt - Date.now()));
    else if (waiting && offline) app.timer = setTimeout(app.send, 30_000);
  },
};

function count(name, number) {
  const badge = root.querySelector(`[data-count="${name}"]`);
  if (!badge) return;
  badge.textContent = number || "";
  badge.hidden = !number;
}

function online(is) {
  status.textContent = say(is ? "online" : "offline");
  status.className = `badge ${is ? "good" : "warn"}`;
}

function banner() {
  banners.querySelector(".sign-in")?.remove();
  if (!app.signedOut) return;
  const shown = notice("warn", make("p", {}, say("sign_in_again")), make("a", { class: "btn primary", href: config.addresses.signIn }, say("sign_in")));
  shown.classList.add("sign-in");
  banners.prepend(shown);
}

// The small pictures of today's cases, for the time without network; those of past days go.
async function keepPhotos(day) {
  if (!("caches" in window)) return;
  const pictures = Object.values(day.parts ?? {}).flatMap((part) => part.pictures ?? []);
  const wanted = [...day.checks.flatMap((check) => check.photos.map((photo) => photo.thumb)), ...pictures]
    .map((address) => new URL(address, location.href).href);
  const cache = await caches.open(PHOTOS);
  const kept = (await cache.keys()).map((request) => request.url);
  await Promise.all(kept.filter((url) => !wanted.includes(url)).map((url) => cache.delete(url)));
  await Promise.allSettled(wanted.filter((url) => !kept.includes(url)).map((url) => cache.add(url)));
}

// What was sent long ago, and photos that nothing refers to any more (a page that was closed in between).
async function tidy() {
  const [items, drafts, photos] = await Promise.all([all("items"), all("drafts"), all("photos")]);
  const old = items.filter((item) => item.state === "sent" && item.sentAt < Date.now() - KEPT_SENT).map((item) => item.id);
  const used = new Set([...items.filter((item) => item.state !== "sent"), ...drafts].flatMap((row) => row.photos));
  await write({ items: { remove: old }, photos: { remove: photos.filter((photo) => !used.has(photo.id)).map((photo) => photo.id) } });
}

async function work() {
  if (!("serviceWorker" in navigator)) {
    app.announce(say("no_worker"), "warn");
    return;
  }
  const before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (before) app.announce(say("new_version"), "info");
  });
  navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data.sent) app.sent(data.sent); });
  await navigator.serviceWorker.register(config.addresses.worker, { type: "module", updateViaCache: "none" });
}

window.addEventListener("hashchange", () => app.show({ focus: true }));
window.addEventListener("online", () => { online(true); app.refresh(); app.send({ force: true }); });
window.addEventListener("offline", () => online(false));
document.addEventListener("visibilitychange", () => { if (!document.hidden) { app.refresh(); app.send(); } });
listen((position) => {
  const listed = !location.hash || location.hash === "#checks" || app.parts.has(location.hash.slice(1));
  // The list is drawn anew when that may change its order, not under every finger.
  if (!listed || (app.drawnAt && position && distance(app.drawnAt, position) < MOVED)) return;
  app.drawnAt = position;
  app.show();
});
setInterval(() => { if (!document.hidden && navigator.onLine) app.refresh(); }, NEWS);
setInterval(() => {
  for (const badge of root.querySelectorAll("[data-due]")) {
    const { text, kind } = left(badge.dataset.due);
    badge.textContent = text;
    badge.className = `badge ${kind}`;
  }
}, 20_000);

online(navigator.onLine);
for (const part of config.parts) {
  try {
    app.parts.set(part.key, await import(part.script));
  } catch (error) {
    app.announce(error.message, "warn"); // the rest of the page works without it
  }
}
app.day = (await read("days", app.username)) ?? null;
await tidy();
await app.reload();
await app.show();
follow();
work().catch((error) => app.announce(error.message, "warn"));
await app.refresh();
await app.send();
root.dataset.ready = "true";
