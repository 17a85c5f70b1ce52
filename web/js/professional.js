/**
 * The page for people who meet young people in their work: says beside what is written when it seems to name somebody.
 * Looked at in this page alone, before anything is sent; it forbids nothing.
 */
import { seemsToName } from "./model/names.js";
import { byId, put } from "./ui/dom.js";

/** @type {(text: string) => string} */
const wordsFor = (text) => byId("names").dataset[seemsToName(text).replace("desk.names_", "")] ?? "";

/** @type {(place: Element | null, words: string) => void} */
function say(place, words) {
  const names = byId("names");
  if (words && names.nextElementSibling !== place) place?.before(names);
  put(names, words);
  names.hidden = !words;
}

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLTextAreaElement) say(target.closest("talk-composer, message-door"), wordsFor(target.value));
});
for (const sent of ["talk-write", "click"]) {
  document.addEventListener(sent, () => setTimeout(() => {
    const written = [...document.querySelectorAll("textarea")].map(({ value }) => value).join("\n");
    if (!wordsFor(written)) say(null, "");
  }));
}
