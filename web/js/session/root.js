/**
 * A root key in a supervisor's browser: made there or taken in from its file, wrapped by the account key that only
 * the passkey opens, and used to sign the next roster (protocol.md sections 3, 5). The server gets
 * ciphertext and signatures.
 */
import { Refused, aesKey, hex, kid, sha256, unhex, utf8 } from "../asc1/bytes.js";
import { importEd25519, signRoster } from "../asc1/identity.js";
import { memberChanges } from "../asc1/roster.js";
import { METHODS, WRAPS, unwrapAk, unwrapAkBytes, unwrapIdentity, wrap } from "../asc1/signin.js";
import { parseRoster } from "../asc1/trust.js";
import { Undone } from "./office.js";
import { answer, fromPasskey } from "./unlock.js";
/** @import {Me, Office} from "./office.js" */
/** @import {Trust} from "./world.js" */
/** @import {Secrets, WrapSent} from "./unlock.js" */
/** @import {World} from "./views.js" */

/** @typedef {{kind: "added" | "removed" | "rekeyed" | "roles" | "renamed" | "board" | "no_board", name: string, roles: number[]}} Change */
/** @typedef {{bytes: Bytes, seq: number, signed: number[], changes: Change[]}} Draft */

const PKCS8 = "302e020100300506032b657004220420";
const RENEWED_BELOW = 7 * 24;

/** The 32 bytes in a root's PEM file. @type {(pem: string) => Bytes} */
export function seedOf(pem) {
  const inner = pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
  let bytes;
  try {
    bytes = Uint8Array.from(atob(inner), (c) => c.charCodeAt(0));
  } catch {
    throw new Undone("staff.root_form");
  }
  if (bytes.length !== 48 || hex(bytes.slice(0, 16)) !== PKCS8) throw new Undone("staff.root_form");
  return bytes.slice(16);
}

/** Which of the roots in trust.json a key is. @type {(trust: Trust, pub: Bytes) => number} */
function placeAmong({ roots }, pub) {
  const place = roots?.roots.findIndex((root) => hex(root) === hex(pub)) ?? -1;
  if (place < 0) throw new Undone("staff.root_unknown");
  return place;
}

/** What a draft changes, member by member, against the roster that stands. @type {(old: Roster, fresh: Roster) => Change[]} */
export function changesOf(old, fresh) {
  const { added, removed, rekeyed } = memberChanges(old, fresh);
  /** @type {(roster: Roster, idx: number) => RosterMember | undefined} */
  const of = ({ members }, idx) => members.find((member) => member.idx === idx);
  /** @type {(kind: Change["kind"], roster: Roster) => (idx: number) => Change} */
  const told = (kind, roster) => (idx) => ({ kind, name: of(roster, idx)?.dutyName ?? String(idx), roles: of(roster, idx)?.roles ?? [] });
  const both = fresh.members.filter(({ idx }) => of(old, idx) && !rekeyed.includes(idx));
  const others = both.filter(({ idx, roles }) => String([...roles].sort()) !== String([...of(old, idx)?.roles ?? []].sort()));
  const renamed = both.filter(({ idx, dutyName }) => dutyName !== of(old, idx)?.dutyName);
  /** @type {(roster: Roster, other: Roster) => string[]} */
  const board = ({ bg }, other) => bg.map(hex).filter((key) => !other.bg.some((each) => hex(each) === key));
  /** @type {(kind: Change["kind"]) => (key: string) => Change} */
  const ofBoard = (kind) => (key) => ({ kind, name: key.slice(0, 16), roles: [] });
  return [...board(fresh, old).map(ofBoard("board")), ...board(old, fresh).map(ofBoard("no_board")),
    ...added.map(told("added", fresh)), ...removed.map(told("removed", old)), ...rekeyed.map(told("rekeyed", fresh)),
    ...others.map(({ idx }) => told("roles", fresh)(idx)), ...renamed.map(({ idx }) => told("renamed", fresh)(idx))];
}

/** The next roster, read before it is signed. @type {(office: Office, trust: Trust) => Promise<Draft>} */
export async function draftOf(office, trust) {
  const { roster, signed } = await office.ask("/api/roster/draft", {});
  const bytes = utf8(roster);
  const fresh = await parseRoster(bytes);
  const [old] = trust.chain;
  if (fresh.seq !== old.seq + 1 || fresh.prev !== hex(old.hash)) throw new Undone("staff.first");
  return { bytes, seq: fresh.seq, signed, changes: changesOf(old, fresh) };
}

/** @type {(world: World, me: Me) => Promise<Secrets>} */
async function byPasskey(world, { login }) {
  const secrets = await fromPasskey(world, login);
  if (!secrets) throw new Undone("desk.no_passkey");
  return secrets;
}

/** @type {(idx: number) => (sent: WrapSent) => {idx: number, what: number, method: number, version: number, kid: Bytes}} */
const placeOf = (idx) => ({ what, method, version, kid: named }) => ({ idx, what, method, version, kid: unhex(named) });

/** @type {(wraps: WrapSent[], what: number, method: number) => WrapSent} */
function wrapOf(wraps, what, method) {
  const found = wraps.find((each) => each.what === what && each.method === method);
  if (!found) throw new Undone("staff.no_root");
  return found;
}

