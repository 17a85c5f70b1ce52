/**
 * The public log: one line per roster, release and deployment, each chained to the one before (protocol.md
 * section 5). Who was given a roster that stands in no log, or finds a line changed, was lied to.
 */
import { ZEROS_32, hex, objectOf, refuseUnless, sha256, textOf, utf8 } from "./bytes.js";

const KINDS = ["roster", "release", "deploy"];
const HASH = /^[0-9a-f]{64}$/;

/** @type {Sig["checkLog"]} */
export async function checkLog(bytes) {
  const lines = textOf(bytes).split("\n");
  refuseUnless(lines.pop() === "", "form");
  /** @type {LogLine[]} */
  const read = [];
  let last = hex(ZEROS_32);
  for (const line of lines) {
    const { n, kind, sha256: told, prev } = objectOf(utf8(line));
    refuseUnless(n === read.length, "a line is missing");
    refuseUnless(prev === last, "a line was changed");
    refuseUnless(KINDS.includes(String(kind)) && HASH.test(String(told)), "form");
    last = hex(await sha256(utf8(line)));
    read.push({ kind: String(kind), told: String(told), hash: last });
  }
  return read;
}

/** @type {Sig["tellsOf"]} */
export function tellsOf(lines, chain) {
  const rosters = lines.filter(({ kind }) => kind === "roster").map(({ told }) => told).reverse();
  return chain.length > 0 && chain.every(({ hash }, back) => rosters[back] === hex(hash));
}
