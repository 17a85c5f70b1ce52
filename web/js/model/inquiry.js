/**
 * What a professional asks of supervisors, as a value: the closed forms of protocol.md section 10, what they lack, and what came
 * of them. Whatever comes from elsewhere is taken only if it is of that form.
 */
export const ASKERS = Object.freeze(["social", "police", "prison", "school", "other"]);
export const ASKS = Object.freeze(["leave", "relatives", "advice", "unsure"]);
export const CONSENT = Object.freeze(["wants", "knows", "unaware"]);
export const FORMS = Object.freeze(["workshop", "lecture", "unsure"]);
export const AUDIENCES = Object.freeze(["pupils", "staff", "parents", "association", "other"]);
export const SIZES = Object.freeze(["few", "class", "hall", "unsure"]);
/** Of each text the most it may be. */
export const MOST = Object.freeze({ office: 120, text: 1500, when: 120, language: 40, theme: 600, answer: 1500 });
/** What can be decided, and why it may be. @type {Readonly<Record<string, readonly string[]>>} */
export const REASONS = Object.freeze({
  accepted: ["agreed", "partly"],
  declined: ["not_ours", "elsewhere", "no_room", "no_consent", "too_little"],
  closed: ["done", "withdrawn", "unreadable"],
});
const AGES = 7;

/** @typedef {{v: 1, kind: "referral", day: number, asker: string, office: string, age_band: number, asks: string, consent: string, text: string}} Referral */
/** @typedef {{v: 1, kind: "workshop", day: number, asker: string, office: string, form: string, audience: string, size: string, when: string,
 *   language: string, theme: string}} Workshop */
/** @typedef {Referral | Workshop} Inquiry */
/** @typedef {{v: 1, record: string, state: string, reason: string, text: string}} Outcome */

/** @typedef {Record<string, (value: any) => boolean>} Form */
/** @type {(most: number) => (value: any) => boolean} */
const upTo = (most) => (value) => Number.isInteger(value) && value >= 0 && value <= most;
/** @type {(most: number, isNeeded?: boolean) => (value: any) => boolean} */
const text = (most, isNeeded = false) => (value) => typeof value === "string" && value.length <= most && (!isNeeded || value.trim() !== "");
/** @type {(codes: readonly string[]) => (value: any) => boolean} */
const among = (codes) => (value) => codes.includes(value);

/** @type {Form} */
const BOTH = { v: (value) => value === 1, day: upTo(0xffffffff), asker: among(ASKERS), office: text(MOST.office) };
/** @type {Record<string, Form>} */
const KINDS = {
  referral: { ...BOTH, kind: among(["referral"]), age_band: upTo(AGES), asks: among(ASKS), consent: among(CONSENT), text: text(MOST.text, true) },
  workshop: { ...BOTH, kind: among(["workshop"]), form: among(FORMS), audience: among(AUDIENCES), size: among(SIZES),
    when: text(MOST.when), language: text(MOST.language), theme: text(MOST.theme, true) },
};
/** @type {Form} */
const OUTCOME = { v: (value) => value === 1, record: (value) => /^[0-9a-f]{32}$/.test(value), state: among(Object.keys(REASONS)),
  reason: among(Object.values(REASONS).flat()), text: text(MOST.answer) };

/** @type {(value: any, form: Form) => boolean} */
const isOf = (value, form) => typeof value === "object" && value !== null && Object.keys(value).length === Object.keys(form).length &&
  Object.entries(form).every(([name, isGood]) => name in value && isGood(value[name]));

/** What is asked, or null when it is of no form we know. @type {(value: any) => Inquiry | null} */
export function inquiryOf(value) {
  const form = Object.hasOwn(KINDS, value?.kind) ? KINDS[value.kind] : null;
  return form && isOf(value, form) ? value : null;
}

/** What was decided of this one, or null. @type {(text: string, record: string) => Outcome | null} */
export function outcomeOf(text, record) {
  try {
    const value = JSON.parse(text);
    return isOf(value, OUTCOME) && value.record === record && REASONS[value.state].includes(value.reason) ? value : null;
  } catch {
    return null;
  }
}

/** The first field that is still to be filled in, or "". @type {(fields: Record<string, any>) => string} */
export function lackOf(fields) {
  const form = KINDS[fields.kind] ?? {};
  return Object.entries(form).find(([name, isGood]) => !isGood(fields[name]))?.[0] ?? "";
}

/** What a reader is shown, in its order: each field's name and its value; what was left empty is not there.
 * @type {(inquiry: Inquiry) => [string, string | number][]} */
export function linesOf(inquiry) {
  const { v, kind, day, asker, office, ...rest } = inquiry;
  return /** @type {[string, string | number][]} */ ([["asker", asker], ...Object.entries(rest), ["office", office]]).filter(([, value]) => value !== "");
}

/** Does the answer bear out what the service tells? Closed needs none. @type {(state: string, reason: string | null, outcome: Outcome | null) => boolean} */
export function isBorneOut(state, reason, outcome) {
  if (!Object.hasOwn(REASONS, state) || state === "closed") return true;
  return outcome?.state === state && outcome.reason === reason;
}
