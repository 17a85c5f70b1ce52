/** <staff-list>: who is staff, each with what may be decided about them; `show({colleagues, me})`; tells `staff-revoke`, `staff-roles`, `staff-invite`, `staff-again`, `staff-licence` with the colleague. */
import { button, make, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {Colleague, Me} from "../session/office.js" */

/** @type {Record<number, () => string>} */
export const ROLE_WORDS = { 1: () => t("talk.role_1"), 2: () => t("talk.role_2"), 3: () => t("talk.role_3"), 4: () => t("talk.role_4"),
  256: () => t("talk.role_256") };
/** @type {Record<number, () => string>} */
const METHOD_WORDS = { 1: () => t("staff.passkey"), 2: () => t("staff.digits") };

/** @type {(minute: number) => string} */
const day = (minute) => clock(minute, { dateStyle: "medium" });

/** @type {(colleague: Colleague) => string} */
function state({ revoked, enrolled, on_duty: onDuty }) {
  if (revoked) return t("staff.is_revoked");
  if (!enrolled) return t("staff.is_invited");
  return onDuty ? t("staff.is_on_duty") : t("staff.is_off");
}

export class StaffList extends HTMLElement {
  #drawn = "";

  /** @param {{colleagues: Colleague[], me: Me}} view */
  show({ colleagues, me }) {
    const key = JSON.stringify([colleagues, me.idx]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const open = new Set([...this.querySelectorAll("details[open]")].map((each) => /** @type {HTMLElement} */ (each).dataset.idx));
    const focus = document.activeElement?.closest("details")?.dataset.idx ?? "";
    const sorted = [...colleagues].sort((a, b) => Number(a.revoked) - Number(b.revoked) || a.duty_name.localeCompare(b.duty_name));
    this.replaceChildren(...sorted.map((each) => this.#line(each, me, open.has(String(each.idx)))));
    if (focus) /** @type {HTMLElement | null} */ (this.querySelector(`[data-idx="${focus}"] > summary`))?.focus();
  }

  /** @param {Colleague} colleague @param {Me} me @param {boolean} open */
  #line(colleague, me, open) {
    const { idx, login, duty_name: name, roles, enrolled, revoked, methods, key_renewed: renewed, since, licensed } = colleague;
    const said = make("span", { className: "state" }, state(colleague));
    const summary = make("summary", {}, make("b", {}, make("bdi", {}, name)), " ",
      make("span", {}, roles.map((role) => ROLE_WORDS[role]?.() ?? "").join(", ")), " ", said);
    const facts = [[t("staff.login"), login], [t("staff.number"), String(idx)], [t("staff.since"), day(since)],
      [t("staff.methods"), methods.map((method) => METHOD_WORDS[method]?.() ?? "").join(", ") || t("staff.none")],
      [t("staff.key"), renewed === null ? t("staff.none") : day(renewed)], [t("staff.licence"), t(licensed ? "staff.licence_yes" : "staff.licence_no")]];
    const line = make("details", { open }, summary, make("dl", { className: "keys" },
      ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, value)))));
    line.dataset.idx = String(idx);
    line.dataset.revoked = String(revoked);
    if (idx === me.idx) line.append(make("p", { className: "hint" }, t("staff.oneself")));
    else if (!revoked) line.append(this.#acts(colleague, enrolled));
    return line;
  }

  /** @param {Colleague} colleague @param {boolean} enrolled */
  #acts(colleague, enrolled) {
    /** @type {(key: string, name: string, className?: string) => HTMLButtonElement} */
    const act = (key, name, className) => button(t(key), () => tell(this, name, colleague), className);
    return make("p", { className: "row" },
      ...(enrolled ? [act("staff.roles_open", "staff-roles"), act("staff.again_open", "staff-again"),
        act(colleague.licensed ? "staff.licence_unset" : "staff.licence_set", "staff-licence")]
        : [act("staff.invite_again", "staff-invite")]),
      act("staff.revoke", "staff-revoke", "revoke"));
  }
}

customElements.define("staff-list", StaffList);
