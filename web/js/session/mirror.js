/**
 * What visitors are shown: roster and log, fetched from their address without a token, and compared with
 * what this browser was given. A server that shows visitors other people than staff is found so.
 */
import { hex, sha256 } from "../asc1/bytes.js";
import { logAt } from "./witness.js";
/** @import {Trust} from "./world.js" */
/** @import {World} from "./views.js" */

/** @type {(world: World) => Promise<string>} */
async function shown({ fetch, visitors }) {
  const answer = await fetch(`${visitors}/.well-known/asc/roster.json`, { credentials: "omit" });
  return answer.ok ? hex(await sha256(new Uint8Array(await answer.arrayBuffer()))) : "none";
}

/** @type {(world: World, trust: Trust) => Promise<string[]>} */
async function compared(world, trust) {
  if (await shown(world) !== hex(trust.chain[0].hash)) return ["desk.alarm_mirror"];
  const [ours, theirs] = [await logAt(world), await logAt(world, world.visitors)];
  return hex(ours) === hex(theirs) ? [] : ["desk.alarm_mirror_log"];
}

/** Sentences to be afraid of; an address that cannot be reached says nothing. @type {(world: World, trust: Trust) => Promise<string[]>} */
export async function differs(world, trust) {
  if (!world.visitors) return [];
  try {
    if ((await compared(world, trust)).length === 0) return [];
    await trust.load(); // a new one may have come in between
    return await compared(world, trust);
  } catch {
    return [];
  }
}
