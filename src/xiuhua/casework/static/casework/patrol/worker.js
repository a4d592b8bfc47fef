// The service worker: the page opens without network from what was kept of this version, and what waits is sent when
// the network is back, even if the page is closed (where the browser knows Background Sync).
import { send } from "./sending.js";

const PREFIX = "xiuhua-patrol-page-";
const PHOTOS = "xiuhua-patrol-photos";
const PATIENCE = 4_000; // milliseconds for the page before what was kept is shown

export function serve(config) {
  const kept = PREFIX + config.version;

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(activate()));
  self.addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
    if (event.request.mode === "navigate" && address.pathname === config.page) event.respondWith(page(event));
    else if (config.assets.includes(address.pathname)) event.respondWith(asset(event.request));
    else if (event.request.destination === "image") event.respondWith(photo(event.request));
  });
  self.addEventListener("sync", (event) => {
    if (event.tag === "patrol-send") event.waitUntil(sendAll());
  });

  async function install() {
    const cache = await caches.open(kept);
    await cache.addAll(config.assets.map((address) => new Request(address, { cache: "reload" })));
    try {
      await keep(cache, await fetch(config.page, { credentials: "same-origin", cache: "no-store" }));
    } catch {
      // Without network or signed out: the page that was kept before goes along.
    }
    await self.skipWaiting();
  }

  async function activate() {
    const cache = await caches.open(kept);
    for (const name of await caches.keys()) {
      if (!name.startsWith(PREFIX) || name === kept) continue;
      const before = await (await caches.open(name)).match(config.page);
      if (before && !(await cache.match(config.page))) await cache.put(config.page, before);
      await caches.delete(name);
    }
    await self.clients.claim();
  }

  async function keep(cache, response) {
    if (response.ok && !response.redirected && response.type === "basic") await cache.put(config.page, response.clone());
    return response;
  }

  async function page(event) {
    const cache = await caches.open(kept);
    const before = await cache.match(config.page);
    const fresh = fetch(event.request).then((response) => keep(cache, response));
    event.waitUntil(fresh.catch(() => undefined));
    if (!before) return fresh;
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, before); });
    try {
      const response = await Promise.race([fresh, late]);
      return response.status >= 500 ? before : response;
    } catch {
      return before;
    }
  }

  async function asset(request) {
    return (await (await caches.open(kept)).match(request)) ?? fetch(request);
  }

  async function photo(request) {
    return (await (await caches.open(PHOTOS)).match(request)) ?? fetch(request);
  }

  async function sendAll() {
    const outcome = await send(config);
    for (const client of await self.clients.matchAll()) client.postMessage({ sent: outcome });
    // The browser tries again when the network is back.
    if (outcome.offline) throw new Error("not everything was sent");
  }
}
