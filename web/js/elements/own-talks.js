/** <own-talks>: a counsellor's own talks, the next one first; `show({talks, now})`; tells `talk-agree` id, `talk-held` id, `talk-missed` id and `talk-off` id. */
import { languageName } from "../ui/desk-words.js";
import { button, make, tell } from "../ui/dom.js";
import { formWords } from "../ui/free-times.js";
import { t } from "../ui/strings.js";
import { when } from "../ui/when.js";
/** @import {OwnTalk, TalksView} from "../session/talks.js" */

const SHOWN = 12;
const PAST = 24 * 60;
/** What is still of interest: to come, or over since yesterday. @type {(talks: readonly OwnTalk[], now: number) => OwnTalk[]} */
const shown = (talks, now) => talks.filter(({ start, length, state }) =>
  ["booked", "done", "missed", "cancelled"].includes(state) && start + length > now - PAST).slice(0, SHOWN);

export class OwnTalks extends HTMLElement {
  #drawn = "";

  /** @param {{talks: TalksView, now: number}} view  now: minute */
  show({ talks: { talks, isUnlocked, said }, now }) {
    const found = shown(talks, now);
    const key = JSON.stringify([found, isUnlocked, said, found.map((talk) => now >= talk.start)]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const line = make("p", { className: "band", hidden: !said }, said && t(said));
    line.setAttribute("role", "status");
    this.replaceChildren(line, ...(found.length && !isUnlocked ? [make("p", { className: "hint" }, t("desk.talks_locked"))] : []),
      ...(found.length ? [make("ul", { className: "talks" }, ...found.map((talk) => this.#item(talk, isUnlocked, now)))]
        : [make("p", { className: "hint" }, t("desk.talks_none"))]));
  }

  /** @type {(talk: OwnTalk, isUnlocked: boolean, now: number) => HTMLElement} */
  #item(talk, isUnlocked, now) {
    const { id, start, length, form, language, interpreter, state, place, word } = talk;
    const facts = [when(start), t("desk.talk_minutes", { n: length }), formWords(form), languageName(language),
      ...(interpreter ? [t("desk.talk_helped", { language: languageName(interpreter) })] : [])].join(" · ");
    const agreed = [place, word].filter(Boolean).join(" · ");
    const act = (/** @type {string} */ words, /** @type {string} */ name, className = "") => button(words, () => tell(this, name, id), className);
    const begun = now >= start;
    const acts = [
      ...(state === "booked" && form !== "chat" && isUnlocked && !begun ? [act(t(agreed ? "desk.talk_agree_again" : "desk.talk_agree"), "talk-agree", agreed ? "" : "main")] : []),
      ...(begun && state !== "cancelled" && state !== "done" ? [act(t("desk.talk_was_held"), "talk-held")] : []),
      ...(begun && state !== "cancelled" && state !== "missed" ? [act(t("desk.talk_was_missed"), "talk-missed")] : []),
      ...(state === "booked" && !begun ? [act(t("desk.talk_off"), "talk-off")] : [])];
    const text = state === "booked" ? this.#stands(talk) : { done: t("desk.talk_done"), missed: t("desk.talk_missed"), cancelled: t("desk.talk_cancelled") }[state];
    return make("li", {}, make("b", {}, facts), make("p", { className: "hint" }, text ?? ""), ...(agreed ? [make("p", { dir: "auto" }, agreed)] : []),
      ...(acts.length ? [make("p", { className: "row" }, ...acts)] : []));
  }

  /** @param {OwnTalk} talk */
  #stands({ form, agreed }) {
    if (form === "chat") return t("desk.talk_rings");
    return t(agreed ? "desk.talk_is_agreed" : "desk.talk_lacks");
  }
}

customElements.define("own-talks", OwnTalks);
