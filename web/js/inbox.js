/** The page of escalations: how they stand, and for a supervisor who has unlocked their keys what they say and what becomes of them. */
import { DecisionForm } from "./elements/decision-form.js";
import { EscalationFolder } from "./elements/escalation-folder.js";
import { EscalationList } from "./elements/escalation-list.js";
import { EscalationsOwn } from "./elements/escalations-own.js";
import { InquiryFolder } from "./elements/inquiry-folder.js";
import { TimeOffer } from "./elements/time-offer.js";
import { digitsOf } from "./model/code.js";
import { secretHint } from "./model/desk.js";
import { saidOf } from "./session/copies.js";
import { Inbox } from "./session/inbox.js";
import { heedOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { byId, on, put, the } from "./ui/dom.js";
import { InboxInquiries } from "./ui/inbox-inquiries.js";
import { t } from "./ui/strings.js";
import { Touched } from "./ui/touched.js";

const PARTS = ["opening", "out", "in", "failed"];
const REFRESH = 20_000;
const world = browserWorld();
const inbox = new Inbox(world);
const touched = new Touched();
let shown = "opening";
let wasUnlocked = false;

const secret = () => /** @type {HTMLInputElement} */ (byId("secret"));
const writers = () => [the(EscalationFolder), the(DecisionForm), the(EscalationsOwn), the(InquiryFolder)];
const typed = () => writers().flatMap((each) => each.typed);

/** @param {string} id @param {string} text */
function say(id, text) {
  put(byId(id), text);
  byId(id).hidden = !text;
  if (text) byId(id).scrollIntoView({ block: "center" });
}

/** What could not be done is said. @param {() => unknown} act */
async function tried(act) {
  say("said", "");
  try {
    await act();
  } catch (error) {
    say("said", t(saidOf(error)));
  }
}

/** What was being written when the session ended, to be copied: nothing else of this page stays. @param {string[]} texts */
function left(texts) {
  const field = /** @type {HTMLTextAreaElement} */ (byId("left-text"));
  field.value = texts.join("\n\n");
  byId("left").hidden = !texts.length;
  for (const each of writers()) each.forget();
}

const asked = new InboxInquiries(inbox, { tried, say: (key) => say("said", t(key)), draw });

/** How everything stands, anew. */
async function load() {
  await inbox.load();
  await asked.load();
}

/** The page was locked or left just now. @param {string} phase */
function closed(phase) {
  secret().value = "";
  if (phase === "in") secret().focus();
  else left(wasUnlocked ? typed() : []);
}

function draw() {
  const { view } = inbox;
  const { phase, sees, reads, writes, isUnlocked, folder, problem } = view;
  for (const part of PARTS) byId(part).hidden = part !== phase;
  put(byId("failed-said"), problem && t(problem));
  byId("lock").hidden = !isUnlocked;
  byId("unlock").hidden = isUnlocked || !writes;
  asked.show();
  byId("list").hidden = !sees || folder !== null || asked.isOpen;
  byId("open").hidden = folder === null;
  byId("own").hidden = !writes || folder !== null || asked.isOpen;
  put(byId("unlock-why"), t(reads ? "inbox.unlock_text" : "inbox.unlock_own"));
  the(EscalationList).show({ ...view, name: (idx) => inbox.name(idx) });
  the(EscalationsOwn).show(view);
  the(EscalationFolder).show({ folder, decided: inbox.decided, me: view.me });
  if (folder) the(DecisionForm).show({ folder, duty: view.duty });
  the(TimeOffer).show({ world, mailbox: inbox.leadsTo });
  if (wasUnlocked && !isUnlocked || shown === "in" && phase !== "in") closed(phase);
  wasUnlocked = isUnlocked;
  if (phase !== shown) /** @type {HTMLElement} */ (byId(phase).querySelector("h1")).focus();
  shown = phase;
}

byId("unlock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  tried(async () => {
    const digits = digitsOf(secret().value);
    const hint = secretHint(digits);
    if (hint) return say("said", t(hint, { n: digits.length }));
    await inbox.unlock(digits);
    secret().value = "";
    return undefined;
  });
});
byId("unlock-passkey").addEventListener("click", () => tried(() => inbox.unlock("")));
byId("again").addEventListener("click", load);
byId("lock").addEventListener("click", () => inbox.lock());
/** What was written for supervisors goes with a writer who leaves; where the session has ended, they may copy it. */
heedOut(world, () => inbox.view.me?.idx, ({ byHand }) => {
  if (byHand) left([]);
  inbox.leave();
});

on("escalation-read", (record) => tried(() => inbox.read(record)));
on("escalation-shut", () => tried(() => inbox.close()));
on("escalation-ask", ({ text, isVisitor }) => tried(async () => {
  await inbox.ask(text, isVisitor);
  the(EscalationFolder).asked();
}));
on("escalation-decide", (choice) => tried(async () => {
  await inbox.decide(choice);
  the(DecisionForm).decided();
}));
on("escalation-agree", ({ record, named }) => tried(() => inbox.agree(record, named)));
on("escalation-back", (record) => tried(() => inbox.takeBack(record)));
on("escalation-reply", ({ record, text }) => tried(async () => {
  await inbox.answer(record, text);
  the(EscalationsOwn).answered(record);
}));

inbox.addEventListener("change", draw);
inbox.addEventListener("said", (event) => say("said", t(/** @type {CustomEvent} */ (event).detail)));
/** A page that nobody touches locks itself, and asks the server nothing, so that the session may end. */
setInterval(() => {
  if (touched.isLongAgo()) return shown === "out" ? left([]) : inbox.lock();
  return document.visibilityState === "visible" && shown === "in" && load();
}, REFRESH);
addEventListener("beforeunload", (event) => (typed().length || !byId("left").hidden) && event.preventDefault());
await load();
