/**
 * Words for scripts, from the page itself; a place {name} is filled with a value. And what the page does not need at
 * once: more words and scripts, fetched together the first time they are asked for. The page names one list with its
 * hash, and the list names each script with its hash.
 */
import { make } from "./dom.js";

/** @type {Record<string, string>} */
const words = {};

/** @type {(table: Record<string, string>) => void} */
export function fill(table) {
  Object.assign(words, table);
}

fill(JSON.parse(globalThis.document?.getElementById("words")?.textContent ?? "{}"));

/** A value of another direction must not turn the sentence around it. @type {(value: string) => string} */
const apart = (value) => (/[\u0590-\u08ff]/.test(value) ? `\u2068${value}\u2069` : value);

/** @type {(key: string, values?: Record<string, string | number>) => string} */
export const t = (key, values = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => apart(String(values[name] ?? place)));

/** @type {(minute: number, form?: Intl.DateTimeFormatOptions) => string} */
export const clock = (minute, form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) =>
  new Intl.DateTimeFormat(globalThis.document?.documentElement.lang || "sv", form).format(minute * 60_000);

/** @type {(href: string, integrity: string) => Promise<unknown>} */
const fetched = (href, integrity) => new Promise((onload, onerror) =>
  document.head.append(make("link", { rel: "modulepreload", integrity, href, onload, onerror })));

/** Afterwards `import()` of what the list names needs no network. */
async function fetchAll() {
  const { href, integrity } = /** @type {HTMLLinkElement} */ (document.getElementById("later"));
  const { words, scripts } = await (await fetch(href, { integrity })).json();
  await Promise.all(Object.entries(scripts).map(([name, hash]) => fetched(new URL(name, href).href, hash)));
  fill(words);
}

/** @type {Promise<void> | null} */
let coming = null;

/** Once; a failure is told and may be tried again. */
export const later = () => coming ??= fetchAll().catch((error) => {
  coming = null;
  throw error;
});
