/** Words for scripts, from the page's own language file; a place {name} is filled with a value. */

/** @type {Record<string, string>} */
let words = {};

/** @type {(table: Record<string, string>) => void} */
export function fill(table) {
  words = table;
}

const link = /** @type {HTMLLinkElement | null} */ (globalThis.document?.getElementById("strings"));
if (link) fill(await (await fetch(link.href, { integrity: link.integrity })).json());

/** A value of another direction must not turn the sentence around it. @type {(value: string) => string} */
const apart = (value) => (/[\u0590-\u08ff]/.test(value) ? `\u2068${value}\u2069` : value);

/** @type {(key: string, values?: Record<string, string | number>) => string} */
export const t = (key, values = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => apart(String(values[name] ?? place)));

/** @type {(minute: number, form?: Intl.DateTimeFormatOptions) => string} */
export const clock = (minute, form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) =>
  new Intl.DateTimeFormat(globalThis.document?.documentElement.lang || "sv", form).format(minute * 60_000);
