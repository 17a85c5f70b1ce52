/** The page of an invite: the token leaves the address bar at once; what is made here is shown once. */
import { SecretShown } from "./elements/secret-shown.js";
import { askedGroups, partOf } from "./model/enrol.js";
import { enrolment } from "./session/enrol.js";
import { browserWorld, canEncrypt } from "./session/world.js";
import { byId, put, the } from "./ui/dom.js";
import { t } from "./ui/strings.js";
/** @import {Part} from "./model/enrol.js" */

const { hash } = location;
history.replaceState(null, "", location.pathname);
const session = enrolment(browserWorld(), hash);
const asked = askedGroups(crypto.getRandomValues(new Uint8Array(1))[0]);
/** @type {Part[]} */
const PARTS = ["checking", "ready", "working", "secret", "done", "gone", "failed", "old"];
/** @type {Record<number, () => string>} */
const ROLES = { 1: () => t("talk.role_1"), 2: () => t("talk.role_2"), 3: () => t("talk.role_3"), 4: () => t("talk.role_4"),
  256: () => t("talk.role_256") };
/** @type {Part | ""} */
let shown = "";
let kept = false;

/** @param {Part} part */
function show(part) {
  for (const name of PARTS) byId(name).hidden = name !== part;
  if (part !== shown) /** @type {HTMLElement} */ (byId(part).querySelector("h1")).focus();
  shown = part;
}

function draw() {
  const { me, problem, digits } = session.view;
  const part = partOf(session.view, kept);
  put(byId("ready-name"), me ? t("enrol.hello", { name: me.name }) : "");
  put(byId("ready-roles"), me ? t("enrol.roles", { login: me.login,
    roles: me.roles.map((role) => ROLES[role]?.() ?? "").filter(Boolean).join(", ") }) : "");
  put(byId("said"), problem && t(problem));
  byId("said").hidden = !problem;
  if (part === "secret" && me) the(SecretShown).show({ digits, login: me.login, asked });
  show(part);
}

session.addEventListener("change", draw);
byId("with-passkey").addEventListener("click", () => session.withPasskey());
byId("with-digits").addEventListener("click", () => session.withDigits());
byId("again").addEventListener("click", () => session.begin());
document.addEventListener("secret-kept", () => {
  kept = true;
  draw();
});
addEventListener("beforeunload", (event) => {
  if (["working", "secret"].includes(shown)) event.preventDefault();
});

if (await canEncrypt()) await session.begin();
else show("old");
