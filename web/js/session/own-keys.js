/**
 * A member's own ways to sign in: one more, or one less, each time with a fresh challenge signed by
 * one that stands (protocol.md section 3.1). The account key is opened for as long as it takes.
 */
import { hex, unhex } from "../asc1/bytes.js";
import { makeCode } from "../asc1/code.js";
import { METHODS, WRAPS, rootFromDigits, signInKeys, unwrapAkBytes, wrap } from "../asc1/signin.js";
import { Undone } from "./office.js";
import { answer, fromDigits, fromPasskey, newPasskey } from "./unlock.js";
/** @import {Me, Office} from "./office.js" */
/** @import {Secrets} from "./unlock.js" */
/** @import {World} from "./views.js" */

const ZEROS = new Uint8Array(8);

/** Opened with the digits, or with the passkey where none were typed. @type {(world: World, me: Me, digits: string) => Promise<Secrets>} */
async function opened(world, { service, login }, digits) {
  const secrets = digits ? await fromDigits(world, service, login, digits) : await fromPasskey(world, login);
  if (!secrets) throw new Undone("desk.no_passkey");
  return secrets;
}

/** What shows that a member is there, in the form of the API. @type {(world: World, office: Office, secrets: Secrets) => Promise<object>} */
async function signed(world, office, secrets) {
  const { nonce } = await office.ask("/api/challenge", {});
  const { t, method, ...proof } = await answer(world, secrets, nonce);
  return { ...proof, by: method, nonce };
}

/** A passkey beside the digits. @type {(world: World, office: Office, digits: string) => Promise<void>} */
export async function addPasskey(world, office, digits) {
  const { me } = office.view;
  if (!me) return;
  const old = await opened(world, me, digits);
  const root = await newPasskey(world, me.login, me.service).catch(() => null);
  if (!root) throw new Undone("desk.no_passkey");
  await add(world, office, me, { old, root, method: METHODS.passkey });
}

/** Digits beside the passkey; they are told once. @type {(world: World, office: Office) => Promise<string>} */
export async function addDigits(world, office) {
  const { me } = office.view;
  if (!me) return "";
  const old = await opened(world, me, "");
  const digits = makeCode(world.random);
  const account = { service: me.service, name: me.login, iterations: world.iterations.digits };
  await add(world, office, me, { old, root: await rootFromDigits(digits, account), method: METHODS.digits });
  return digits;
}

/** @type {(world: World, office: Office, me: Me, given: {old: Secrets, root: Bytes, method: Method}) => Promise<void>} */
async function add(world, office, { idx, wraps }, { old, root, method }) {
  const found = wraps.find((each) => each.what === WRAPS.ak && each.method === old.method);
  if (!found) throw new Undone("staff.failed");
  const place = { idx, what: WRAPS.ak, version: found.version, kid: ZEROS };
  const { auth, kek } = await signInKeys(root, method);
  root.fill(0);
  const ak = await unwrapAkBytes(old.kek, unhex(found.data), { ...place, method: old.method });
  const data = hex(await wrap(kek, ak, { ...place, method }, world.random));
  ak.fill(0);
  const fresh = { what: WRAPS.ak, method, version: found.version, kid: hex(ZEROS), data };
  await office.ask("/api/method", { ...await signed(world, office, old), method, credential: "",
    public_key: hex(auth.publicRaw), wraps: [fresh] });
  await office.load();
}

/** One less, signed with the one that stays; every session ends, this one too. @type {(world: World, office: Office, method: Method, digits: string) => Promise<void>} */
export async function drop(world, office, method, digits) {
  const { me } = office.view;
  if (!me) return;
  const stays = await opened(world, me, digits);
  await office.ask("/api/method/drop", { ...await signed(world, office, stays), method });
  await office.load();
}
