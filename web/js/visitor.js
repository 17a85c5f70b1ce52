/** The visitors' page: hands what the visitor asks to the session; `ui/visitor-screen.js` draws what the session shows. */
import "./elements/opening-line.js";
import { CodeField } from "./elements/code-field.js";
import { QuickExit } from "./elements/quick-exit.js";
import { ReturnCode } from "./elements/return-code.js";
import { TalkComposer } from "./elements/talk-composer.js";
import { unsent } from "./model/lines.js";
import { pace } from "./model/visit.js";
import { visitorSession } from "./session/visitor.js";
import { browserKeys } from "./session/keys.js";
import { browserWorld } from "./session/world.js";
import { canEncrypt } from "./ui/able.js";
import { byId, the } from "./ui/dom.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { t } from "./ui/strings.js";
import { draw, failed } from "./ui/visitor-screen.js";

const session = visitorSession(browserWorld(browserKeys()));
const root = document.documentElement;
const exit = the(QuickExit);
const composer = the(TalkComposer);
const chat = /** @type {HTMLButtonElement} */ (byId("chat"));
const ways = /** @type {HTMLDetailsElement} */ (byId("ways"));
const mayType = pace(3000);
let asksBeforeLeaving = true;

const isOpen = () => ["waiting", "live", "paused"].includes(session.view.phase);
/** @type {(id: string) => CodeField} */
const field = (id) => /** @type {CodeField} */ (byId(id));
/** @type {(id: string) => number} */
const chosen = (id) => Number(/** @type {HTMLSelectElement} */ (byId(id)).value);
/** @type {(id: string) => boolean} */
const ticked = (id) => /** @type {HTMLInputElement} */ (byId(id)).checked;
/** @type {(name: string, act: (detail: any) => unknown) => void} */
const on = (name, act) => document.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
/** A failure of the network or the server is said; a view that says more comes by itself. @type {(id: string, act: () => unknown) => void} */
const press = (id, act) => byId(id).addEventListener("click", async () => {
  try {
    await act();
  } catch {
    failed(session.view);
  }
});

/** Leaves the page in a way the visitor has just asked for. */
function restart() {
  asksBeforeLeaving = false;
  location.reload();
}

/** @returns {import("./session/views.js").Choice} */
const choice = () => ({ lang: /** @type {HTMLSelectElement} */ (byId("language")).value, door: 1,
  danger: ticked("danger"), interrupted: ticked("interrupted"), topic: chosen("topic"),
  relation: chosen("relation"), age: chosen("age") });

async function comeBack() {
  const code = field("comeback-code");
  const digits = code.take();
  if (!digits) return;
  if (await session.useCode(digits, choice())) code.clear();
  else {
    code.say(t("visitor.code_gone"));
    code.focus();
  }
}

async function erase() {
  const code = field("erase-code");
  if (code.empty && !isOpen()) return code.say(t("visitor.erase_needs"));
  const digits = code.empty ? "" : code.take();
  if (!digits && !code.empty) return undefined;
  if (!await session.eraseAll(digits).catch(() => false)) return code.say(t("visitor.erase_failed"));
  code.clear();
  return closeSheets();
}

exit.forget = () => {
  asksBeforeLeaving = false;
  session.wipe();
};
session.addEventListener("change", () => exit.gone || draw(session.view));

session.addEventListener("returned", (event) => composer.bring(/** @type {CustomEvent} */ (event).detail));

press("chat", () => session.open(choice()));
press("comeback-go", comeBack);
press("erase-yes", erase);
press("restart", restart);
press("leave-queue", async () => {
  await session.end();
  restart();
});
press("end-yes", () => {
  closeSheets();
  return session.end();
});
byId("danger").addEventListener("change", () => byId("danger-first").hidden = !ticked("danger"));
byId("young").addEventListener("change", () => root.toggleAttribute("data-young", ticked("young")));
on("opening", ({ open }) => {
  chat.disabled = chat.hidden = !open;
  if (open || byId("main").dataset.screen !== "front") byId("main").append(ways);
  else byId("front-said").after(ways);
  if (!open) ways.open = true;
});
on("safety", () => openSheet("safety"));
on("talk-write", (text) => session.write(text).catch(() => composer.bring(text)));
on("talk-typing", () => mayType(Date.now()) && session.typing());
on("talk-answer", ({ idx, ok }) => session.answer(idx, ok));
on("talk-held", (ok) => {
  session.sendHeld(ok);
  composer.focus();
});
on("code-make", () => session.makeCode().catch(() => failed(session.view)));
on("code-confirm", async (groups) => await session.confirmCode(groups) || the(ReturnCode).wrong());
listenForSheets();

addEventListener("beforeunload", (event) => {
  if (asksBeforeLeaving && isOpen() && unsent(session.view.lines, composer.typed)) event.preventDefault();
});
addEventListener("pagehide", ({ persisted }) => root.toggleAttribute("data-gone", persisted || exit.gone));
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && !exit.gone) location.reload();
});
visualViewport?.addEventListener("resize", () => root.style.setProperty("--seen", `${visualViewport?.height}px`));

root.dataset.ready = "";
if (await canEncrypt()) await session.revive();
else draw({ ...session.view, phase: "old" });
