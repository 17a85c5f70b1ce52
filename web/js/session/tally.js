/**
 * The forms of a shift (domain.md section 4): kept in this page alone, sent as one batch when the shift ends.
 * A batch is sent again after a lost socket until it is counted; the server counts it once.
 */
import { hex } from "../asc1/bytes.js";
/** @import {DeskHost} from "./held.js" */
/** @import {TallyForm} from "../model/tally.js" */
/** @import {StaffView} from "./views.js" */

/** As many as the server takes at once. */
const MOST = 24;

export class Tally {
  #host;
  #show;
  /** @type {TallyForm[]} */
  #forms = [];
  /** @type {{batch: string, forms: TallyForm[]}[]} */
  #sent = [];

  /** @param {DeskHost} host @param {(change: Partial<StaffView>) => void} show */
  constructor(host, show) {
    this.#host = host;
    this.#show = show;
  }

  /** @param {TallyForm} form */
  add(form) {
    this.#forms.push(form);
    if (this.#forms.length === MOST) this.send();
    this.#told();
  }

  /** Everything that is not counted yet goes out. */
  send() {
    const forms = this.#forms.splice(0);
    if (forms.length) this.#sent.push({ batch: hex(this.#host.world.random(16)), forms });
    for (const each of this.#sent) this.#host.link.send({ t: "tally", ...each });
  }

  /** After the socket came back: what has no answer yet. */
  again() {
    if (this.#sent.length) this.send();
  }

  /** @param {string} batch */
  counted(batch) {
    this.#sent = this.#sent.filter((each) => each.batch !== batch);
    this.#told();
  }

  /** Nothing stays; whether anything was lost by it. */
  forget() {
    const isLost = this.#forms.length + this.#sent.length > 0;
    this.#forms = [];
    this.#sent = [];
    return isLost;
  }

  #told() {
    this.#show({ forms: this.#sent.reduce((sum, { forms }) => sum + forms.length, this.#forms.length) });
  }
}
