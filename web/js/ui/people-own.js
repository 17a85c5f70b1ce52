/** The staff page's part about one's own ways to sign in: which there are, one more, and one less. */
import { SecretShown } from "../elements/secret-shown.js";
import { METHODS } from "../asc1/signin.js";
import { digitsOf } from "../model/code.js";
import { secretHint } from "../model/desk.js";
import { askedGroups } from "../model/enrol.js";
import { addDigits, addPasskey, drop } from "../session/own-keys.js";
import { button, byId, make, put, the } from "./dom.js";
import { closeSheets, openSheet } from "./sheet.js";
import { t } from "./strings.js";
/** @import {Me, Office} from "../session/office.js" */
/** @import {World} from "../session/views.js" */

/** @typedef {{world: World, office: Office, say: (id: string, text: string) => void,
 *   tried: (id: string, act: () => unknown) => Promise<void>, press: (id: string, act: () => unknown, said?: string) => void}} Page */

const { passkey: PASSKEY, digits: DIGITS } = METHODS;
const asked = askedGroups(crypto.getRandomValues(new Uint8Array(1))[0]);
let drawn = "";
/** The way that the open sheet is about. @type {Method} */
let leaving = PASSKEY;

/** @type {(id: string) => HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @type {(method: number) => string} */
const nameOf = (method) => (method === PASSKEY ? t("staff.passkey") : t("staff.digits"));

/** @param {Me} me */
export function drawOwn({ methods }) {
  const own = methods.map(({ method }) => method);
  if (String(own) === drawn) return;
  drawn = String(own);
  byId("own-list").replaceChildren(...own.map((method) => itemOf(method, own.length > 1)));
  byId("own-form").hidden = own.length > 1;
  byId("own-unlock").hidden = own.includes(PASSKEY);
  put(byId("own-go"), own.includes(PASSKEY) ? t("staff.add_digits") : t("staff.add_passkey"));
}

/** The last way cannot be taken away. @type {(method: number, mayGo: boolean) => HTMLElement} */
function itemOf(method, mayGo) {
  if (!mayGo) return make("li", {}, nameOf(method));
  const away = button(t("staff.drop"), () => openDrop(method === PASSKEY ? PASSKEY : DIGITS));
  away.setAttribute("aria-label", t("staff.drop_this", { way: nameOf(method) }));
  return make("li", {}, nameOf(method), " ", away);
}

/** @param {Method} method */
function openDrop(method) {
  leaving = method;
  put(byId("drop-which"), t(method === PASSKEY ? "staff.drop_passkey" : "staff.drop_digits"));
  byId("drop-unlock").hidden = method === DIGITS;
  input("drop-secret").value = "";
  openSheet("drop");
}

/** Typed digits, or null and what is wrong with them is said. @type {(page: Page, field: string, said: string) => string | null} */
function typed({ say }, field, said) {
  const digits = digitsOf(input(field).value);
  const hint = secretHint(digits);
  if (hint) say(said, t(hint, { n: digits.length }));
  return hint ? null : digits;
}

/** @param {Page} page */
async function add(page) {
  const { world, office, say } = page;
  if (office.view.me?.methods.some(({ method }) => method === PASSKEY)) return ownDigits(page);
  const digits = typed(page, "own-secret", "own-said");
  if (digits === null) return undefined;
  await addPasskey(world, office, digits);
  input("own-secret").value = "";
  return say("said", t("staff.added"));
}

/** @param {Page} page */
async function ownDigits({ world, office }) {
  const digits = await addDigits(world, office);
  if (office.view.me) the(SecretShown).show({ digits, login: office.view.me.login, asked });
}

/** Signed with the way that stays. @param {Page} page */
async function take(page) {
  const digits = leaving === PASSKEY ? typed(page, "drop-secret", "drop-said") : "";
  if (digits === null) return;
  await drop(page.world, page.office, leaving, digits);
  input("drop-secret").value = "";
  closeSheets();
}

/** @param {Page} page */
export function beginOwn(page) {
  byId("own-form").addEventListener("submit", (event) => {
    event.preventDefault();
    page.tried("own-said", () => add(page));
  });
  page.press("drop-go", () => take(page), "drop-said");
  document.addEventListener("secret-kept", () => page.say("said", t("staff.added")));
}
