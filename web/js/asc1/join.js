/**
 * Asking to come into a room: type 7, by a colleague or by a visitor with the code
 * (protocol.md 7.5 rules 8 and 9).
 */
import { TYPES, VERSION, concat, newPair, sealEnvelope, sha256 } from "./bytes.js";
import { Core, Member } from "./member.js";

/** @type {Sig["buildJoin"]} */
export const buildJoin = ({ leaf, roomId, random }) => concat(VERSION, leaf, roomId, random);
/** @type {Sig["sealJoin"]} */
export function sealJoin({ roomId, to, sender, leaf, nowHour }, random) {
  const [envId, body] = [random(16), buildJoin({ leaf, roomId, random: random(16) })];
  const letter = { type: TYPES.join, envId, expiry: nowHour + 1, to: [to], sender, body };
  return sealEnvelope(letter, random);
}

/** @type {Sig["askFor"]} */
export async function askFor(core, { to, sender, certificate }) {
  const [{ room }, leaf] = [core.seat, await newPair(core.random)];
  const ask = { roomId: room.roomId, to, sender, leaf: leaf.publicRaw, nowHour: core.hour };
  const envelope = await sealJoin(ask, core.random);
  Object.assign(room, { mode: "joining", sealedTo: to,
    ownHash: await sha256(certificate ?? envelope) });
  core.seat.hold(leaf);
  return envelope;
}

/** @type {Sig["joiner"]} */
export async function joiner({ to, sender, ...place }) {
  const core = new Core(place);
  const envelope = await askFor(core, { to, sender, certificate: null });
  return { member: new Member(core), envelope };
}
