/** A manager's texts and help lines as their page shows them: what may not be lost, and what is to be called. */

/**
 * @typedef {{key: string, language: string, original: string, text: string, version: number, places: string[]}} TextTold
 * @typedef {{version: number, text: string, by: string, at: number}} Edition
 * @typedef {{id: string, place: number, phone: string, url: string, for_young: boolean, name: Record<string, string>,
 *   about: Record<string, string>, hours: Record<string, string>}} HelpLine
 * @typedef {HelpLine & {version: number, called: number | null, due: boolean}} LineTold
 * @typedef {{today: number, lines: LineTold[]}} LinesTold
 */

export const LONGEST = 1000;
const MINUTES_A_DAY = 1440;

/** @type {(text: string) => string[]} */
const placesOf = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

/** Why a wording cannot stand, as a string's id; "" when it can. @type {(told: Pick<TextTold, "places">, text: string) => string} */
export function faultOf({ places }, text) {
  if (!text.trim()) return "texts.empty";
  if ([...text].length > LONGEST) return "texts.long";
  return String(placesOf(text)) === String([...places].sort()) ? "" : "texts.places";
}

/** Texts under one name, each with its languages. @type {(texts: readonly TextTold[]) => Map<string, TextTold[]>} */
export function byKey(texts) {
  const found = new Map();
  for (const told of texts) found.set(told.key, [...found.get(told.key) ?? [], told]);
  return found;
}

/** The beginning of a text, whole words. @type {(text: string, most?: number) => string} */
export function beginning(text, most = 60) {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 20))} …`;
}

/** In every language. @type {(one: Record<string, string>, other: Record<string, string>) => boolean} */
export const isSameText = (one, other) => Object.keys({ ...one, ...other }).every((lang) => (one[lang] ?? "") === (other[lang] ?? ""));

/** The same to a visitor, whenever somebody called it. @type {(one: HelpLine, other: HelpLine) => boolean} */
export const isSameLine = (one, other) => one.place === other.place && one.phone === other.phone && one.url === other.url
  && one.for_young === other.for_young && isSameText(one.name, other.name) && isSameText(one.about, other.about)
  && isSameText(one.hours, other.hours);

/** How many are to be called. @type {(lines: readonly Pick<LineTold, "due">[]) => number} */
export const dueOf = (lines) => lines.filter(({ due }) => due).length;

/** A day as minutes since the Unix epoch, at noon, so that no zone makes another day of it. @type {(day: number) => number} */
export const noonOf = (day) => day * MINUTES_A_DAY + MINUTES_A_DAY / 2;

/** An id for a new line: none of those that are there. @type {(name: string, taken: readonly string[]) => string} */
export function idOf(name, taken) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 36) || "line";
  let id = plain;
  for (let n = 2; taken.includes(id); n += 1) id = `${plain}-${n}`;
  return id;
}
