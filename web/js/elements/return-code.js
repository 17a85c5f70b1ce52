/** <return-code data-days="90">: make, show and confirm the code; tells `code-make` and `code-confirm` [group, group]; `show(code)`, `wrong()`. */
import { digitsOf, groupsOf } from "../model/code.js";
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {VisitorView} from "../session/views.js" */

export class ReturnCode extends HTMLElement {
  #drawn = "";
  #answer = make("p", { className: "hint" });

  connectedCallback() {
    this.#answer.setAttribute("role", "status");
    this.show(null);
  }

  /** @param {VisitorView["code"]} code */
  show(code) {
    const key = !code ? "none" : code.confirmed ? "done" : code.digits + code.asked;
    if (key === this.#drawn) return;
    const held = this.contains(document.activeElement);
    this.#drawn = key;
    put(this.#answer, "");
    this.replaceChildren(...(!code ? this.#offer() : code.confirmed ? this.#done() : this.#form(code)));
    if (held) /** @type {HTMLElement | null} */ (this.querySelector("input, [tabindex]"))?.focus();
  }

  wrong() {
    put(this.#answer, t("visitor.code_wrong"));
    this.querySelector("input")?.focus();
  }

  #offer() {
    return [make("p", {}, t("visitor.code_why")),
      button(t("visitor.code_show"), () => tell(this, "code-make"), "main")];
  }

  #done() {
    return [make("p", { tabIndex: -1, className: "good" },
      t("visitor.code_done", { days: this.dataset.days ?? "" }))];
  }

  /** @param {NonNullable<VisitorView["code"]>} code */
  #form({ digits, asked }) {
    const [a, b] = asked;
    const fields = asked.map(() => make("input",
      { type: "text", inputMode: "numeric", autocomplete: "off", maxLength: 8, dir: "ltr" }));
    const confirm = () => tell(this, "code-confirm", fields.map(({ value }) => digitsOf(value)));
    const groups = groupsOf(digits).map((group) => make("li", {}, group));
    return [
      make("p", {}, t("visitor.code_write")),
      make("ol", { className: "code", dir: "ltr" }, ...groups),
      make("p", {}, t("visitor.code_type", { a: a + 1, b: b + 1 })),
      make("div", { className: "row" }, ...fields.map((field, at) =>
        make("label", {}, make("span", {}, t("visitor.code_group", { n: asked[at] + 1 })), field))),
      this.#answer,
      button(t("visitor.code_confirm"), confirm, "main"),
    ];
  }
}

customElements.define("return-code", ReturnCode);
