/**
 * What a visitor hears and says beside lines: who is on the way in, whether they are still there, ending together, and
 * a talk that rests until they go on with it. Imported when the first sign is heard.
 */
/** @import {Closing} from "./views.js" */
/** @import {VisitorSession} from "./visitor.js" */

export class Signs {
  #visit;

  /** @param {VisitorSession} visit */
  constructor(visit) {
    this.#visit = visit;
  }

  /** @param {Happening & {type: "control"}} event */
  hear({ slot, control }) {
    const visit = this.#visit;
    if (control.t === "joining" && typeof control.idx === "number") {
      const { idx, role, why } = control;
      const joining = { idx, name: visit.trust.name(idx), role: Number(role), over: why === "hand_over" };
      visit.show({ joining, ask: why === "again" || why === "supervisor" ? null : idx });
    } else if (control.t === "code_ok") visit.paper?.known(control.r);
    else if (control.t === "escalation") visit.dispatchEvent(new CustomEvent("escalation", { detail: { ...control, slot } }));
    else if (control.t === "time") visit.dispatchEvent(new CustomEvent("time", { detail: control }));
    else if (control.t === "still" && !this.closing) visit.show({ sign: { t: "still", at: visit.view.lines.length } });
    else if (control.t === "child") visit.show({ child: true });
    else if (control.t === "closing") this.#close({ theirs: control.on === true, name: this.#nameOf(slot) });
  }

  /** @param {number} slot */
  #nameOf(slot) {
    return this.#visit.talk?.people.find((person) => person.slot === slot)?.name ?? "";
  }

  /** Has somebody proposed to end? */
  get closing() {
    const { sign } = this.#visit.view;
    return sign?.t === "closing" ? sign : null;
  }

  /** Whoever takes it back takes it back for both. @param {Partial<Closing>} change */
  #close(change) {
    const { mine, theirs, name } = { mine: false, theirs: false, name: "", ...this.closing, ...change };
    const isOver = change.theirs === false || change.mine === false;
    this.#visit.show({ sign: isOver ? null : { t: "closing", mine, theirs, name } });
  }

  /** The visitor proposes to end together, or would rather go on. @type {(on: boolean) => Promise<void>} */
  propose(on) {
    return this.#visit.link.turn(() => {
      if (this.#visit.view.phase !== "live") return undefined;
      this.#close({ mine: on });
      return this.#visit.talk?.control({ t: "closing", on });
    });
  }

  /** May this person join? @type {(idx: number, ok: boolean) => Promise<void>} */
  answer(idx, ok) {
    const visit = this.#visit;
    return visit.link.turn(() => {
      visit.show({ ask: null, joining: ok ? visit.view.joining : null });
      return visit.talk?.control({ t: "may", idx, ok });
    });
  }

  /** The visitor is still there, though nothing is written. @returns {Promise<void>} */
  here() {
    return this.#visit.link.turn(() => {
      this.#visit.show({ sign: null });
      return this.#visit.talk?.control({ t: "here" });
    });
  }

  /** Whoever it is: the place waits for no certain member any more. @returns {Promise<void>} */
  anyone() {
    const visit = this.#visit;
    return visit.link.turn(() => {
      if (visit.paper) visit.paper.wish = null;
      visit.show();
      // With readers told a hello has gone out, with the wish in it, even while its place has not been told yet.
      const hasAsked = visit.readers.size > 0 && visit.talk !== null && !visit.talk.isLive;
      return hasAsked && visit.view.phase !== "paused" ? visit.hello() : undefined;
    });
  }

  /** Is this member on duty now? @param {number} idx */
  isOnDuty(idx) {
    return [...this.#visit.readers.values()].some((reader) => reader.idx === idx);
  }

  /** A talk at rest goes on: its adviser is asked first, then others. @returns {Promise<void>} */
  goOn() {
    const visit = this.#visit;
    return visit.link.turn(() => {
      if (visit.view.phase !== "paused" || visit.view.why !== "idle") return;
      visit.show({ why: "back" });
      visit.link.open();
    });
  }
}
