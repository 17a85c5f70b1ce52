/**
 * A desk that nobody touches for half an hour covers itself. The shift goes on and rings as before, since who is
 * on call must be reachable; whoever uncovers it shows that they are the member.
 */
import { secretHint } from "../model/desk.js";
import { digitsOf } from "../model/code.js";
import { byId, put } from "./dom.js";
import { t } from "./strings.js";
import { Touched } from "./touched.js";
/** @import {StaffSession} from "../session/staff.js" */

/** @type {(id: string) => HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

export class IdleLock {
  #session;
  #touched = new Touched(() => !this.isCovered);

  /** @param {StaffSession} session */
  constructor(session) {
    this.#session = session;
    byId("idle-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#tryDigits();
    });
    byId("idle-passkey").addEventListener("click", () => this.#try((login) => session.isMe(login, "")));
    byId("idle-end").addEventListener("click", () => {
      this.#uncover();
      session.lock();
    });
  }

  get isCovered() {
    return "idle" in document.body.dataset;
  }

  /** Asked every few seconds. */
  look() {
    const { me, phase } = this.#session.view;
    if (!me && this.isCovered) this.#uncover();
    if (me && !this.isCovered && ["off", "duty"].includes(phase) && this.#touched.isLongAgo()) this.#cover(me.login);
  }

  /** @param {string} login */
  #cover(login) {
    document.body.dataset.idle = "";
    byId("idle").hidden = false;
    input("idle-login").value = login;
    this.#say("");
    /** @type {HTMLElement} */ (byId("idle").querySelector("h1")).focus();
  }

  #uncover() {
    delete document.body.dataset.idle;
    byId("idle").hidden = true;
    input("idle-secret").value = "";
    this.#touched.begin();
    byId("main").focus();
  }

  #tryDigits() {
    const digits = digitsOf(input("idle-secret").value);
    const hint = secretHint(digits);
    return hint ? this.#say(t(hint, { n: digits.length })) : this.#try((login) => this.#session.isMe(login, digits));
  }

  /** @param {(login: string) => Promise<boolean>} ask */
  async #try(ask) {
    this.#say("");
    if (await ask(input("idle-login").value.trim().toLowerCase())) this.#uncover();
    else this.#say(t("desk.wrong"));
  }

  /** @param {string} text */
  #say(text) {
    put(byId("idle-said"), text);
    byId("idle-said").hidden = !text;
  }
}
