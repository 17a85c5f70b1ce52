/**
 * The sheet and the plan as values: what may stand in them, what they lack before they may be finished, and two dates
 * of a sheet side by side. Everything is words; nothing here counts, adds up, orders or compares by how anybody is.
 */

/** @import {Copy} from "./plan-copy.js" */

/** @typedef {"own" | "flag" | "risk" | "protective" | "returnee"} Part */
/** @typedef {{id: string, part: Part, texts: Record<string, string>}} FormRow  a row of the form in force, in its languages */
/** @typedef {{state: string, basis: string, date: string, change: string, note: string, plan: boolean}} Row */
/** @typedef {{mailbox: string, r: string} | null} Contact */
/**
 * @typedef {object} Sheet
 * @property {string} day
 * @property {string} form
 * @property {Record<string, string>} words     what each row said on that day
 * @property {Record<string, Row>} rows         a row that is not there is unknown
 * @property {Record<string, string>} flags
 * @property {string} summary
 * @property {string} unknown
 * @property {string} who
 * @property {string} next
 * @property {boolean} returnee
 * @property {boolean} done
 * @property {Contact} contact
 */
/**
 * @typedef {{goal: string, factors: string[], own: string, direction: string, measure: string, who: string, due: string,
 *   follow_up: string, status: string, result: string, share: string}} Step
 * @typedef {{day: string, who: string, agreed: string, aim: string, start: string, next: string, status: string, why: string,
 *   together: string, rows: Step[], contact: Contact}} Plan
 */

/** In the order in which they are asked: the relative first. @type {readonly Part[]} */
export const PARTS = ["own", "flag", "risk", "protective", "returnee"];
export const STATES = ["unknown", "not_seen", "some", "clear"];
export const BASES = ["unknown", "visitor_saw", "visitor_heard", "person_said", "professional"];
export const CHANGES = ["unknown", "less", "same", "more", "new"];
export const ANSWERS = ["unknown", "no", "yes"];
export const DIRECTIONS = ["strengthen", "lessen"];
export const STEP_STATES = ["planned", "ongoing", "done", "dropped", "replaced"];
export const PLAN_STATES = ["draft", "active", "paused", "closed"];
export const LONGEST_NOTE = 500;
export const LONGEST_TEXT = 2000;

/** @type {Row} */
export const UNKNOWN = Object.freeze({ state: "unknown", basis: "unknown", date: "", change: "unknown", note: "", plan: false });

/** @type {(rows: readonly FormRow[], returnee: boolean) => FormRow[]} */
export const shownRows = (rows, returnee) =>
  PARTS.flatMap((part) => (part === "returnee" && !returnee ? [] : rows.filter((row) => row.part === part)));

/** A sheet of today; what was known the last time is asked anew, but who takes part and the add-on stay.
 * @type {(day: string, form: string, before?: Sheet | null) => Sheet} */
export const blankSheet = (day, form, before = null) => ({ day, form, words: {}, rows: {}, flags: {}, summary: "", unknown: "",
  who: before?.who ?? "", next: "", returnee: before?.returnee ?? false, done: false, contact: before?.contact ?? null });

/** @type {(day: string, contact?: Contact) => Plan} */
export const blankPlan = (day, contact = null) => ({ day, who: "", agreed: "unknown", aim: "", start: day, next: "", status: "draft",
  why: "", together: "", rows: [], contact });

/** @type {() => Step} */
export const blankStep = () => ({ goal: "", factors: [], own: "", direction: "strengthen", measure: "", who: "", due: "", follow_up: "",
  status: "planned", result: "", share: "" });

/** A row as it was filled in, or nothing when all of it is unknown. @type {(row: Row) => Row | null} */
export const knownRow = (row) =>
  (Object.keys(UNKNOWN).some((name) => row[/** @type {keyof Row} */ (name)] !== UNKNOWN[/** @type {keyof Row} */ (name)]) ? row : null);

/** A sheet for sealing: unknown rows are left out, and the words are those of the rows that stay.
 * @type {(sheet: Sheet, words: (id: string) => string) => Sheet} */
export function trimmed(sheet, words) {
  const rows = Object.fromEntries(Object.entries(sheet.rows).filter(([, row]) => knownRow(row)));
  const flags = Object.fromEntries(Object.entries(sheet.flags).filter(([, answer]) => answer !== "unknown"));
  const ids = [...Object.keys(rows), ...Object.keys(flags)];
  return { ...sheet, rows, flags, words: Object.fromEntries(ids.map((id) => [id, words(id)])) };
}

/** Is an immediate danger named? @type {(sheet: Sheet) => boolean} */
export const isAcute = ({ flags }) => Object.values(flags).includes("yes");

