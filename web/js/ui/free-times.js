/** Free times for talks, for staff who hold one for a visitor. */
import { asked } from "../session/bearer.js";
import { button, make } from "./dom.js";
import { t } from "./strings.js";
import { when } from "./when.js";
/** @import {Form} from "../model/booking.js" */
/** @import {World} from "../session/views.js" */

/** @typedef {{day: number, number: number, idx: number, from: number, length: number, form: Form, languages: string[], free: boolean}} Time */

const MS = 86_400_000;
const DAYS = 36;
const SHOWN = 24;
/** @type {Record<Form, () => string>} */
const FORMS = { chat: () => t("desk.talk_chat"), phone: () => t("desk.talk_phone"), meeting: () => t("desk.talk_meeting") };

/** How a talk is held, in a word. @param {Form} form */
export const formWords = (form) => FORMS[form]();

/** A button for each of the next free times, or null when they cannot be had. @type {(world: World, act: (time: Time) => unknown) => Promise<HTMLElement[] | null>} */
export async function freeTimes(world, act) {
  const told = await asked(world, `/api/times/${Math.floor(Date.now() / MS)}/${DAYS}`);
  if (typeof told === "string") return null;
  const name = (/** @type {number} */ of) => told.members.find((/** @type {{idx: number}} */ { idx }) => idx === of)?.name ?? "";
  return /** @type {Time[]} */ (told.slots).filter(({ free }) => free).slice(0, SHOWN).map((time) =>
    make("li", {}, button(`${when(time.from)} · ${formWords(time.form)} · ${name(time.idx)}`, () => void act(time))));
}

/** Holds a time for a code; "" when it was done. @type {(world: World, mailbox: string, time: Time, language: string) => Promise<string>} */
export async function holdTime(world, mailbox, { day, number, languages }, language) {
  const spoken = languages.includes(language) ? language : languages[0];
  const told = await asked(world, "/api/times/offer", { mailbox, day, number, language: spoken, interpreter: null });
  return typeof told === "string" ? told : "";
}
