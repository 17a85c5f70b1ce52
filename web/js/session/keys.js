/** A drawer in IndexedDB for keys that no script can read, and for the last accepted roster. */
/** @import {KeyStore} from "./views.js" */

/** @type {<T>(request: IDBRequest<T>) => Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @returns {Promise<IDBDatabase>} */
function database() {
  const request = indexedDB.open("hamn", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("keys");
  return done(request);
}

/** @type {<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>} */
async function within(mode, act) {
  const open = await database();
  try {
    return await done(act(open.transaction("keys", mode).objectStore("keys")));
  } finally {
    open.close();
  }
}

/** @type {() => KeyStore} */
export const browserKeys = () => ({
  get: (name) => within("readonly", (store) => store.get(name)),
  put: async (name, value) => void await within("readwrite", (store) => store.put(value, name)),
  delete: (name) => within("readwrite", (store) => store.delete(name)),
  clear: () => within("readwrite", (store) => store.clear()),
});
