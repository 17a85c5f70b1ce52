/**
 * The page where a professional refers somebody, or asks for a workshop or a lecture, and with a code sees what became of it. Nothing
 * is sent before it was looked over and its code written down; nothing of it stays on this device.
 */
import { foldCode } from "./asc1/code.js";
import { CodeField } from "./elements/code-field.js";
import { InquiryForm } from "./elements/inquiry-form.js";
import { InquiryShown } from "./elements/inquiry-shown.js";
import { InquiryStatus } from "./elements/inquiry-status.js";
import { QuickExit } from "./elements/quick-exit.js";
import { ReturnCode } from "./elements/return-code.js";
import { Failed } from "./session/errand.js";
import { Asking } from "./session/inquiry.js";
import { browserWorld, canEncrypt } from "./session/world.js";
import { byId, on, put, the } from "./ui/dom.js";
import { clock, t } from "./ui/strings.js";
/** @import {Inquiry} from "./model/inquiry.js" */
/** @import {Code} from "./session/paper.js" */

const PARTS = ["ask", "look-over", "sent", "stands", "erased"];
const world = browserWorld();
const exit = the(QuickExit);
let asking = new Asking(world);
let part = "ask";
let isBusy = false;
/** What is to be sent. @type {Inquiry | null} */
let inquiry = null;
/** Made here or typed; known to whoever asks once it was typed back. @type {Code | null} */
let code = null;
/** On screen, to be written down. @type {{digits: string, confirmed: boolean, asked: [number, number]} | null} */
let shown = null;

const send = () => /** @type {HTMLButtonElement} */ (byId("send"));

/** @param {string} text */
function say(text) {
  put(byId("said"), text);
  byId("said").hidden = !text;
  if (text) byId("said").scrollIntoView({ block: "center" });
}

/** @param {string} [next] */
function draw(next = part) {
  for (const each of PARTS) byId(each).hidden = each !== next;
  byId("comeback").hidden = next !== "ask";
  the(ReturnCode).show(shown);
  send().hidden = !shown?.confirmed;
  send().disabled = isBusy;
  put(send(), t(isBusy ? "inquiry.sending" : "inquiry.send"));
  put(byId("comeback-go"), t(isBusy ? "inquiry.looking" : "inquiry.see"));
  if (next !== part) byId(next).querySelector("h2")?.focus();
  part = next;
}

/** What fails is said, and what stood stays. @param {() => unknown} act */
async function tried(act) {
  if (isBusy) return;
  say("");
  isBusy = true;
  draw();
  try {
    await act();
  } catch (error) {
    if (!exit.gone) say(t(`inquiry.failed_${error instanceof Failed ? error.why : "network"}`));
  } finally {
    isBusy = false;
    if (!exit.gone) draw();
  }
}

/** Nothing that was written or opened here stays. */
function forget() {
  asking.wipe();
  asking = new Asking(world);
  inquiry = code = shown = null;
}

/** @param {Code | null} of */
async function look(of = code) {
  if (!of) return;
  the(InquiryStatus).show(await asking.standing(of));
  code = of;
  draw("stands");
}

on("inquiry-ready", (ready) => {
  say("");
  inquiry = ready;
  the(InquiryShown).show(ready);
  draw("look-over");
});
byId("change").addEventListener("click", () => draw("ask"));

on("code-make", () => tried(async () => {
  code = await asking.makeCode();
  const [a, b] = world.random(2);
  shown = { digits: code.digits, confirmed: false, asked: /** @type {[number, number]} */ ([a % 6, (a + 1 + (b % 5)) % 6].sort()) };
}));
on("code-confirm", (/** @type {[string, string]} */ groups) => {
  if (!shown) return;
  const { digits, asked } = shown;
  const right = asked.map((n) => digits.slice(4 * n, 4 * n + 4));
  if (groups.map(foldCode).join() !== right.join()) return the(ReturnCode).wrong();
  shown = { digits: "", confirmed: true, asked };
  return draw();
});

send().addEventListener("click", () => tried(async () => {
  if (!inquiry || !code) return;
  await asking.send(inquiry, code);
  inquiry = null;
  the(InquiryForm).clear();
  the(InquiryShown).replaceChildren();
  draw("sent");
}));
byId("see").addEventListener("click", () => tried(() => look()));

byId("comeback").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = the(CodeField);
  const digits = field.take();
  if (!digits) return;
  tried(async () => {
    await look(await asking.code(digits));
    shown = null;
    field.clear();
  });
});
on("inquiry-again", () => tried(() => look()));
on("inquiry-erase", (isSure) => tried(async () => {
  if (!code) return;
  if (!isSure) return the(InquiryStatus).ask();
  const { at, inquiries } = await asking.erase(code);
  put(byId("receipt"), t("inquiry.receipt", { time: clock(at), n: inquiries }));
  forget();
  return draw("erased");
}));
on("inquiry-leave", () => {
  forget();
  the(InquiryStatus).replaceChildren();
  draw("ask");
});

byId("no-crypto").hidden = await canEncrypt();
exit.forget = forget;
addEventListener("beforeunload", (event) => {
  if (!exit.gone && the(InquiryForm)?.typed) event.preventDefault();
});
draw();
