/** Labelled fields of a form, each filled from a value and read back as one. */
import { make } from "./dom.js";

/** @typedef {{element: HTMLElement, readonly value: string, focus: () => void}} Field */

/** @type {(words: string, input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement) => Field} */
const labelled = (words, input) => ({ element: make("label", {}, make("span", {}, words), input),
  get value() { return input.value.trim(); }, focus: () => input.focus() });

/** A choice out of a closed list. @type {(words: string, value: string, choices: readonly (readonly [string, string])[]) => Field} */
export function choice(words, value, choices) {
  const select = make("select", { autocomplete: "off" }, ...choices.map(([code, label]) => make("option", { value: code }, label)));
  select.value = value;
  return labelled(words, select);
}

/** @type {(words: string, value: string, maxLength?: number) => Field} */
export const line = (words, value, maxLength = 200) =>
  labelled(words, make("input", { type: "text", autocomplete: "off", dir: "auto", value, maxLength }));

/** @type {(words: string, value: string, maxLength?: number) => Field} */
export const lines = (words, value, maxLength = 2000) =>
  labelled(words, make("textarea", { autocomplete: "off", dir: "auto", rows: 2, value, maxLength }));

/** @type {(words: string, value: string) => Field} */
export const day = (words, value) => labelled(words, make("input", { type: "date", autocomplete: "off", value }));

/** @type {(words: string, checked: boolean) => {element: HTMLElement, readonly checked: boolean}} */
export function tick(words, checked) {
  const input = make("input", { type: "checkbox", checked });
  return { element: make("label", { className: "tick" }, input, make("span", {}, words)), get checked() { return input.checked; } };
}
