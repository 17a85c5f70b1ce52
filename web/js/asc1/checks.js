/**
 * Which commit a member believes: the seven client checks of protocol.md section 7.2 in their
 * order, with section 16 rules 1 and 8. They read the room and change nothing.
 *
 * The reason of a refusal starts with the number of the check. "2 roster" asks the caller to fetch
 * the roster once, give the member the new chain and repeat.
 */
import { Refused, ZEROS_32, equalConstantTime, hex, refuseUnless, sha256 } from "./bytes.js";
import { checkTags, openSeed, parseCommit, parseContext } from "./group.js";
import { checkCertificate, parseCertificate } from "./trust.js";

/** @type {(check: number, claim: unknown, reason: string) => asserts claim} */
const refuse = (check, claim, reason) => refuseUnless(claim, `${check} ${reason}`);
/** @type {Sig["within"]} */
async function within(check, action) {
  try {
    return await action();
  } catch (error) {
    throw error instanceof Refused ? new Refused(`${check} ${error.reason}`) : error;
  }
}

/** @type {Sig["checkHeader"]} */
async function checkHeader(room, bytes) {
  const commit = await within(1, () => parseCommit(bytes));
  refuse(1, equalConstantTime(commit.roomId, room.roomId), "room");
  const isDue = room.mode === "joining" || (room.mode === "waiting" && commit.epoch === 1) ||
    (room.mode === "live" && commit.epoch === room.epoch + 1);
  refuse(1, isDue && commit.epoch >= 1, "epoch");
  return commit;
}

/** @type {Sig["checkContext"]} */
async function checkContext(room, commit) {
  const context = await within(2, () => parseContext(commit.contextBytes));
  const { entries } = context;
  refuse(2, equalConstantTime(context.roomId, commit.roomId), "room");
  refuse(2, context.epoch === commit.epoch, "epoch");
  refuse(2, entries.every(({ slot, role }) => (slot === 0) === (role === 0)), "slot 0");
  if (commit.epoch === 1) {
    const first = entries[0].slot;
    refuse(2, first === 1 || (first === 0 && entries.length === 2), "slots");
    refuse(2, entries.every(({ slot }, i) => slot === first + i), "slots");
  }
  if (room.context) {
    const before = room.context.entries;
    const fresh = entries.filter(({ slot }) => !before.some((entry) => entry.slot === slot));
    refuse(2, fresh.every(({ slot }) => slot > room.highestSlot), "slot reused");
    refuse(2, (entries[0].slot === 0) === (before[0].slot === 0), "slot 0");
  }
  const isKnown = room.chain.slice(0, 2).some((r) => equalConstantTime(r.hash, context.rosterHash));
  refuse(2, isKnown, "roster");
  return context;
}

/** @type {Sig["certificatesAtHand"]} */
async function certificatesAtHand(room, { entries }, offered) {
  /** @type {Map<string, Certificate>} */
  const atHand = new Map(room.certificates);
  for (const bytes of offered) {
    const hash = hex(await sha256(bytes));
    if (!atHand.has(hash)) atHand.set(hash, await within(4, () => parseCertificate(bytes)));
  }
  const named = entries.flatMap(({ certHash }) => atHand.get(hex(certHash)) ?? []);
  refuse(2, new Set(named.map(({ idx }) => idx)).size === named.length, "idx twice");
  return atHand;
}

/** @type {Sig["checkStaff"]} */
async function checkStaff(room, { slot, role, certHash }, atHand, nowHour) {
  const found = atHand.get(hex(certHash));
  refuse(4, found, "certificate");
  const before = room.context?.entries.find((entry) => entry.slot === slot);
  const known = room.certificates.get(hex(certHash));
  const stays = known && before && equalConstantTime(before.certHash, certHash);
  const { chain } = room;
  const checked = stays ? known
    : await within(4, () => checkCertificate(found.bytes, { kinds: [1], nowHour, chain }));
  refuse(4, checked.role === role, "role");
  const old = before && room.certificates.get(hex(before.certHash));
  refuse(4, !old || (old.idx === checked.idx && old.ed25519 === checked.ed25519), "other person");
  return checked;
}

