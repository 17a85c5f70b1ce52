/** What staff do when somebody asks for data: the guide, and to the manager and supervisors the register of legal requests. */
import { noonOf } from "./model/texts.js";
import { mayDo, stateOf } from "./model/requests.js";
import { asked, hasLeft } from "./session/bearer.js";
import { heedOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { besideDesk } from "./ui/beside.js";
import { button, byId, make, put } from "./ui/dom.js";
import { clock, t } from "./ui/strings.js";
/** @import {Register, Request} from "./model/requests.js" */
/** @import {Problem} from "./session/bearer.js" */

const SUPERVISOR = 2;
const MANAGER = 256;
besideDesk();
const world = browserWorld();
const words = new Map([...document.querySelectorAll("#codes [data-code]")].map((each) =>
  [/** @type {HTMLElement} */ (each).dataset.code ?? "", each.textContent ?? ""]));
let isManager = false;
/** Who is signed in. @type {number | undefined} */
let self;

/** @type {(text: string) => void} */
function say(text) {
  put(byId("said"), text);
  byId("said").hidden = !text;
}

/** The guide is for everybody, so nothing is said of who may not see the register. @type {Record<Problem, () => string>} */
const PROBLEMS = { out: () => "", not: () => "", first: () => t("texts.first"), failed: () => t("rota.failed") };
/** Of what somebody has asked for something is always said. @type {Record<Problem, () => string>} */
const UNDONE = { ...PROBLEMS, out: () => t("texts.out"), not: () => t("requests.wrong"), failed: () => t("requests.wrong") };

async function load() {
  const found = await asked(world, "/api/me");
  if (typeof found === "string") return say(PROBLEMS[/** @type {Problem} */ (found)]());
  const { idx, roles } = found;
  self = idx;
  isManager = roles.includes(MANAGER);
  if (!isManager && !roles.includes(SUPERVISOR)) return;
  const told = await asked(world, "/api/requests");
  if (hasLeft(world)) return; // what was said of that stands
  if (typeof told === "string") return say(PROBLEMS[/** @type {Problem} */ (told)]());
  byId("register").hidden = false;
  byId("add").hidden = !isManager;
  draw(told);
}

/** The guide stays, and what is being written. */
function out() {
  const form = /** @type {HTMLFormElement} */ (byId("add"));
  byId("requests").replaceChildren();
  byId("register").hidden = !new FormData(form).get("reference");
  say(t("texts.out"));
}

/** @param {Register} register */
function draw({ me, requests }) {
  byId("none").hidden = requests.length > 0;
  byId("requests").replaceChildren(...requests.map((request) => card(request, me)));
}

/** @type {(request: Request, me: number) => HTMLElement} */
function card(request, me) {
  const { number, day, reference, given, names } = request;
  const line = ["asker", "basis", "wanted"].map((name) => words.get(`${name}=${request[/** @type {"asker"} */ (name)]}`)).join(" · ");
  const state = { open: () => t("requests.open"), named: () => t("requests.named", { given: words.get(`given=${given}`) ?? "", name: names[0] }),
    decided: () => t("requests.decided", { given: words.get(`given=${given}`) ?? "", first: names[0], second: names[1] }) }[stateOf(request)]();
  const made = make("section", { className: "request" }, make("h3", {}, t("requests.line", { n: number, date: clock(noonOf(day), { dateStyle: "long" }) })),
    make("p", {}, line, ...(reference ? [make("br"), make("bdi", {}, reference)] : [])), make("p", {}, state));
  const may = mayDo(request, me, isManager);
  if (may.name) made.append(nameForm(number));
  if (may.agree) made.append(make("p", { className: "row" }, button(t("requests.agree"), () => act(`/api/requests/${number}/agree`, { given }, t("requests.agreed")), "main")));
  return made;
}

/** @param {number} number */
function nameForm(number) {
  const chosen = /** @type {HTMLTemplateElement} */ (byId("given")).content.cloneNode(true);
  const form = make("form", { className: "row" }, chosen, make("button", { type: "submit" }, t("requests.name_go")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(`/api/requests/${number}/name`, { given: form.querySelector("select")?.value }, t("requests.named_now"));
  });
  return form;
}

/** Is it done? @type {(path: string, body: object, done: string) => Promise<boolean>} */
async function act(path, body, done) {
  const told = await asked(world, path, body);
  await load();
  const isDone = typeof told !== "string";
  say(isDone ? done : UNDONE[/** @type {Problem} */ (told)]());
  return isDone;
}

byId("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (byId("add"));
  if (await act("/api/requests", { ...Object.fromEntries(new FormData(form)) }, t("requests.added"))) form.reset();
});
heedOut(world, () => self, out);
await load();
