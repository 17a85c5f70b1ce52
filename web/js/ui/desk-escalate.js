/** The desk's part of an escalation: the form, what has become of it, and how many of them wait, with the way there. */
import { EscalateForm } from "../elements/escalate-form.js";
import { byId, put, the } from "./dom.js";
import { closeSheets, openSheet } from "./sheet.js";
import { t } from "./strings.js";
/** @import {Shown} from "../model/escalation.js" */
/** @import {StaffSession} from "../session/staff.js" */
/** @import {Room, StaffView} from "../session/views.js" */

const LIVE = ["live", "away"];
const INTERPRETER = 3;

/** @param {StaffView} view @returns {Room | null} */
function visitorOf({ rooms, current }) {
  const room = rooms.find(({ id }) => id === current);
  return room && !room.staffOnly && !room.practice && LIVE.includes(room.state) ? room : null;
}

export class DeskEscalate {
  #session;
  #isIn = false;

  /** @param {StaffSession} session @param {(name: string, act: (detail: any) => unknown) => void} on */
  constructor(session, on) {
    this.#session = session;
    byId("escalate-open").addEventListener("click", () => this.open());
    byId("escalate-back").addEventListener("click", () => session.escalation.withdraw());
    on("escalate-ready", (shown) => this.#ready(shown));
  }

  get typed() {
    return the(EscalateForm).typed;
  }

  /** May this member escalate at all? */
  get #may() {
    return this.#session.view.me?.roles.some((role) => role !== INTERPRETER && role < 256) ?? false;
  }

  open() {
    const { view } = this.#session;
    if (!this.#may || ["asking", "sending"].includes(view.escalation.state)) return;
    openSheet("escalate");
    the(EscalateForm).begin(visitorOf(view));
  }

  /** @param {Shown} shown */
  #ready(shown) {
    const room = visitorOf(this.#session.view);
    closeSheets();
    if (shown.about === "visitor" && room) return this.#session.escalation.ask(room.id, shown);
    return this.#session.escalation.send({ ...shown, about: "pattern" });
  }

  /** @param {StaffView} view */
  show({ escalation: { state, room, said }, escalations, rooms, me }) {
    if (state === "asking" && !rooms.some((each) => each.id === room && LIVE.includes(each.state))) return this.#session.escalation.over();
    put(byId("escalated"), said && t(said));
    byId("escalated").hidden = !said;
    byId("escalate-back").hidden = state !== "asking";
    byId("escalate-open").hidden = !this.#may || state === "asking" || state === "sending";
    const isLeft = this.#isIn && !me;
    this.#isIn = me !== null;
    if (isLeft || state === "sent" && this.typed) the(EscalateForm).empty();
    return this.#inbox(escalations, me?.roles ?? []);
  }

  /** @type {(numbers: StaffView["escalations"], roles: readonly number[]) => void} */
  #inbox({ waiting, late, named, notes, inquiries, inquiriesLate }, roles) {
    const sees = roles.some((role) => role === 2 || role === 256);
    for (const link of document.querySelectorAll(".to-inbox")) {
      const [n, name] = sees ? [waiting + notes + inquiries, "inquiry.desk_inbox"] : [notes, "escalate.desk_inbox"];
      put(link, n ? t("escalate.desk_inbox_n", { name: t(name), n }) : t(name));
      /** @type {HTMLElement} */ (link).hidden = !this.#may && !sees;
    }
    const said = late ? t("escalate.desk_late", { n: late }) : inquiriesLate ? t("inquiry.desk_late", { n: inquiriesLate }) : named ? t("escalate.desk_named", { n: named })
      : notes ? t("escalate.desk_notes", { n: notes }) : "";
    put(byId("escalations-said"), said);
    byId("escalations").hidden = !said;
  }
}
