/** One case on screen: its sheets, its plan, the visitor's copy, who is in it, and how it ends; drawn from what the session knows. */
import { CaseCompare } from "../elements/case-compare.js";
import { CasePlan } from "../elements/case-plan.js";
import { CaseSheet, dayWords } from "../elements/case-sheet.js";
import { PlanCopy } from "../elements/plan-copy.js";
import { Unsaved } from "../session/unsaved.js";
import { blankPlan, blankSheet, caseName, copyOf, dayOf, planLacks } from "../model/case.js";
import { button, byId, make, put, tell, the } from "./dom.js";
import { t } from "./strings.js";
/** @import {Contact, FormRow, Plan, Sheet} from "../model/case.js" */
/** @import {Case, CasesView} from "../session/cases.js" */

/** @typedef {{sheets: {n: number, fields: Sheet, sealer: string}[], plans: {n: number, fields: Plan, day: string, sealer: string}[], why: string, whyDay: string,
 *   contact: Contact, isWhole: boolean}} Read */

/** A case's records, the newest first. @type {(each: Case) => Read} */
export function readCase({ records }) {
  const read = records.filter(({ isReadable }) => isReadable).reverse();
  const of = (/** @type {string} */ kind) => /** @type {any[]} */ (read.filter(({ holds }) => holds === kind));
  const [reason] = of("reason");
  const contact = read.map(({ fields }) => fields.contact).find((each) => each) ?? null;
  return { sheets: of("sheet"), plans: of("plan"), why: reason?.fields.why ?? "", whyDay: reason?.fields.day ?? "", contact,
    isWhole: read.length === records.length };
}

export const today = () => dayOf(new Date());

export class CaseFile {
  id = "";
  /** The sheet and the plan on screen, and which records they are when they have been kept. @type {number | undefined} */
  sheetNumber;
  /** @type {number | undefined} */
  planNumber;
  /** @type {Contact} */
  contact = null;
  /** What is not saved, nor sent. @type {Unsaved<"sheet" | "plan" | "why" | "words">} */
  unsaved = new Unsaved();
  /** What is begun, as it stands on screen: it is not drawn again under the writer's hand. @type {Set<"sheet" | "plan">} */
  #begun = new Set();

  constructor() {
    document.addEventListener("sheet-changed", () => this.unsaved.changed("sheet"));
    document.addEventListener("plan-changed", () => {
      this.unsaved.changed("plan");
      this.#drawCopy();
    });
    byId("why").addEventListener("input", () => this.unsaved.changed("why", this.why !== ""));
    byId("copy-words").addEventListener("input", () => {
      this.unsaved.changed("words", this.words !== "");
      this.#drawCopy();
    });
  }

  /** @type {(each: Case, view: CasesView) => void} */
  open(each, view) {
    this.id = each.id;
    this.unsaved.clear();
    this.#begun.clear();
    this.contact = readCase(each).contact;
    for (const id of ["sheet-lacks", "plan-lacks", "close-lacks"]) byId(id).replaceChildren();
    /** @type {HTMLTextAreaElement} */ (byId("why")).value = "";
    /** @type {HTMLTextAreaElement} */ (byId("copy-words")).value = "";
    this.draw(each, view, true);
    byId("file-name").focus();
  }

  /** Nothing that was read stays on the page. */
  clear() {
    this.id = "";
    this.contact = null;
    this.unsaved.clear();
    this.#begun.clear();
    this.cover();
    the(CaseSheet).hidden = the(CasePlan).hidden = true;
    for (const id of ["why", "copy-words"]) /** @type {HTMLTextAreaElement} */ (byId(id)).value = "";
  }

