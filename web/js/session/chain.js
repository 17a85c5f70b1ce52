/** The audit log's chain, followed in this browser: does every line stand as it was written? (docs/protocol.md 7.7) */
import { concat, hex, sha256, u32, unhex, utf8 } from "../asc1/bytes.js";
/** @import {Log} from "./office.js" */

/** @type {(log: Log) => Promise<boolean>} */
export async function holds({ before, lines, head }) {
  let [at, hash] = [before.n, before.hash];
  for (const line of lines) {
    const { n, at: minute, what, by, about, detail } = line;
    const cells = [n, minute, what, by, about ?? "", detail].map((cell) => utf8(String(cell)));
    const told = cells.flatMap((cell) => [u32(cell.length), cell]);
    const made = hex(await sha256(concat(unhex(hash), ...told)));
    if (n !== at + 1 || made !== line.hash) return false;
    [at, hash] = [n, made];
  }
  return at === head.n && hash === head.hash;
}
