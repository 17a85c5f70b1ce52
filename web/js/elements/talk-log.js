/**
 * <talk-log>: the lines of one room. Inside stands `[role=log]`, one `article` a line (`data-mine`, `data-kind`, `data-mark`).
 * `show({lines, writing})`; new lines never take the scroll: a button says how many there are.
 */
import { difference, unseen } from "../model/lines.js";
import { button, make, put } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {Line} from "../session/views.js" */

/** @type {(line: Line) => HTMLElement} */
function drawn({ kind, mine, name, text, values, at }) {
  const isText = kind === "text";
  const said = make("p", { className: "text", dir: isText ? "auto" : "" }, isText ? text : t(text, values));
  if (kind === "note") return make("article", {}, said);
  const { phone = "112" } = values;
  if (!isText) said.append(" ", make("a", { href: `tel:${phone}` }, values.phone ?? t("card.call")));
  const who = mine ? t("talk.you") : name || t("talk.visitor");
  const seen = mine ? "" : make("bdi", { ariaHidden: "true" }, who);
  return make("article", {}, make("p", { className: "unseen" }, t("talk.said", { name: who })), said,
    make("p", { className: "meta" }, seen, mine ? "" : " ", clock(at), " ", make("span", { className: "mark" })));
}

export class TalkLog extends HTMLElement {
  #log = make("div", { className: "lines" });
  #writing = make("p", { className: "writing" });
  #new = button("", () => this.toEnd(), "new");
  /** @type {Map<string, HTMLElement>} */
  #drawn = new Map();
  /** @type {Set<string>} */
  #seen = new Set();
  /** @type {readonly Line[]} */
  #lines = [];
  #follows = true;
  #height = 0;
  /** A keyboard or a question that opens below must not hide the newest line. */
  #resized = new ResizeObserver(() => {
    this.#height = this.#log.clientHeight;
    if (this.#follows) this.toEnd();
  });

  connectedCallback() {
    Object.assign(this.#log, { role: "log", ariaLabel: t("talk.log"), tabIndex: 0 });
    this.#new.hidden = true;
    this.#log.addEventListener("scroll", this.#scrolled, { passive: true });
    this.#resized.observe(this.#log);
    this.replaceChildren(this.#log, this.#writing, this.#new);
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    this.#log.removeEventListener("scroll", this.#scrolled);
  }

  /** @param {{lines: readonly Line[], writing: readonly string[]}} view */
  show({ lines, writing }) {
    const { gone, add } = difference([...this.#drawn.keys()], lines.map(({ id }) => id));
    for (const id of gone) this.#forget(id);
    for (const { id, at } of add) this.#insert(lines[at], id, this.#log.children[at] ?? null);
    for (const line of lines) this.#mark(line);
    this.#drawn = new Map(lines.map(({ id }) => [id, /** @type {HTMLElement} */ (this.#drawn.get(id))]));
    this.#lines = lines;
    put(this.#writing, writing.map((name) => t("talk.writing", { name: name || t("talk.visitor") })).join(" "));
    if (this.#follows || lines.at(-1)?.mine && add.some(({ at }) => at === lines.length - 1)) this.toEnd();
    else this.#count();
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#look();
  }

  #atEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
  }

  #scrolled = () => {
    if (this.#log.clientHeight === this.#height) this.#look();
  };

  #look() {
    this.#follows = this.#atEnd();
    if (this.#follows) for (const { id } of this.#lines) this.#seen.add(id);
    this.#count();
  }

  #count() {
    const n = unseen(this.#lines, this.#seen);
    this.#new.hidden = n === 0;
    put(this.#new, n === 1 ? t("talk.new_one") : t("talk.new_many", { n }));
  }

  /** @param {string} id */
  #forget(id) {
    this.#drawn.get(id)?.remove();
    this.#drawn.delete(id);
  }

  /** @type {(line: Line, id: string, before: Element | null) => void} */
  #insert(line, id, before) {
    const element = drawn(line);
    Object.assign(element.dataset, { kind: line.kind, mine: String(line.mine) });
    this.#drawn.set(id, element);
    this.#log.insertBefore(element, before);
  }

  /** @param {Line} line */
  #mark({ id, mark, mine }) {
    const element = this.#drawn.get(id);
    const words = element?.querySelector(".mark");
    if (!element || !words || !mine) return;
    element.dataset.mark = mark;
    put(words, mark === "none" ? "" : t(`talk.mark_${mark}`));
  }
}

customElements.define("talk-log", TalkLog);
