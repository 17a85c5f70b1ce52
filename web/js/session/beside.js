/**
 * What a member of staff says and hears beside the lines of one conversation: that nobody writes, that it is to end,
 * cards, and that the visitor is a child.
 */
import { Quiet } from "./quiet.js";
/** @import {DeskHost, Held} from "./held.js" */
/** @import {Closing} from "./views.js" */

export class Beside {
  #host;
  #held;
  #quiet;
  /** Who has proposed to end. @type {Closing | null} */
  closing = null;
  /** A life may be in danger: the visitor of this room is to have the 112 card. */
  #isAcute = false;
  #hasCard = false;
  /** The visitor is a child. */
  isChild = false;

  /** @param {DeskHost} host @param {Held} held */
  constructor(host, held) {
    this.#host = host;
    this.#held = held;
    this.#quiet = new Quiet(host.world.timers, () => host.link.turn(() => this.#askStill()));
  }

  stop() {
    this.#quiet.stop();
  }

  /** Somebody wrote, or is about to: the room is held no longer. */
  #stir() {
    if (this.#quiet.begin()) this.#host.link.send({ t: "quiet", room: this.#held.id, quiet: false });
  }

  /** @param {boolean} isHere */
  visitorIs(isHere) {
    if (isHere) this.#quiet.begin();
    else this.#quiet.stop();
  }

  /** @param {Happening} event */
  happened(event) {
    if (event.type === "line" || event.type === "sent" || event.type === "control") this.#stir();
    if (event.type !== "control" || event.control.t !== "closing") return;
    this.#close(event.control.on === true, event.slot !== 0);
  }

  /** A new epoch. */
  async entered() {
    this.#stir();
    if (this.isChild) await this.#held.talk.control({ t: "child" });
    await this.#card();
  }

  /** The visitor is a child, and is not turned away. */
  async child() {
    if (this.isChild || this.#held.isStaffRoom || this.#held.why) return;
    this.isChild = true;
    this.#host.link.send({ t: "child", room: this.#held.id });
    await this.#held.talk.control({ t: "child" });
    this.#host.changed();
  }

  /** Nobody has written for long: the visitor is asked, and the server told, which cannot see it. */
  async #askStill() {
    const held = this.#held;
    const isTheirs = held.view.state === "live" && !held.isPractice && !held.isStaffRoom;
    if (!isTheirs || held.owes || !held.isEldest()) return void (held.why || this.#quiet.begin());
    this.#quiet.isAsked = true;
    held.talk.note("note.still_asked");
    await held.talk.control({ t: "still" });
    this.sayQuiet();
    return this.#host.changed();
  }

  /** Also when the socket is back: the server has not counted on without us. */
  sayQuiet() {
    if (this.#quiet.isAsked) this.#host.link.send({ t: "quiet", room: this.#held.id, quiet: true });
  }

  /** We propose to end together, or would rather go on. @param {boolean} on */
  async propose(on) {
    if (this.#held.isStaffRoom || this.#held.view.state !== "live") return;
    this.#close(on, true);
    this.#stir();
    await this.#held.talk.control({ t: "closing", on });
  }

  /** Of staff or visitor; whoever takes it back takes it back for both. @type {(on: boolean, isOurs: boolean) => void} */
  #close(on, isOurs) {
    const { mine, theirs } = this.closing ?? { mine: false, theirs: false };
    this.closing = on ? { mine: mine || isOurs, theirs: theirs || !isOurs, name: "" } : null;
    this.#host.changed();
  }

  /** A source of help, as something to act on. @param {{name: string, phone: string, about: string}} help */
  async help(help) {
    const { talk } = this.#held;
    if (this.#held.isStaffRoom || this.#held.view.state !== "live") return;
    talk.card("", true, help);
    this.#stir();
    await talk.control({ t: "card", name: "help", help });
    this.#host.changed();
  }

  /** The visitor gets the 112 card, once in every room. */
  alarm() {
    this.#isAcute = true;
    return this.#card();
  }

  async #card() {
    const { talk } = this.#held;
    if (!this.#isAcute || this.#hasCard || !talk.isLive) return;
    this.#hasCard = true;
    talk.card("", true);
    await talk.control({ t: "card", name: "emergency" });
    this.#host.changed();
  }
}
