/**
 * What the staff page asks of the server, over HTTP, with the session that the desk has opened in this
 * tab: who is staff, and what a supervisor or a manager decides. It opens no socket, so that the desk in
 * another tab stays on duty.
 */
import { hasLeft, tokenOf } from "./bearer.js";
/** @import {World} from "./views.js" */

/** @typedef {{idx: number, login: string, duty_name: string, roles: number[], enrolled: boolean, revoked: boolean, licensed: boolean,
 *   since: number, methods: number[], key_renewed: number | null, on_duty: boolean}} Colleague */
/** @typedef {{idx: number, login: string, duty_name: string, roles: number[], service: string,
 *   methods: {method: number, credential: string}[], wraps: import("./unlock.js").WrapSent[]}} Me */
/** @typedef {{n: number, at: number, what: string, by: number, about: number | null, detail: string, hash: string}} Deed */
/** @typedef {{head: {n: number, hash: string}, before: {n: number, hash: string}, lines: Deed[]}} Log */
/** @typedef {{seq: number, expires: number, due: boolean, roots: number, t: number, signed: number}} Standing
 *   signed: how many roots have signed the next one */
/** @typedef {{phase: "opening" | "out" | "in" | "failed", me: Me | null, mayLead: boolean, colleagues: Colleague[],
 *   log: Log | null, roster: Standing | null, problem: string}} OfficeView */

const LEADERS = [2, 256];

/** @type {OfficeView} */
const START = { phase: "opening", me: null, mayLead: false, colleagues: [], log: null, roster: null, problem: "" };

/** What was asked for was not done; the reason is a sentence's name. */
export class Undone extends Error {}

/** @type {Record<number, string>} */
const REASONS = { 400: "staff.wrong", 403: "staff.denied", 409: "staff.first", 410: "staff.gone", 503: "staff.taken" };

export class Office extends EventTarget {
  /** @type {OfficeView} */
  view = START;
  #world;
  /** How often everything was asked for, and the newest of those that is shown: an answer that comes late is an old one. */
  #asked = 0;
  #shown = 0;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
  }

  /** @param {Partial<OfficeView>} change */
  #show(change) {
    this.view = Object.freeze({ ...this.view, ...change });
    this.dispatchEvent(new Event("change"));
  }

  get #token() {
    return tokenOf(this.#world);
  }

  /** Raises: Undone. @type {(path: string, body?: object) => Promise<any>} */
  async ask(path, body) {
    const headers = { authorization: `Bearer ${this.#token}`, "content-type": "application/json" };
    const init = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
    const answer = await this.#world.fetch(path, init).catch(() => null);
    const told = answer?.ok ? await answer.json() : null;
    const isOut = answer?.status === 401 || hasLeft(this.#world);
    if (isOut) this.leave();
    if (isOut || !answer?.ok) throw new Undone(answer ? REASONS[answer.status] ?? "staff.failed" : "desk.network");
    return told;
  }

  /** Nothing of it stays. */
  leave() {
    this.#shown = this.#asked;
    this.#show({ ...START, phase: "out" });
  }

  /** Everything anew. */
  async load() {
    if (!this.#token) return this.leave();
    const number = ++this.#asked;
    try {
      const me = await this.ask("/api/me");
      const mayLead = me.roles.some((/** @type {number} */ role) => LEADERS.includes(role));
      const [{ members }, log, roster] = mayLead
        ? await Promise.all(["/api/staff", "/api/audit", "/api/roster"].map((path) => this.ask(path)))
        : [{ members: [] }, null, null];
      if (number <= this.#shown) return undefined;
      this.#shown = number;
      return this.#show({ phase: "in", me, mayLead, colleagues: members, log, roster, problem: "" });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      return this.view.phase === "opening" && this.#show({ phase: "failed", problem: error.message });
    }
  }

  /** The link of a new member's invite; told once. @type {(login: string, name: string, roles: number[]) => Promise<string>} */
  async invite(login, name, roles) {
    return this.#link(await this.#did("/api/staff", { login, duty_name: name, roles }));
  }

  /** @type {(idx: number) => Promise<string>} */
  async inviteAgain(idx) {
    return this.#link(await this.#did(`/api/staff/${idx}/invite`, {}));
  }

  /** Somebody has lost their keys: the old number ends, the link leads to new ones. @type {(idx: number) => Promise<string>} */
  async enrolAgain(idx) {
    return this.#link(await this.#did(`/api/staff/${idx}/again`, {}));
  }

  /** @type {(idx: number, roles: number[], seen: number[]) => Promise<void>} */
  async giveRoles(idx, roles, seen) {
    await this.#did(`/api/staff/${idx}/roles`, { roles, seen });
  }

  /** By profession bound to report a concern, or not. @type {(idx: number, licensed: boolean) => Promise<void>} */
  async licence(idx, licensed) {
    await this.#did(`/api/staff/${idx}/licence`, { licensed });
  }

  /** @type {(idx: number) => Promise<void>} */
  async revoke(idx) {
    await this.#did(`/api/staff/${idx}/revoke`, {});
  }

  /** @type {(path: string, body: object) => Promise<any>} */
  async #did(path, body) {
    try {
      return await this.ask(path, body);
    } finally {
      await this.load();
    }
  }

  /** @param {{token: string}} invited */
  #link({ token }) {
    const { origin, language } = this.#world;
    return `${origin}/${language}/enrol#${token}`;
  }
}
