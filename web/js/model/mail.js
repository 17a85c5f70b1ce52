/** Sealed messages in words, for staff who answer. */
/** @import {MailView} from "../session/views.js" */

/** Hours a message has waited. @type {(hour: number, now: number) => number} */
export const hoursSince = (hour, now) => Math.max(0, Math.floor(now / 3_600_000) - hour);

/** What a list of the unanswered says of one. @type {(letter: MailView["letters"][number], now: number) => {key: string, hours: number}[]} */
export const wordsOf = ({ hour, hasCode }, now) => [
  { key: hoursSince(hour, now) ? "desk.mail_age" : "desk.mail_new", hours: hoursSince(hour, now) },
  { key: hasCode ? "desk.mail_code" : "desk.mail_no_code", hours: 0 },
];

/** How many wait that one's own keys do not open. @type {(view: MailView) => number} */
export const others = ({ waiting, letters }) => Math.max(0, waiting - letters.length);
