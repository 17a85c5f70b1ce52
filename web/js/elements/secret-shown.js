/** <secret-shown>: a new member's 24 digits, shown once, printed if wished, typed back in part; `show({digits, login, asked})`; tells `secret-kept`. */
import { digitsOf, groupsOf } from "../model/code.js";
import { isTypedBack } from "../model/enrol.js";
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";

export class SecretShown extends HTMLElement {
  #said = make("p", { className: "hint", role: "status" });

  /** @param {{digits: string, login: string, asked: readonly [number, number]}} view  asked = which groups are typed back, from 0 */
  show({ digits, login, asked }) {
    if (this.childElementCount) return;
    const typed = asked.map((at) => this.#field(at));
    const confirm = () => {
      if (isTypedBack(digits, asked, typed.map(({ field }) => digitsOf(field.value)))) return this.#kept();
      put(this.#said, t("enrol.typed_wrong"));
      return typed[0].field.focus();
    };
    this.replaceChildren(make("p", { className: "no-print" }, t("enrol.secret_text")),
      make("p", { className: "print" }, t("enrol.print_text")),
      make("p", {}, t("enrol.login"), " ", make("b", { dir: "ltr" }, login)),
      make("ol", { className: "code", dir: "ltr" }, ...groupsOf(digits).map((group) => make("li", {}, group))),
      make("p", { className: "row no-print" }, button(t("enrol.print"), () => print())),
      make("p", { className: "no-print" }, t("enrol.type_back")),
      make("div", { className: "row no-print" }, ...typed.map(({ label }) => label),
        button(t("enrol.type_go"), confirm, "main")), this.#said);
  }

  /** @param {number} at */
  #field(at) {
    const field = make("input", { type: "text", inputMode: "numeric", autocomplete: "off", maxLength: 6, dir: "ltr" });
    return { field, label: make("label", {}, make("span", {}, t("enrol.group", { n: at + 1 })), field) };
  }

  #kept() {
    this.replaceChildren();
    tell(this, "secret-kept");
  }
}

customElements.define("secret-shown", SecretShown);
