/** A quiet sentence beside fields in which somebody seems to be named: looked at in this page alone, before anything is saved. */
import { seemsToName } from "../model/names.js";
import { make, put } from "./dom.js";
import { t } from "./strings.js";

/** @type {(...fields: HTMLTextAreaElement[]) => HTMLElement & {look: () => void}} */
export function nameWarning(...fields) {
  const said = make("p", { className: "band", role: "status", hidden: true });
  const look = () => {
    const warning = fields.map(({ value }) => seemsToName(value)).find(Boolean) ?? "";
    put(said, warning && t(warning));
    said.hidden = !warning;
  };
  for (const field of fields) field.addEventListener("input", look);
  return Object.assign(said, { look });
}