/** Takes a root in from its file. @type {(world: World, office: Office, trust: Trust, pem: string) => Promise<void>} */
export async function keepRoot(world, office, trust, pem) {
  const seed = seedOf(pem);
  const pair = await importEd25519(seed.slice());
  placeAmong(trust, pair.publicRaw);
  await keep(world, office, seed, pair.publicRaw);
}

/** A new root, born here; its public half, which counts once it stands in trust.json. @type {(world: World, office: Office) => Promise<string>} */
export async function makeRoot(world, office) {
  const seed = world.random(32);
  const { publicRaw } = await importEd25519(seed.slice());
  await keep(world, office, seed, publicRaw);
  return hex(publicRaw);
}

/** The public half of the root that this member keeps. @type {(world: World, office: Office) => Promise<string>} */
export async function publicHalf(world, office) {
  const { me } = office.view;
  if (!me) return "";
  const secrets = await byPasskey(world, me);
  const { publicRaw } = await opened(secrets, me.idx, me.wraps, wrapOf(me.wraps, WRAPS.root, 0));
  return hex(publicRaw);
}

/** Which root in trust.json this member keeps, or -1. @type {(wraps: WrapSent[], trust: Trust) => Promise<number>} */
export async function placeOfRoot(wraps, { roots }) {
  const own = wraps.filter(({ what }) => what === WRAPS.root).map(({ kid: named }) => named);
  const named = await Promise.all((roots?.roots ?? []).map(async (root) => hex(await kid(root))));
  return named.findIndex((name) => own.includes(name));
}

/** @type {(world: World, office: Office, seed: Bytes, publicRaw: Bytes) => Promise<void>} */
async function keep(world, office, seed, publicRaw) {
  const { me } = office.view;
  if (!me) return;
  const secrets = await byPasskey(world, me);
  const sent = wrapOf(me.wraps, WRAPS.ak, METHODS.passkey);
  const ak = await unwrapAkBytes(secrets.kek, unhex(sent.data), placeOf(me.idx)(sent));
  const place = { idx: me.idx, what: WRAPS.root, method: 0, version: 1, kid: await kid(publicRaw) };
  const data = hex(await wrap(await aesKey(ak), seed, place, world.random));
  ak.fill(0);
  seed.fill(0);
  const { nonce } = await office.ask("/api/challenge", {});
  const { t, method, ...proof } = await answer(world, secrets, nonce);
  await office.ask("/api/roster/root", { ...proof, by: method, nonce,
    wraps: [{ what: WRAPS.root, method: 0, version: 1, kid: hex(place.kid), data }] });
  await office.load();
}

/** @type {(secrets: Secrets, idx: number, wraps: WrapSent[], sent: WrapSent) => Promise<Pair>} */
async function opened(secrets, idx, wraps, sent) {
  const ak = wrapOf(wraps, WRAPS.ak, METHODS.passkey);
  const account = await unwrapAk(secrets.kek, unhex(ak.data), placeOf(idx)(ak));
  return unwrapIdentity(account, unhex(sent.data), placeOf(idx)(sent));
}

/** Signs with the root in trust.json that this member keeps. @type {(secrets: Secrets, idx: number, wraps: WrapSent[], trust: Trust, bytes: Bytes) => Promise<object>} */
async function signature(secrets, idx, wraps, trust, bytes) {
  const root = trust.roots?.roots[await placeOfRoot(wraps, trust)];
  if (!root) throw new Undone("staff.no_root");
  const named = hex(await kid(root));
  const { privateKey, publicRaw } = await opened(secrets, idx, wraps, wrapOf(wraps.filter((w) => w.kid === named), WRAPS.root, 0));
  return { hash: hex(await sha256(bytes)), root: placeAmong(trust, publicRaw), sig: await signRoster(bytes, privateKey) };
}

/** How many more must sign. @type {(world: World, office: Office, trust: Trust, draft: Draft) => Promise<number>} */
export async function signDraft(world, office, trust, { bytes }) {
  const { me } = office.view;
  if (!me) return 0;
  const secrets = await byPasskey(world, me);
  const { missing } = await office.ask("/api/roster/sign", await signature(secrets, me.idx, me.wraps, trust, bytes));
  await trust.load();
  await office.load();
  return missing;
}

/**
 * A supervisor's sign-in renews a roster that has under seven days left, by itself if it changes
 * nothing but its dates. @type {(world: World, trust: Trust, token: string, who: {secrets: Secrets, idx: number, wraps: WrapSent[]}) => Promise<boolean>}
 */
export async function renew(world, trust, token, { secrets, idx, wraps }) {
  const holdsRoot = secrets.method === METHODS.passkey && await placeOfRoot(wraps, trust) >= 0;
  if (!holdsRoot || trust.chain[0].expires - trust.hour >= RENEWED_BELOW) return false;
  /** @type {(path: string, body: object) => Promise<any>} */
  const ask = async (path, body) => {
    const answered = await world.fetch(path, { method: "POST", body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } });
    if (!answered.ok) throw new Refused("renewal");
    return answered.json();
  };
  const { roster } = await ask("/api/roster/draft", {});
  const bytes = utf8(roster);
  const fresh = await parseRoster(bytes);
  if (fresh.prev !== hex(trust.chain[0].hash) || changesOf(trust.chain[0], fresh).length) return false;
  await ask("/api/roster/sign", await signature(secrets, idx, wraps, trust, bytes));
  await trust.load();
  return true;
}