/** @type {Sig["isAnnounced"]} */
async function isAnnounced(room, committer, { slot, role, leaf }, idx) {
  const announced = room.announced.get(`${committer}:${slot}`);
  return announced !== undefined && announced.role === role && announced.idx === idx &&
    announced.leaf === hex(await sha256(leaf));
}

/** @type {Sig["checkContinuity"]} */
async function checkContinuity(room, { committer }, { entries }, idxOf) {
  const before = new Map((room.context?.entries ?? []).map((entry) => [entry.slot, entry]));
  for (const entry of entries) {
    const { slot } = entry;
    const old = before.get(slot);
    const newest = room.leaves.get(slot);
    const sameCert = old && equalConstantTime(old.certHash, entry.certHash);
    refuse(4, !old || old.role === entry.role, "role");
    if (slot === committer || slot === room.slot) {
      refuse(4, sameCert, "certificate changed");
    } else if (!sameCert || !newest || !equalConstantTime(newest, entry.leaf)) {
      const idx = idxOf.get(slot) ?? null;
      refuse(5, await isAnnounced(room, committer, entry, idx), "not announced");
    }
  }
}

/** @type {Sig["checkEntrance"]} */
function checkEntrance(room, own, committerKey) {
  if (room.mode === "waiting") {
    const readers = room.versions.get(hex(own.certHash));
    refuse(5, own.slot === 0 && readers, "not my hello");
    refuse(5, readers.has(hex(committerKey)), "committer not a reader");
  } else if (room.mode === "joining") {
    const { ownHash, sealedTo } = room;
    refuse(5, ownHash && equalConstantTime(own.certHash, ownHash), "not my certificate");
    refuse(5, sealedTo && equalConstantTime(committerKey, sealedTo), "committer not asked");
  }
}

/** @type {Sig["checkLeaves"]} */
function checkLeaves(room, { committer }, { entries }) {
  const author = entries.find(({ slot }) => slot === committer);
  refuse(5, author && author.role !== 0 && committer !== room.slot, "committer");
  refuse(5, !room.seenLeaves.has(hex(author.leaf)), "leaf seen before");
  const twins = entries.filter(({ leaf }) => equalConstantTime(leaf, author.leaf));
  refuse(5, twins.length === 1, "leaf seen before");
  const own = room.context ? entries.find(({ slot }) => slot === room.slot)
    : entries.find(({ leaf }) => room.held.has(hex(leaf)));
  const leaf = own && room.held.get(hex(own.leaf));
  refuse(5, own && leaf, "own leaf");
  return { own, leaf };
}

/** @type {Sig["checkCommit"]} */
export async function checkCommit(room, bytes, { offered, nowHour }) {
  const commit = await checkHeader(room, bytes);
  const context = await checkContext(room, commit);
  const atHand = await certificatesAtHand(room, context, offered);
  const mustBe = commit.epoch === 1 ? ZEROS_32 : room.keys?.confirmTag;
  refuse(3, !mustBe || equalConstantTime(context.prevConfirm, mustBe), "previous confirm tag");
  /** @type {Map<string, Checked>} */
  const certificates = new Map();
  /** @type {Map<number, Checked>} */
  const staff = new Map();
  for (const entry of context.entries.filter(({ role }) => role !== 0)) {
    const checked = await checkStaff(room, entry, atHand, nowHour);
    certificates.set(hex(entry.certHash), checked);
    staff.set(entry.slot, checked);
  }
  const idxOf = new Map([...staff].map(([slot, { idx }]) => [slot, idx]));
  if (room.context) await checkContinuity(room, commit, context, idxOf);
  const { own, leaf } = checkLeaves(room, commit, context);
  const certified = /** @type {Checked} */ (staff.get(commit.committer)).pub;
  checkEntrance(room, own, certified);
  const others = context.entries.map(({ slot }) => slot).filter((s) => s !== commit.committer);
  refuse(6, commit.stanzas.map(({ slot }) => slot).join() === others.join(), "stanza slots");
  const sender = room.mode === "live" ? room.leaves.get(commit.committer) : certified;
  refuse(6, sender, "sender key");
  const who = { slot: own.slot, leaf, sender };
  const { seed, keys } = await within(6, () => openSeed(commit, who));
  seed.fill(0);
  await within(7, () => checkTags(commit, keys, room.keys?.memberKey ?? null));
  return { commit, context, keys, slot: own.slot, leaf, certificates };
}
