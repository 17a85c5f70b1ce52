/** The browser as a session sees it: everything that tests replace stands here. */
import { systemRandom } from "../asc1/bytes.js";
import { CODE_ITERATIONS } from "../asc1/code.js";
/** @import {World, KeyStore, Page} from "./views.js" */

/** @returns {Page} */
function thisPage() {
  const page = Object.assign(new EventTarget(), { visible: !document.hidden, covers: true });
  const awake = () => page.dispatchEvent(new Event("awake"));
  document.addEventListener("visibilitychange", () => {
    page.visible = !document.hidden;
    if (page.visible) awake();
  });
  addEventListener("online", awake);
  return page;
}

/** Where `sessionStorage` is forbidden even reading it throws. */
function tabStorage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** @type {KeyStore} */
const noKeys = { get: async () => undefined, put: () => Promise.reject(new Error("no key store")),
  delete: async () => {}, clear: async () => {} };

/** @type {(keys?: KeyStore) => World} */
export const browserWorld = (keys = noKeys) => ({
  socket: (path) => {
    const url = new URL(path, location.origin);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return /** @type {any} */ (new WebSocket(url));
  },
  fetch: (path, init) => fetch(path, { credentials: "omit", ...init }),
  clock: () => Date.now(),
  timers: { set: (act, ms) => setTimeout(act, ms),
    clear: (timer) => clearTimeout(/** @type {number | undefined} */ (timer)) },
  random: systemRandom,
  storage: tabStorage(),
  channel: (name) => ("BroadcastChannel" in globalThis
    ? /** @type {any} */ (new BroadcastChannel(name)) : null),
  keys,
  credentials: navigator.credentials ?? null,
  origin: location.origin,
  language: document.documentElement.lang.slice(0, 2),
  page: thisPage(),
  iterations: { code: CODE_ITERATIONS, digits: 1_000_000 },
});
