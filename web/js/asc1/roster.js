/** What staff see of a roster: who came, who left, and numbers to read aloud. */

/** @type {Sig["memberChanges"]} */
export function memberChanges(old, fresh) {
  /** @type {Sig["valid"]} */
  const valid = (roster) => new Map(roster.members
    .filter(({ idx }) => !roster.revoked.includes(idx)).map((m) => [m.idx, m.ed25519]));
  const [before, after] = [valid(old), valid(fresh)];
  return {
    added: [...after.keys()].filter((idx) => !before.has(idx)),
    removed: [...before.keys()].filter((idx) => !after.has(idx)),
    rekeyed: [...after.keys()].filter((i) => before.has(i) && before.get(i) !== after.get(i)),
  };
}

/** @type {Sig["asDecimals"]} */
export const asDecimals = (numbers) => numbers.map((n) => String(n).padStart(4, "0")).join(" ");
