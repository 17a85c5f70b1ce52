/**
 * A shift: its key, which no script can read, and the certificate that is renewed every six hours
 * (protocol.md sections 3 and 5). The key is deleted with the shift.
 */
import { Refused, hex } from "../asc1/bytes.js";
import { buildCertificate, shiftHours } from "../asc1/identity.js";
import { newShiftKey } from "../asc1/signin.js";
import { parseCertificate } from "../asc1/trust.js";
import { Tally } from "./tally.js";
/** @import {DeskHost} from "./held.js" */
/** @import {StaffView} from "./views.js" */

/** @typedef {{pair: Pair, cert: Bytes, capacity: number, since: number}} Shift */

const HOUR = 3_600_000;

/** As what a member stands on duty who holds these roles. @type {(roles: readonly number[]) => number} */
export const dutyRole = (roles) => [2, 1].find((role) => roles.includes(role)) ?? roles[0] ?? 1;

export class Duty {
  /** @type {Shift | null} */
  shift = null;
  /** IK, until the page is closed or locked. @type {CryptoKey | null} */
  ik = null;
  tally;
  #host;
  #show;
  /** @type {unknown} */
  #renewal = null;

  /** @param {DeskHost} host @param {(change: Partial<StaffView>) => void} show */
  constructor(host, show) {
    this.#host = host;
    this.#show = show;
    this.tally = new Tally(host, show);
  }

  /** A certificate for a shift key, as of now. @type {(pub: Bytes, me: StaffView["me"]) => Promise<Bytes>} */
  certify(pub, me) {
    if (!this.ik || !me) throw new Refused("locked");
    const { idx, roles } = me;
    const { hour, chain } = this.#host.trust;
    return buildCertificate({ idx, role: dutyRole(roles), kind: 1,
      ...shiftHours(hour), rosterHash: chain[0].hash, pub }, this.ik);
  }

  /** @type {(capacity: 1 | 2, me: StaffView["me"]) => Promise<void>} */
  async begin(capacity, me) {
    const pair = await newShiftKey();
    const since = Math.floor(this.#host.world.clock() / 60_000);
    this.shift = { pair, cert: await this.certify(pair.publicRaw, me), capacity, since };
    await this.tell(me);
  }

  /** The shift of before a reload, if the browser kept its key. */
  async revive() {
    this.shift = await this.#host.world.keys.get("shift").catch(() => undefined) ?? null;
  }

  /** Says who stands on duty, with a certificate that is good for hours yet. @type {(me: StaffView["me"]) => Promise<void>} */
  async tell(me) {
    const shift = this.shift;
    if (!shift) return;
    const { trust, world, link } = this.#host;
    const old = await parseCertificate(shift.cert);
    const { notBefore, notAfter } = shiftHours(trust.hour);
    const isOld = old.notBefore !== notBefore || hex(old.rosterHash) !== hex(trust.chain[0].hash);
    if (isOld && this.ik) shift.cert = await this.certify(shift.pair.publicRaw, me);
    await world.keys.put("shift", shift).catch(() => this.#show({ memoryOnly: true }));
    link.send({ t: "duty", cert: hex(shift.cert), capacity: shift.capacity });
    this.#show({ shift: { duty: shift.since, shiftEnds: (this.ik ? notAfter : old.notAfter) * 60 } });
    if (isOld && !this.ik) this.#show({ problem: "desk.sign_in_again" });
    world.timers.clear(this.#renewal);
    this.#renewal = world.timers.set(() => link.turn(() => this.tell(me)),
      (notBefore + 6) * HOUR - world.clock());
  }

  /** The key is gone, here and in the browser's store. */
  end() {
    const { timers, keys } = this.#host.world;
    timers.clear(this.#renewal);
    this.shift = null;
    this.#show({ shift: null });
    return keys.delete("shift").catch(() => {});
  }
}
