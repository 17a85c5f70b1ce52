/**
 * <talk-closing>: ending together: who has proposed it. Staff may say there what was agreed; the visitor's last words have
 * a sheet of their own. `show({closing, isStaff})`; tells `closing-send` text and `closing-on`.
 */
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Closing} from "../session/views.js" */

/** Who has proposed it, in words. @type {(closing: Closing, isStaff: boolean) => string} */
const saidOf = ({ mine, theirs, name }, isStaff) => (mine && theirs ? t("talk.closing_both")
  : mine ? t(isStaff ? "talk.closing_offered" : "talk.closing_asked")
    : isStaff ? t("talk.closing_visitor") : t("talk.closing_staff", { name }));

export class TalkClosing extends HTMLElement {
  #said = make("p", { role: "status" });
  #text = make("textarea", { rows: 2, maxLength: 1000, autocomplete: "off", dir: "auto" });
  #isBuilt = false;

  /** @param {boolean} isStaff */
  #build(isStaff) {
    this.#isBuilt = true;
    this.className = "card";
    const end = button(t("talk.closing_end"), () => {}, "main");
    end.dataset.sheet = "end";
    const send = button(t("talk.closing_send"), () => this.#send(), "main");
    const asked = make("p", {}, make("label", {}, make("span", {}, t("talk.closing_agreed_asked")), this.#text));
    this.replaceChildren(this.#said, ...isStaff ? [asked] : [],
      make("p", { className: "row" }, isStaff ? send : end, button(t("talk.closing_on"), () => tell(this, "closing-on"))));
  }

  #send() {
    const text = this.#text.value.trim();
    this.#text.value = "";
    if (text) tell(this, "closing-send", t("talk.closing_agreed", { text }));
  }

  /** @param {{closing: Closing | null, isStaff?: boolean}} view */
  show({ closing, isStaff = false }) {
    if (!this.#isBuilt && closing) this.#build(isStaff);
    this.hidden = closing === null;
    put(this.#said, closing ? saidOf(closing, isStaff) : "");
  }
}

customElements.define("talk-closing", TalkClosing);
