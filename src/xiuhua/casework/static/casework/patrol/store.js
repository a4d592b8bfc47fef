// What the phone keeps: days (the lists), drafts, items (what waits to be sent), photos. IndexedDB, written through
// to the disk, so that it is still there after the page, the browser or the phone was closed.
const NAME = "xiuhua-patrol";
const VERSION = 1;
const STORES = { days: "username", drafts: "id", items: "id", photos: "id" };
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = undefined; };
      request.result.onclose = () => { opened = undefined; };
      resolve(request.result);
    };
    request.onerror = () => { opened = undefined; reject(request.error); };
  });
  return opened;
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// The row of `key`, undefined where there is none.
export async function read(store, key) {
  return result((await open()).transaction(store).objectStore(store).get(key));
}

// Every row of the store.
export async function all(store) {
  return result((await open()).transaction(store).objectStore(store).getAll());
}

// Put and remove rows of several stores, all or nothing: write({ items: { put: [row], remove: [key] } }).
export async function write(changes) {
  const database = await open();
  await new Promise((resolve, reject) => {
    const transaction = database.transaction(Object.keys(changes), "readwrite", { durability: "strict" });
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    for (const [name, { put = [], remove = [] }] of Object.entries(changes)) {
      const store = transaction.objectStore(name);
      for (const row of put) store.put(row);
      for (const key of remove) store.delete(key);
    }
  });
}

// Change one row as it is now; `change` returns the new row, or undefined to leave it. Nobody comes in between.
export async function update(store, key, change) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, "readwrite", { durability: "strict" });
    let changed;
    const request = transaction.objectStore(store).get(key);
    request.onsuccess = () => {
      changed = request.result && change(request.result);
      if (changed) transaction.objectStore(store).put(changed);
    };
    transaction.oncomplete = () => resolve(changed);
    transaction.onabort = () => reject(transaction.error);
  });
}