  /** Only what is being written stays on the page. */
  cover() {
    if (!this.#isWritten("sheet")) the(CaseSheet).replaceChildren();
    if (!this.#isWritten("plan")) the(CasePlan).replaceChildren();
    for (const part of [the(CaseCompare), the(PlanCopy)]) part.replaceChildren();
    for (const id of ["sheets", "members", "admit", "reason-said", "file-name", "file-until"]) byId(id).replaceChildren();
  }

  /** @param {"sheet" | "plan"} what */
  #isWritten(what) {
    return this.unsaved.holds(what) || this.#begun.has(what);
  }

  /** Keeps what is on screen, which stays there. @type {(what: "sheet" | "plan", act: () => Promise<Case>) => Promise<void>} */
  async kept(what, act) {
    try {
      await this.unsaved.saved(what, async () => {
        const newest = (await act()).records.filter(({ holds }) => holds === what).at(-1);
        if (what === "sheet") this.sheetNumber = newest?.n;
        else this.planNumber = newest?.n;
      });
    } finally {
      this.#begun.delete(what);
    }
  }

  /** What is being written stays, unless `isNew`. @type {(each: Case, view: CasesView, isNew?: boolean) => void} */
  draw(each, view, isNew = false) {
    const read = readCase(each);
    const isOpen = each.closed === null;
    put(byId("file-name"), t("case.case", { name: caseName(each.id) }));
    put(byId("file-until"), t("case.until", { date: dayWords(each.until) }));
    byId("unreadable").hidden = read.isWhole;
    const mayDraw = (/** @type {"sheet" | "plan"} */ what) => isNew || !this.#isWritten(what);
    if (mayDraw("sheet")) this.#drawSheet(read, view, isOpen);
    if (mayDraw("plan")) this.#drawPlan(read, view, isOpen);
    if (!each.records.some(({ n }) => n === this.sheetNumber)) this.sheetNumber = undefined;
    if (!each.records.some(({ n }) => n === this.planNumber)) this.planNumber = undefined;
    this.#drawOlder(read, view);
    this.#drawReason(read, isOpen);
    this.#drawCopy();
    this.#drawMembers(each, view);
    byId("closed-said").hidden = isOpen;
    put(byId("closed-said"), each.closed ? t("case.closed_on", { date: dayWords(each.closed) }) : "");
    byId("close").hidden = !isOpen;
    byId("reopen").hidden = isOpen;
  }

  /** @type {(read: Read, view: CasesView, isOpen: boolean) => void} */
  #drawSheet({ sheets: [newest] }, { form }, isOpen) {
    const mayWrite = isOpen && newest !== undefined && !newest.fields.done;
    this.sheetNumber = newest?.n;
    put(byId("sheet-said"), newest ? [t("case.sheet_of", { date: dayWords(newest.fields.day) }), sealed(newest.sealer),
      t(newest.fields.done ? "case.sheet_done" : "case.sheet_open")].filter(Boolean).join(" · ") : t("case.sheet_none"));
    the(CaseSheet).hidden = newest === undefined;
    if (newest) the(CaseSheet).show({ sheet: newest.fields, form, isOpen: mayWrite });
    byId("sheet-acts").hidden = !mayWrite;
    byId("sheet-new").hidden = !isOpen || mayWrite;
  }

  /** A new sheet is begun; it is nobody's before it is saved. @type {(read: Read, view: CasesView) => void} */
  beginSheet({ sheets: [newest] }, { form, formName }) {
    this.sheetNumber = undefined;
    this.#begun.add("sheet");
    const sheet = blankSheet(today(), formName, newest?.fields ?? null);
    put(byId("sheet-said"), t("case.sheet_of", { date: dayWords(sheet.day) }));
    the(CaseSheet).hidden = false;
    the(CaseSheet).show({ sheet, form, isOpen: true });
    byId("sheet-acts").hidden = false;
    byId("sheet-new").hidden = true;
    the(CaseSheet).querySelector("select")?.focus();
  }

