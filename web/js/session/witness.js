/**
 * The public log as a witness (protocol.md section 5): does it tell of the roster that this browser was
 * given? An answer without a log tells of none; an address that cannot be reached says nothing.
 */
import { NONE, hex } from "../asc1/bytes.js";
import { checkLog, tellsOf } from "../asc1/log.js";
/** @import {Trust} from "./world.js" */
/** @import {VisitorSession} from "./visitor.js" */
/** @import {World} from "./views.js" */

/** @type {(world: World, at?: string) => Promise<Bytes>} */
export async function logAt({ fetch }, at = "") {
  const answer = await fetch(`${at}/.well-known/asc/log`, { credentials: "omit" });
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : NONE;
}

/**
 * The log's lines, if it ends with the rosters that are believed; else null, once the roster has been
 * looked up again: a newer one may have come in between.
 * @type {(world: World, trust: Trust, again?: boolean) => Promise<LogLine[] | null>}
 */
export async function linesFor(world, trust, again = true) {
  const lines = await checkLog(await logAt(world)).catch(() => null);
  if (lines && tellsOf(lines, trust.chain)) return lines;
  if (!again) return null;
  await trust.load();
  return linesFor(world, trust, false);
}

/** @param {VisitorSession} session */
const refuse = (session) => session.link.turn(() => {
  session.link.send({ t: "end" });
  session.giveUp("untrusted");
});

/** Ends a visit whose roster the log does not tell of; asks once for each roster, when there is a line. @param {VisitorSession} session */
export function watch(session) {
  const { world, trust } = session;
  let asked = "";
  const look = async () => {
    const [newest] = trust.chain;
    const hash = newest ? hex(newest.hash) : asked;
    if (hash === asked || !session.isOpen || !session.view.connected) return;
    asked = hash;
    try {
      if (await linesFor(world, trust) === null) await refuse(session);
    } catch {
      asked = "";
    }
  };
  session.addEventListener("change", look);
  look();
}
