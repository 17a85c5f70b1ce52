/**
 * <side-board>: four fields about a conversation, in this page alone, gone with it: what worries, what works, what next,
 * what is not known. `show(room)`, null when there is none; tells `board-put` text: into the place to write, sent by no
 * one but the adviser.
 */
import { seemsToName, struck } from "../model/names.js";
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Room} from "../session/views.js" */

const LONGEST = 500;
const PARTS = [() => t("desk.board_worries"), () => t("desk.board_works"), () => t("desk.board_next"), () => t("desk.board_unknown")];

export class SideBoard extends HTMLElement {
  /** @type {Map<string, string[]>} room -> its four texts */
  #kept = new Map();
  #room = "";
  /** @type {HTMLTextAreaElement[]} */
  #fields = [];
  #said = make("p", { className: "band", role: "status", hidden: true });
  #strike = button("", () => this.#struck());
  #none = make("p", { className: "hint" });
  #form = make("div", { hidden: true });

  connectedCallback() {
    this.#fields = PARTS.map(() => make("textarea", { rows: 2, maxLength: LONGEST, autocomplete: "off", dir: "auto" }));
    for (const field of this.#fields) field.addEventListener("input", this.#typed);
    put(this.#none, t("desk.board_none"));
    put(this.#strike, t("desk.board_strike"));
    this.#form.replaceChildren(make("div", { className: "quarters" }, ...this.#fields.map((field, at) =>
      make("label", {}, make("span", {}, PARTS[at]()), field))), this.#said,
    make("p", { className: "row" }, this.#strike, button(t("desk.board_put"), () => tell(this, "board-put", this.#whole()))));
    this.replaceChildren(this.#none, this.#form);
  }

  /** @param {Room | null} room */
  show(room) {
    const id = !room || room.state === "ended" || room.staffOnly ? "" : room.id;
    if (room?.state === "ended") this.#kept.delete(room.id);
    if (id === this.#room) return;
    this.#room = id;
    this.#form.hidden = !id;
    this.#none.hidden = id !== "";
    const texts = this.#kept.get(id) ?? [];
    this.#fields.forEach((field, at) => field.value = texts[at] ?? "");
    this.#warn();
  }

  #typed = () => {
    this.#kept.set(this.#room, this.#fields.map(({ value }) => value));
    this.#warn();
  };

  /** What seems to name somebody is in no field any more. */
  #struck() {
    for (const field of this.#fields) field.value = struck(field.value, t("desk.board_struck"));
    this.#typed();
  }

  #warn() {
    const warning = this.#fields.map(({ value }) => seemsToName(value)).find(Boolean) ?? "";
    put(this.#said, warning && t(warning));
    this.#said.hidden = this.#strike.hidden = !warning;
  }

  #whole() {
    return this.#fields.map(({ value }, at) => value.trim() && `${PARTS[at]()}: ${value.trim()}`).filter(Boolean).join("\n\n");
  }
}

customElements.define("side-board", SideBoard);