  /** @type {(read: Read, view: CasesView, isOpen: boolean) => void} */
  #drawPlan({ sheets, plans: [newest] }, { form }, isOpen) {
    this.planNumber = newest?.day === today() ? newest.n : undefined;
    put(byId("plan-said"), newest ? [t("case.plan_of", { date: dayWords(newest.fields.day) }), sealed(newest.sealer)].filter(Boolean).join(" · ")
      : t("case.plan_none"));
    the(CasePlan).hidden = newest === undefined;
    if (newest) the(CasePlan).show({ plan: newest.fields, form, taken: takenOf(sheets[0]?.fields), isOpen });
    byId("plan-acts").hidden = newest === undefined || !isOpen;
    byId("plan-new").hidden = newest !== undefined || !isOpen;
  }

  /** @type {(read: Read, view: CasesView) => void} */
  beginPlan({ sheets: [newest] }, { form }) {
    this.#begun.add("plan");
    the(CasePlan).hidden = false;
    the(CasePlan).show({ plan: blankPlan(today(), this.contact), form, taken: takenOf(newest?.fields), isOpen: true });
    put(byId("plan-said"), "");
    byId("plan-acts").hidden = false;
    byId("plan-new").hidden = true;
    the(CasePlan).querySelector("textarea")?.focus();
  }

  /** @type {(read: Read, view: CasesView) => void} */
  #drawOlder({ sheets }, { form }) {
    byId("sheets").replaceChildren(...sheets.slice(1).map(({ fields, sealer }) => {
      const [sheet, said] = [new CaseSheet(), sealed(sealer)];
      sheet.show({ sheet: fields, form, isOpen: false });
      return make("details", {}, make("summary", {}, t("case.sheet_of", { date: dayWords(fields.day) })), ...(said ? [make("p", {}, said)] : []), sheet);
    }));
    byId("compare").hidden = sheets.length < 2;
    the(CaseCompare).show({ sheets: sheets.map(({ fields }) => fields), form });
  }

  /** @type {(read: Read, isOpen: boolean) => void} */
  #drawReason({ why, whyDay }, isOpen) {
    put(byId("reason-said"), why && `${t("case.reason_of", { date: dayWords(whyDay) })} ${why}`);
    byId("reason-said").hidden = !why;
    /** @type {HTMLDetailsElement} */ (byId("reason")).open ||= why !== "";
    for (const field of byId("reason").querySelectorAll("textarea, button")) field.toggleAttribute("disabled", !isOpen && !this.why);
  }

  #drawCopy() {
    const plan = the(CasePlan).hidden ? null : the(CasePlan).plan;
    byId("copy").hidden = plan === null;
    put(byId("contact-said"), t(this.contact ? "case.contact_is" : "case.contact_none"));
    byId("contact").hidden = this.contact !== null;
    byId("copy-send").hidden = this.contact === null;
    if (plan) the(PlanCopy).show(copyOf({ ...plan, day: today() }, this.words));
  }

  get why() {
    return /** @type {HTMLTextAreaElement} */ (byId("why")).value.trim();
  }

  get words() {
    return /** @type {HTMLTextAreaElement} */ (byId("copy-words")).value.trim();
  }

  /** Where the copy goes is known. @param {Contact} contact */
  goesTo(contact) {
    this.contact = contact;
    this.#drawCopy();
  }

  /** @type {(each: Case, view: CasesView) => void} */
  #drawMembers({ members, closed }, { idx: me, colleagues }) {
    const name = (/** @type {number} */ idx) => colleagues.find((each) => each.idx === idx)?.name ?? String(idx);
    const off = (/** @type {number} */ idx) => button(idx === me ? t("case.member_leave") : t("case.member_off", { name: name(idx) }),
      () => tell(byId("members"), "member-off", idx));
    byId("members").replaceChildren(...members.map((idx) => make("li", {}, idx === me ? t("case.member_me", { name: name(idx) }) : name(idx), " ",
      ...(members.length > 1 ? [off(idx)] : []))));
    const others = closed === null ? colleagues.filter(({ idx }) => !members.includes(idx)) : [];
    byId("admit").replaceChildren(...others.map((each) => button(t("case.member_add", { name: each.name }),
      () => tell(byId("admit"), "member-add", each.idx))));
  }
}

/** @param {string} sealer */
const sealed = (sealer) => (sealer ? t("case.resealed", { name: sealer }) : "");

/** Rows that a sheet takes into the plan. @param {Sheet | undefined} sheet */
const takenOf = (sheet) => Object.entries(sheet?.rows ?? {}).filter(([, { plan }]) => plan).map(([id]) => id);

/** What is missing, said in sentences. @type {(id: string, lacks: readonly string[]) => void} */
export function sayLacks(id, lacks) {
  byId(id).replaceChildren(...(lacks.length ? [make("div", { className: "band" }, make("p", {}, t("case.lacks")),
    make("ul", {}, ...lacks.map((key) => make("li", {}, t(key)))))] : []));
}

/** @type {(plan: Plan, form: readonly FormRow[]) => void} */
export const sayPlanLacks = (plan, form) => sayLacks("plan-lacks", planLacks(plan, form));
