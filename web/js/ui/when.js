/** A time to come, with its day. */
import { clock, t } from "./strings.js";

/** @type {(moment: number) => number} */
const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/** A time to come with its day, as one says it. @type {(minute: number, now?: number) => string} */
export function when(minute, now = Date.now()) {
  const days = Math.round((midnight(minute * 60_000) - midnight(now)) / 86_400_000);
  const key = ["today", "tomorrow"][days] ?? (days > 0 && days < 7 ? "day" : "date");
  return t(`talk.when_${key}`, { time: clock(minute), day: clock(minute, { weekday: "long" }),
    date: clock(minute, { day: "numeric", month: "long" }) });
}

/** From when until when. @type {(minutes: {start: number, end: number}) => string} */
export const span = ({ start, end }) => t("talk.when_span", { from: when(start), to: clock(end) });
