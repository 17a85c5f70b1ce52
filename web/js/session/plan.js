/**
 * The rota over HTTP, with the session of this tab: a page beside the desk was opened from it and has its token, too.
 * One socket is enough for a member, so nothing here opens another; the desk says on a channel when the rota has changed.
 */
import { hasLeft, tokenOf } from "./bearer.js";
/** @import {Look, Member} from "../model/rota.js" */
/** @import {World} from "./views.js" */

const CHANNEL = "hamn-rota";

/** @typedef {"done" | "conflict" | "gone" | "out" | "failed"} Outcome  conflict = somebody was first, or a member would be down twice; out = signed out */

/** @type {Record<number, Outcome>} */
const OUTCOMES = { 200: "done", 401: "out", 403: "gone", 409: "conflict", 410: "gone" };

export class Plan {
  #world;
  #channel;

  /** @param {World} world @param {() => void} changed */
  constructor(world, changed) {
    this.#world = world;
    this.#channel = world.channel(CHANNEL);
    if (this.#channel) this.#channel.onmessage = changed;
  }

  /** To whoever shows the rota in this browser: read it again. */
  announce() {
    this.#channel?.postMessage("changed");
  }

  /** Some days; "out" when nobody is signed in, null when the network fails. @type {(first: number, days: number) => Promise<Look | "out" | null>} */
  look(first, days) {
    return this.#get(`/api/rota/${first}/${days}`);
  }

  /** @returns {Promise<Member | "out" | null>} */
  me() {
    return this.#get("/api/me");
  }

  /** @type {(path: "plan" | "own", act: Record<string, unknown>) => Promise<Outcome>} */
  async change(path, act) {
    const answer = await this.#ask(`/api/rota/${path}`, { method: "POST", body: JSON.stringify(act) });
    if (answer?.ok) this.announce();
    if (hasLeft(this.#world)) return "out";
    return answer ? OUTCOMES[answer.status] ?? "failed" : "failed";
  }

  /** @type {(path: string) => Promise<any>} */
  async #get(path) {
    const answer = await this.#ask(path);
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    return answer?.status === 401 || hasLeft(this.#world) ? "out" : told;
  }

  /** @type {(path: string, init?: RequestInit) => Promise<Response | null>} */
  async #ask(path, init = {}) {
    const token = tokenOf(this.#world);
    if (!token) return new Response(null, { status: 401 });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return this.#world.fetch(path, { ...init, headers }).catch(() => null);
  }
}
