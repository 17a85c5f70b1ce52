/**
 * What the desk does for cases (protocol.md section 10): at sign-in a counsellor's case key is kept good and what it lacks
 * is sealed again; that something is to be looked at is told; and the cases' page is told whose code is on screen, by a
 * channel that no other origin hears.
 */
import { dayOf, isDue, nextDay } from "../model/case.js";
import { CASE } from "./beside-desk.js";
import { Cases, newestOf } from "./cases.js";
/** @import {Contact} from "../model/case.js" */
/** @import {Owned} from "./cases.js" */
/** @import {World} from "./views.js" */

export class CaseDesk {
  #world;

  /** @param {World} world @param {() => Contact} contact */
  constructor(world, contact) {
    this.#world = world;
    const channel = world.channel(CASE);
    if (!channel) return;
    channel.onmessage = ({ data }) => {
      if (data?.ask) channel.postMessage({ answer: data.ask, id: data.id, contact: contact() });
    };
  }

  /** Is a case to be looked at again today? @type {(owned: Owned) => Promise<boolean>} */
  async renew(owned) {
    const cases = new Cases(this.#world);
    await cases.renew(owned);
    const today = dayOf(new Date(this.#world.clock()));
    const due = cases.view.cases.some((each) => each.closed === null
      && isDue(nextDay(newestOf(each, "sheet"), newestOf(each, "plan")), today));
    cases.lock("locked");
    return due;
  }
}