/** Does a step strengthen something that protects? @type {(step: Step, rows: readonly FormRow[]) => boolean} */
export const protects = ({ direction, factors, own }, rows) => direction === "strengthen"
  && (own.trim() !== "" || rows.some(({ id, part }) => part === "protective" && factors.includes(id)));

/** What a plan lacks, as ids of sentences. @type {(plan: Plan, rows: readonly FormRow[]) => string[]} */
export function planLacks(plan, rows) {
  const lacks = [];
  if (!plan.rows.length) lacks.push("case.lacks_rows");
  else if (!plan.rows.some((step) => protects(step, rows))) lacks.push("case.lacks_protective");
  if (plan.rows.some(({ goal, measure, who }) => !(goal.trim() && measure.trim() && who.trim()))) lacks.push("case.lacks_step");
  if (plan.rows.some(({ factors, own }) => !factors.length && !own.trim())) lacks.push("case.lacks_factor");
  if (plan.status === "closed" && !plan.why.trim()) lacks.push("case.lacks_why");
  return lacks;
}

/** What is missing before a sheet may be finished, or a case closed. @type {(plan: Plan | null, why: string, rows: readonly FormRow[]) => string[]} */
export function endLacks(plan, why, rows) {
  if (why.trim()) return [];
  return plan ? planLacks(plan, rows) : ["case.lacks_plan"];
}

/** Two dates in words, row by row; rows that nobody knew anything about on either are left out.
 * @type {(one: Sheet, other: Sheet, rows: readonly FormRow[]) => {id: string, part: Part, words: string, one: Row | string, other: Row | string}[]} */
export function sideBySide(one, other, rows) {
  const ids = new Set([one, other].flatMap(({ rows: known, flags }) => [...Object.keys(known), ...Object.keys(flags)]));
  const parts = new Map(rows.map((row) => [row.id, row.part]));
  const place = [...shownRows(rows, true).map(({ id }) => id), ...ids];
  return [...ids].sort((a, b) => place.indexOf(a) - place.indexOf(b)).map((id) => {
    const isFlag = id in one.flags || id in other.flags;
    const of = (/** @type {Sheet} */ sheet) => (isFlag ? sheet.flags[id] ?? "unknown" : sheet.rows[id] ?? UNKNOWN);
    return { id, part: isFlag ? "flag" : parts.get(id) ?? "risk", words: other.words[id] ?? one.words[id] ?? id, one: of(one), other: of(other) };
  });
}

/** What the visitor is given of a plan: what is agreed, in the words it was written in; nothing of the sheet.
 * @type {(plan: Plan, words: string) => Copy} */
export const copyOf = ({ day, aim, next, rows }, words) => ({ v: 1, day, aim, next, words,
  rows: rows.filter(({ status }) => status !== "dropped" && status !== "replaced")
    .map(({ goal, direction, measure, who, due, follow_up: followUp }) => ({ goal, direction, measure, who, due, follow_up: followUp })) });

/** The days on which a case is to be looked at again; the earliest is the case's. @type {(sheet: Sheet | null, plan: Plan | null) => string} */
export function nextDay(sheet, plan) {
  const steps = plan?.rows.filter(({ status }) => status === "planned" || status === "ongoing") ?? [];
  const isOver = plan?.status === "closed" || plan?.status === "paused";
  const days = isOver ? [] : [sheet?.next, plan?.next, ...steps.map((step) => step.follow_up)];
  return days.filter((day) => day).sort()[0] ?? "";
}

/** The day by the clock of whoever looks. @type {(now: Date) => string} */
export const dayOf = (now) => new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** @type {(next: string, today: string) => boolean} */
export const isDue = (next, today) => next !== "" && next <= today;

/** A name for a case that names nobody: letters made from its id. @type {(id: string) => string} */
export const caseName = (id) => [0, 2, 4, 6, 8].map((at) => "bdfghjklmnprstvz"[parseInt(id.slice(at, at + 2), 16) % 16]).join("");

/**
 * Which part of the cases' page is shown. What is not saved stays where it is when the session ends; once covered, only
 * whoever shows that they are the member sees it again.
 * @type {(page: {phase: "opening" | "out" | "denied" | "locked" | "in", isCovered: boolean, isUnsaved: boolean, hasCase: boolean}) => string}
 */
export function partShown({ phase, isCovered, isUnsaved, hasCase }) {
  if (phase === "in" && !isCovered) return hasCase ? "file" : "list";
  if (phase === "out" && isUnsaved && !isCovered) return "file";
  return phase === "in" || phase === "out" && isUnsaved ? "locked" : phase;
}
