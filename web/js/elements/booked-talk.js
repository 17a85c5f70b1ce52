/** A talk of a code in words, with what can be done about it; and a wish that waits. A press tells `book-enter`, `book-move`, `book-cancel`, `book-file`, `book-accept` id or `book-no-wait`. */
import { FORMS, isElsewhere, stageOf } from "../model/booking.js";
import { button, make, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
import { when } from "../ui/when.js";
/** @import {Booked, Stage} from "../model/booking.js" */
/** @import {Mine} from "../session/booking.js" */

/** @type {(minute: number) => string} */
export const dayName = (minute) => clock(minute, { weekday: "long", day: "numeric", month: "long" });
/** @type {(code: string) => string} */
export const languageName = (code) => new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(code) ?? code;
/** @type {(minute: number, length: number) => string} */
const span = (minute, length) => `${clock(minute)}\u2013${clock(minute + length)}`;

/** For who is in another zone: the same moment by the centre's clock. @type {(at: {start: number, wall?: number} | null | undefined) => HTMLElement[]} */
export function elsewhere(at) {
  if (at?.wall === undefined || !isElsewhere(at)) return [];
  const there = clock(at.wall, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
  return [make("p", { className: "hint" }, t("talks.elsewhere", { here: clock(at.start), there }))];
}

/** How it stands with a talk. @type {(talk: Booked, now: number) => string} */
export function sentenceOf(talk, now) {
  const { start, length, opens, until, form, name, agreed } = talk;
  const stage = stageOf(talk, now);
  if (stage === "ahead") return t(agreed ? `talks.ahead_${form}` : `talks.ahead_${form}_soon`, { name });
  const late = (stage === "open" || stage === "alone") && now >= start + 5 ? "_late" : "";
  return t(`talks.is_${stage}${late}`, { name, opens: when(opens), end: clock(start + length), time: clock(start), until: when(until ?? 0) });
}

/** @type {(talk: Booked, now: number, mayEnter: boolean) => HTMLElement} */
export function talkCard(talk, now, mayEnter) {
  const stage = stageOf(talk, now);
  const facts = t("talks.with", { form: t(`talks.form_${talk.form}`), name: talk.name, time: span(talk.start, talk.length) });
  const helped = talk.interpreter ? [make("p", {}, t("talks.helped", { language: languageName(talk.interpreter) }))] : [];
  const card = make("article", { className: "card" }, make("h2", {}, dayName(talk.start)), make("p", {}, facts), ...elsewhere(talk), ...helped,
    make("p", { className: stage === "open" ? "lead" : "" }, sentenceOf(talk, now)), ...agreedOf(talk, stage));
  card.append(make("p", { className: "row" }, ...actsOf(talk, stage, mayEnter, card)));
  return card;
}

/** @type {(talk: Booked, stage: Stage) => HTMLElement[]} */
function agreedOf({ agreed, form }, stage) {
  if (!agreed || stage !== "ahead") return [];
  const rows = [[t(form === "phone" ? "talks.number" : "talks.place"), agreed.place], [t("talks.word"), agreed.word]].filter(([, value]) => value);
  return [make("dl", { className: "agreed" }, ...rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, value))))];
}

/** @type {(talk: Booked, stage: Stage, mayEnter: boolean, from: HTMLElement) => HTMLButtonElement[]} */
function actsOf({ id }, stage, mayEnter, from) {
  const act = (/** @type {string} */ key, /** @type {string} */ name, className = "") => button(t(key), () => tell(from, name, id), className);
  if (stage === "held") return [act("talks.held_yes", "book-accept", "main"), act("talks.held_no", "book-cancel")];
  if (["over", "done", "off"].includes(stage)) return [];
  const enter = stage === "open" && mayEnter ? [act("talks.go_in", "book-enter", "main")] : [];
  return [...enter, act("talks.move", "book-move"), act("talks.cancel", "book-cancel"), act("talks.file", "book-file")];
}

/** @param {NonNullable<Mine["wish"]>} wish */
export function wishCard({ forms, language, interpreter }) {
  const how = forms.length === FORMS.length ? t("talks.waits_any") : forms.map((form) => t(`talks.form_${form}`)).join("; ");
  const values = { forms: how, language: languageName(interpreter ?? language) };
  const card = make("article", { className: "card" }, make("h2", {}, t("talks.waits")), make("p", {}, t("talks.waits_text", values)));
  card.append(make("p", { className: "row" }, button(t("talks.wait_end"), () => tell(card, "book-no-wait"))));
  return card;
}
