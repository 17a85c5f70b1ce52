/**
 * From a secret to a staff member's keys (protocol.md section 3.1): digits or passkey -> root ->
 * the sign-in key and KEK; KEK -> AK -> IK. No private key here can be read by a script.
 */
import { Refused, hex, sha256, unhex, utf8 } from "../asc1/bytes.js";
import { METHODS, WRAPS, prfInput, rootFromDigits, signIn, signInKeys, unwrapAk, unwrapIdentity }
  from "../asc1/signin.js";
/** @import {Message, World} from "./views.js" */

/** @typedef {{login: string, method: Method, auth: Pair, kek: CryptoKey}} Secrets */
/** @typedef {{what: number, method: number, version: number, kid: string, data: string}} WrapSent */

/** @type {(world: World, service: string, login: string, digits: string) => Promise<Secrets>} */
export async function fromDigits(world, service, login, digits) {
  const account = { service, name: login, iterations: world.iterations.digits };
  return secretsOf(login, METHODS.digits, await rootFromDigits(digits, account));
}

/** @type {(login: string, method: Method, root: Bytes) => Promise<Secrets>} */
export async function secretsOf(login, method, root) {
  const keys = await signInKeys(root, method);
  root.fill(0);
  return { login, method, ...keys };
}

/** @type {(credential: Credential | null) => Bytes | null} */
function prfOf(credential) {
  const results = /** @type {PublicKeyCredential | null} */ (credential)
    ?.getClientExtensionResults().prf?.results;
  return results ? new Uint8Array(/** @type {ArrayBuffer} */ (results.first)) : null;
}

const PRF = () => ({ prf: { eval: { first: prfInput() } } });

/** Null: there is no passkey, it has no PRF, or the person said no. @type {(world: World, login: string) => Promise<Secrets | null>} */
export async function fromPasskey(world, login) {
  const publicKey = { challenge: world.random(32), userVerification: /** @type {const} */ ("required"),
    extensions: PRF() };
  try {
    const root = prfOf(await world.credentials?.get({ publicKey }) ?? null);
    return root && secretsOf(login, METHODS.passkey, root);
  } catch {
    return null;
  }
}

/** A new passkey's PRF output. @type {(world: World, login: string, name: string) => Promise<Bytes | null>} */
export async function newPasskey({ random, credentials }, login, name) {
  if (!credentials) return null;
  const publicKey = { challenge: random(32), rp: { name }, extensions: PRF(),
    user: { id: utf8(login), name: login, displayName: login },
    pubKeyCredParams: [{ type: /** @type {const} */ ("public-key"), alg: -8 },
      { type: /** @type {const} */ ("public-key"), alg: -7 }],
    authenticatorSelection: { residentKey: /** @type {const} */ ("required"),
      userVerification: /** @type {const} */ ("required") } };
  const made = prfOf(await credentials.create({ publicKey }));
  if (made) return made;
  return prfOf(await credentials.get({ publicKey: { challenge: random(32), extensions: PRF(),
    userVerification: "required" } }));
}

/** The second `auth` message. @type {(world: World, secrets: Secrets, nonce: string) => Promise<Message>} */
export async function answer({ origin, clock }, { login, method, auth }, nonce) {
  const issued = Math.floor(clock() / 60_000);
  const sig = await signIn(auth, { origin, name: login, method, nonce: unhex(nonce), issued });
  return { t: "auth", origin_hash: hex(await sha256(utf8(origin))), method, issued, sig: hex(sig) };
}

/** Does this secret open this member's keys? Digits, or the passkey where none are given.
 * @type {(world: World, service: string, login: string, digits: string, who: {idx: number, wraps: WrapSent[]}) => Promise<boolean>} */
export async function opens(world, service, login, digits, { idx, wraps }) {
  try {
    const secrets = digits ? await fromDigits(world, service, login, digits) : await fromPasskey(world, login);
    return secrets !== null && !!await accountKeys(secrets, idx, wraps);
  } catch {
    return false;
  }
}

/** AK and IK, from what the server keeps wrapped. Raises: Refused, also where nothing is wrapped for this way of signing in. @type {(secrets: Secrets, idx: number, wraps: WrapSent[]) => Promise<{ak: CryptoKey, ik: Pair}>} */
export async function accountKeys({ method, kek }, idx, wraps) {
  const place = (/** @type {WrapSent} */ { what, method: by, version, kid }) =>
    ({ idx, what, method: by, version, kid: unhex(kid) });
  const ak = wraps.find((w) => w.what === WRAPS.ak && w.method === method);
  const ik = wraps.find((w) => w.what === WRAPS.ik);
  if (!ak || !ik) throw new Refused("wraps");
  const key = await unwrapAk(kek, unhex(ak.data), place(ak));
  return { ak: key, ik: await unwrapIdentity(key, unhex(ik.data), place(ik)) };
}
