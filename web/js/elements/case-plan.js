/**
 * <case-plan>: an action plan, to be written or read. `show({plan, form, taken, isOpen})`, `taken` = rows that a sheet takes
 * into the plan; `.plan` reads it back; tells `plan-changed`.
 */
import { ANSWERS, DIRECTIONS, LONGEST_NOTE, LONGEST_TEXT, PLAN_STATES, STEP_STATES, blankStep } from "../model/case.js";
import { seemsToName } from "../model/names.js";
import { button, make, put, tell } from "../ui/dom.js";
import { choice, day, line, lines, tick } from "../ui/fields.js";
import { t } from "../ui/strings.js";
import { wordsOf } from "./case-sheet.js";
/** @import {FormRow, Plan, Step} from "../model/case.js" */

/** @typedef {{plan: Plan, form: readonly FormRow[], taken: readonly string[], isOpen: boolean}} PlanView */

/** @type {(group: string, codes: readonly string[]) => [string, string][]} */
const coded = (group, codes) => codes.map((code) => [code, t(`case.${group}_${code}`)]);

export class CasePlan extends HTMLElement {
  #view = /** @type {PlanView | null} */ (null);
  #read = () => /** @type {Plan | null} */ (null);
  /** @type {(() => Step)[]} */
  #steps = [];
  #named = make("p", { className: "band" });

  connectedCallback() {
    this.#named.setAttribute("role", "status");
    this.addEventListener("input", () => this.#changed());
  }

  /** @param {PlanView} view */
  show(view) {
    this.#view = view;
    this.#steps = [];
    const { plan, isOpen } = view;
    this.replaceChildren(...this.#form(plan));
    for (const field of this.querySelectorAll("input, select, textarea, button")) field.toggleAttribute("disabled", !isOpen);
    this.#warn();
  }

  get plan() {
    return this.#read();
  }

  #changed() {
    this.#warn();
    tell(this, "plan-changed");
  }

  #warn() {
    const plan = this.plan;
    const texts = [plan?.aim, plan?.together, ...plan?.rows.flatMap((step) => [step.goal, step.measure, step.who, step.result]) ?? []];
    const named = texts.map((text) => seemsToName(text ?? "")).find((each) => each) ?? "";
    put(this.#named, named && t(named));
    this.#named.hidden = !named;
  }

  /** @type {(plan: Plan) => HTMLElement[]} */
  #form(plan) {
    const aim = lines(t("case.aim"), plan.aim, LONGEST_TEXT);
    const who = line(t("case.who"), plan.who);
    const agreed = choice(t("case.agreed"), plan.agreed, coded("answer", ANSWERS));
    const [start, next] = [day(t("case.start"), plan.start), day(t("case.next"), plan.next)];
    const status = choice(t("case.status"), plan.status, coded("plan", PLAN_STATES));
    const [why, together] = [lines(t("case.plan_why"), plan.why, LONGEST_NOTE), lines(t("case.together"), plan.together, LONGEST_TEXT)];
    const steps = plan.rows.map((step, at) => this.#step(step, at));
    this.#read = () => ({ ...plan, aim: aim.value, who: who.value, agreed: agreed.value, start: start.value, next: next.value,
      status: status.value, why: why.value, together: together.value, rows: this.#steps.map((read) => read()) });
    return [aim.element, make("div", { className: "beside" }, who.element, agreed.element, start.element, next.element),
      ...steps, make("p", { className: "row" }, button(t("case.step_add"), () => this.#again([...this.#rows(), this.#fresh()]))),
      make("div", { className: "beside" }, status.element), why.element, together.element, this.#named];
  }

  #rows() {
    return this.plan?.rows ?? [];
  }

  /** A new step begins with a row that was taken into the plan and has none yet. */
  #fresh() {
    const used = this.#rows().flatMap(({ factors }) => factors);
    const [id] = this.#view?.taken.filter((each) => !used.includes(each)) ?? [];
    const part = this.#view?.form.find((row) => row.id === id)?.part;
    return { ...blankStep(), factors: id ? [id] : [], direction: part === "risk" ? "lessen" : "strengthen" };
  }

  /** @param {Step[]} rows */
  #again(rows) {
    const plan = this.plan;
    if (this.#view && plan) this.show({ ...this.#view, plan: { ...plan, rows } });
    this.querySelector("fieldset:last-of-type textarea")?.scrollIntoView({ block: "center" });
    /** @type {HTMLElement | null} */ (this.querySelector("fieldset:last-of-type textarea"))?.focus();
    tell(this, "plan-changed");
  }

  /** @type {(step: Step, at: number) => HTMLElement} */
  #step(step, at) {
    const form = this.#view?.form ?? [];
    const [goal, measure, who] = [lines(t("case.goal"), step.goal, LONGEST_NOTE), lines(t("case.measure"), step.measure, LONGEST_NOTE),
      line(t("case.responsible"), step.who)];
    const direction = choice(t("case.direction"), step.direction, coded("direction", DIRECTIONS));
    const factors = form.filter(({ part }) => part !== "flag").map((row) => ({ id: row.id, field: tick(wordsOf(row), step.factors.includes(row.id)) }));
    const own = line(t("case.own_factor"), step.own);
    const [due, followUp] = [day(t("case.due_date"), step.due), day(t("case.follow_up"), step.follow_up)];
    const status = choice(t("case.step_status"), step.status, coded("step", STEP_STATES));
    const [result, share] = [lines(t("case.result"), step.result, LONGEST_NOTE), line(t("case.share"), step.share)];
    this.#steps.push(() => ({ goal: goal.value, measure: measure.value, who: who.value, direction: direction.value, own: own.value,
      factors: factors.filter(({ field }) => field.checked).map(({ id }) => id), due: due.value, follow_up: followUp.value,
      status: status.value, result: result.value, share: share.value }));
    const chosen = make("details", { open: step.factors.length === 0 }, make("summary", {}, t("case.factors")),
      ...factors.map(({ field }) => field.element), own.element);
    return make("fieldset", { className: "card" }, make("legend", {}, t("case.step")), goal.element, direction.element, chosen, measure.element,
      who.element, make("p", { className: "hint" }, t("case.responsible_hint")),
      make("div", { className: "beside" }, due.element, followUp.element, status.element), result.element, share.element,
      make("p", { className: "row" }, button(t("case.step_remove"), () => this.#again(this.#rows().filter((_, other) => other !== at)))));
  }
}

customElements.define("case-plan", CasePlan);
