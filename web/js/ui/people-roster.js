/** The staff page's part about the roster: what stands, the next one, and the root key that signs it. */
import { WRAPS } from "../asc1/signin.js";
import { ROLE_WORDS } from "../elements/staff-list.js";
import { Undone } from "../session/office.js";
import { draftOf, keepRoot, makeRoot, placeOfRoot, publicHalf, signDraft } from "../session/root.js";
import { linesFor } from "../session/witness.js";
import { Trust } from "../session/world.js";
import { byId, make, put } from "./dom.js";
import { clock, t } from "./strings.js";
/** @import {Me} from "../session/office.js" */
/** @import {Draft} from "../session/root.js" */
/** @import {Page} from "./people-own.js" */

const SUPERVISOR = 2;
const PASSKEY = 1;
/** @type {Trust} */
let trust;
/** @type {Draft | null} */
let draft = null;

/** @param {Page} page */
export async function drawRoster({ office }) {
  const { roster, me } = office.view;
  byId("roster").hidden = !roster;
  if (!roster || !me) return;
  put(byId("roster-stands"), roster.seq === 0 ? t("staff.roster_none")
    : t("staff.roster_stands", { n: roster.seq, until: clock(roster.expires * 60, { dateStyle: "long" }) }));
  byId("roster-due").hidden = !roster.due || roster.signed > 0;
  byId("roster-waits").hidden = roster.signed === 0;
  put(byId("roster-waits"), t("staff.roster_waits", { n: roster.signed, of: roster.t }));
  byId("roster-sign").hidden = !me.roles.includes(SUPERVISOR);
  await drawRoot(me);
}

/** No root; one that trust.json does not name yet; or one that signs. @param {Me} me */
async function drawRoot({ wraps, methods }) {
  const holds = wraps.some(({ what }) => what === WRAPS.root);
  const place = await placeOfRoot(wraps, trust);
  const byPasskeyAlone = methods.every(({ method }) => method === PASSKEY);
  byId("root-none").hidden = holds || !byPasskeyAlone;
  byId("root-needs").hidden = holds || byPasskeyAlone;
  byId("root-new").hidden = !holds || place >= 0;
  byId("draft-sign").hidden = place < 0 || (draft?.signed.includes(place) ?? false);
}

/** @type {Record<string, (values: {name: string, roles: string}) => string>} */
const CHANGES = { added: (values) => t("staff.draft_added", values), removed: (values) => t("staff.draft_removed", values),
  rekeyed: (values) => t("staff.draft_rekeyed", values), roles: (values) => t("staff.draft_roles", values),
  renamed: (values) => t("staff.draft_renamed", values), board: (values) => t("staff.draft_board", values),
  no_board: (values) => t("staff.draft_no_board", values) };

/** @param {Page} page */
async function openDraft(page) {
  const { world, office } = page;
  await trust.load();
  if (!await linesFor(world, trust)) throw new Undone("desk.alarm_log");
  draft = await draftOf(office, trust);
  put(byId("draft-name"), t("staff.draft", { n: draft.seq }));
  const lines = draft.changes.map(({ kind, name, roles }) => CHANGES[kind]({ name,
    roles: roles.map((role) => ROLE_WORDS[role]?.() ?? "").join(", ") }));
  byId("draft-list").replaceChildren(...(lines.length ? lines : [t("staff.draft_same")]).map((line) => make("li", {}, line)));
  put(byId("draft-signed"), draft.signed.length ? t("staff.draft_signed", { n: draft.signed.length, of: trust.roots?.t ?? 1 }) : "");
  byId("draft").hidden = false;
  await drawRoster(page);
  byId("draft-name").focus();
}

/** @param {Page} page */
async function sign({ world, office, say }) {
  if (!draft) return;
  const missing = await signDraft(world, office, trust, draft);
  draft = null;
  byId("draft").hidden = true;
  say("said", missing ? t("staff.draft_missing", { n: missing }) : t("staff.draft_done"));
}

/** What whoever runs the server types. @param {string} half */
function showHalf(half) {
  put(byId("root-command"), `hamn root add ${half}`);
  byId("root-command").hidden = false;
  byId("root-command").focus();
}

/** @param {Page} page */
async function takeIn({ world, office, say }) {
  const file = /** @type {HTMLInputElement} */ (byId("root-file"));
  const [given] = file.files ?? [];
  if (!given) return;
  const pem = await given.text();
  file.value = "";
  await trust.load();
  await keepRoot(world, office, trust, pem);
  say("said", t("staff.root_kept"));
}

/** @param {Page} page */
export function beginRoster(page) {
  const { world, office } = page;
  trust = new Trust(world);
  trust.load().catch(() => {}).then(() => drawRoster(page));
  page.press("draft-open", () => openDraft(page), "roster-said");
  page.press("draft-sign", () => sign(page), "roster-said");
  page.press("root-make", async () => showHalf(await makeRoot(world, office)), "roster-said");
  page.press("root-show", async () => showHalf(await publicHalf(world, office)), "roster-said");
  byId("root-file").addEventListener("change", () => page.tried("roster-said", () => takeIn(page)));
}
