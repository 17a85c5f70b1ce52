/** <inquiry-shown>: what a professional asks, in plain words; `show(inquiry)`. */
import { linesOf } from "../model/inquiry.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Inquiry} from "../model/inquiry.js" */

const IN_WORDS = ["text", "office", "when", "language", "theme"];

/** @type {(name: string, value: string | number) => string} */
function worded(name, value) {
  if (IN_WORDS.includes(name)) return String(value);
  return name === "age_band" ? t(value ? `page.age_${value}` : "inquiry.unsaid") : t(`inquiry.${name}_${value}`);
}

export class InquiryShown extends HTMLElement {
  /** @param {Inquiry} inquiry */
  show(inquiry) {
    const lines = linesOf(inquiry).flatMap(([name, value]) => [make("dt", {}, t(`inquiry.${name}`)),
      make("dd", IN_WORDS.includes(name) ? { className: "text", dir: "auto" } : {}, worded(name, value))]);
    this.replaceChildren(make("h3", {}, t(`inquiry.kind_${inquiry.kind}`)), make("dl", {}, ...lines));
  }
}

customElements.define("inquiry-shown", InquiryShown);
