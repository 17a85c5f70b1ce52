/**
 * Does a text seem to name somebody? Looked at in this page alone, to warn whoever writes it; a warning forbids nothing,
 * and its silence proves nothing.
 */

const PERSONAL = /(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)/;
const PHONE = /\+?\d(?:[ ()/-]{0,2}\d){6,}/;
/** A capital inside a sentence; what follows a full stop, a line's beginning or a quotation mark may be any word. */
const NAME = /(?<=[\p{Ll}\d,;] )\p{Lu}\p{Ll}+/u;
const TWO_NAMES = /\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)+/u;

/** The id of what is to be said beside it, or "". @type {(text: string) => string} */
export function seemsToName(text) {
  if (PERSONAL.test(text)) return "desk.names_personal";
  if (PHONE.test(text)) return "desk.names_phone";
  return NAME.test(text) || TWO_NAMES.test(text) ? "desk.names_name" : "";
}

/** The same text without what seems to name somebody; `mark` stands in its place. @type {(text: string, mark: string) => string} */
export const struck = (text, mark) => [PERSONAL, PHONE, TWO_NAMES, NAME]
  .reduce((left, seems) => left.replace(new RegExp(seems, `g${seems.flags}`), mark), text);
