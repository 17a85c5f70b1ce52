/**
 * The visitor's session: what the screen shows and asks (protocol.md 7.5, product.md section 3).
 *
 * Nothing that was typed is lost: it is sent, held, or handed back by the event `returned`. `wipe`
 * forgets everything at once.
 */
import { Refused } from "../asc1/bytes.js";
import { checkCode } from "./paper.js";
import { isClock } from "./trust.js";
import { Visit } from "./visit.js";
/** @import {Choice, Line, VisitorView, World} from "./views.js" */

const END_PATIENCE = 3000;

/** @type {VisitorView} */
const START = { phase: "idle", connected: false, memoryOnly: false, place: null, people: [],
  joining: null, ask: null, lines: [], mayWrite: false, held: [], writing: [], safety: [],
  code: null, reconnected: false, restored: false, why: "", receipt: null, problem: "" };

/** @type {(world: World) => VisitorSession} */
export const visitorSession = (world) => new VisitorSession(world);

export class VisitorSession extends EventTarget {
  /** @type {VisitorView} */
  view = START;
  #world;
  #visit;
  checkCode = checkCode;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    const session = this;
    this.#visit = new Visit(world, {
      get view() { return session.view; },
      show: (change) => this.#show(change),
      restart: (change) => this.#show({ ...START, ...change }),
      giveUp: (phase, change) => this.#giveUp(phase, change),
      failed: (error) => this.#failed(error),
    });
  }

  /** @param {Partial<VisitorView>} [change] */
  #show(change = {}) {
    const talk = this.#visit.talk;
    const shown = talk && { lines: talk.lines, held: talk.held };
    const live = talk?.isLive ? { people: talk.people, safety: talk.member.state.safety ?? [],
      writing: talk.writing.map((slot) => talk.people.find((p) => p.slot === slot)?.name ?? "") }
      : { people: [], writing: [] };
    const view = { ...this.view, ...shown, ...live, connected: this.#visit.link.up,
      memoryOnly: this.#visit.tab.isRefused, ...change };
    view.mayWrite = ["working", "waiting", "live", "paused"].includes(view.phase) &&
      view.held.length === 0;
    this.view = Object.freeze(view);
    this.dispatchEvent(new Event("change"));
  }

  /** Over, with the talk still on screen. @type {(phase: VisitorView["phase"], change?: Partial<VisitorView>) => void} */
  #giveUp(phase, change = {}) {
    const unsent = this.#visit.talk?.unsent ?? [];
    if (phase !== "erased") this.#handBack(unsent);
    if (this.#visit.talk) this.#visit.talk.lines = this.#visit.talk.lines.filter((line) => !unsent.includes(line));
    this.#show({ ...change, phase, people: [], place: null, joining: null, ask: null, held: [] });
    this.#visit.forget();
    this.#show({ connected: false });
  }

  /** @param {Line[]} lines */
  #handBack(lines) {
    const detail = lines.map(({ text }) => text).join("\n\n");
    if (detail) this.dispatchEvent(new CustomEvent("returned", { detail }));
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Refused)) this.dispatchEvent(new CustomEvent("fault", { detail: error }));
    if (isClock(error)) this.#giveUp("clock");
    else if (!this.#visit.talk?.isLive) this.#giveUp(error instanceof Refused ? "untrusted" : "failed");
  }


  /** @returns {Promise<boolean>} */
  async revive() {
    const kept = this.#visit.tab.read();
    if (!kept) return false;
    await new Promise((go) => this.#world.timers.set(() => go(null), 200));
    await this.#visit.link.turn(() => {
      this.#visit.before = kept;
      return this.#begin({ restored: kept.epoch > 0 });
    });
    return true;
  }

  /** @type {(choice: Choice) => Promise<void>} */
  open(choice) {
    return this.#visit.link.turn(() => {
      this.#visit.choice = choice;
      return this.#begin({ restored: false });
    });
  }

  /** @param {Partial<VisitorView>} change */
  async #begin(change) {
    if (this.#visit.tab.isTaken) return this.#show({ ...START, phase: "elsewhere" });
    this.#visit.tab.take();
    this.#visit.tries = 0;
    this.#show({ ...START, ...change, phase: "working", code: this.view.code });
    if (!await this.#visit.believe()) return undefined;
    await this.#visit.newPlace();
    this.#visit.link.open();
    return undefined;
  }

  /** @type {(text: string) => Promise<void>} */
  write(text) {
    return this.#visit.link.turn(async () => {
      if (this.#visit.talk && this.view.mayWrite) await this.#visit.talk.write(text);
      else this.dispatchEvent(new CustomEvent("returned", { detail: text }));
    });
  }

  typing() {
    this.#visit.link.turn(() => this.#visit.talk?.typing());
  }

  /** @type {(idx: number, ok: boolean) => void} */
  answer(idx, ok) {
    this.#visit.link.turn(() => {
      this.#show({ ask: null, joining: ok ? this.view.joining : null });
      return this.#visit.talk?.control({ t: "may", idx, ok });
    });
  }

  /** @type {(ok: boolean) => void} */
  sendHeld(ok) {
    this.#visit.link.turn(async () => {
      this.#handBack(await this.#visit.talk?.decideHeld(ok) ?? []);
      this.#show();
    });
  }

  /** @returns {Promise<void>} */
  end() {
    return this.#visit.link.turn(async () => {
      const talk = this.#visit.talk;
      if (talk?.isLive) await talk.sayEnd();
      if (!talk || !this.#visit.link.up || talk.isQuiet || !talk.isLive) return this.#sayEnd();
      this.#visit.ended = () => this.#visit.link.turn(() => this.#sayEnd());
      this.#world.timers.set(() => this.#visit.ended?.(), END_PATIENCE);
      return undefined;
    });
  }

  #sayEnd() {
    this.#visit.ended = null;
    if (!this.#visit.seat) return;
    this.#visit.link.send({ t: "end" });
    this.#giveUp("ended", { why: "end" });
  }

  wipe() {
    this.#visit.link.send({ t: "end", quick: true });
    this.#visit.talk = this.#visit.talk && (this.#visit.talk.close(), null);
    this.#visit.forget();
    this.view = Object.freeze({ ...START, phase: "ended", why: "quick" });
    this.dispatchEvent(new Event("change"));
  }

  makeCode() {
    return this.#visit.link.turn(() => this.#visit.paper.make());
  }

  /** @type {(groups: [string, string]) => Promise<boolean>} */
  confirmCode(groups) {
    return this.#visit.paper.confirm(groups);
  }

  /** @type {(digits: string, choice?: Choice) => Promise<boolean>} */
  useCode(digits, choice) {
    return this.#visit.paper.use(digits, choice);
  }

  /** @type {(digits: string) => Promise<boolean>} */
  eraseAll(digits) {
    return this.#visit.paper.erase(digits);
  }
}
