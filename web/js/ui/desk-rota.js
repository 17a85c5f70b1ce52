/** The desk's part of the rota: own shifts, read again whenever the server says that it has changed, and answers to a colleague. */
import { OwnShifts } from "../elements/own-shifts.js";
import { Plan } from "../session/plan.js";
import { say } from "./desk-screen.js";
import { t } from "./strings.js";
/** @import {Look} from "../model/rota.js" */
/** @import {StaffView, World} from "../session/views.js" */

const MS = 86_400_000;
const HOUR = 3_600_000;
const WEEKS = 5;

export class DeskRota {
  #plan;
  /** @type {Look | null} */
  #look = null;
  /** @type {number | null} */
  #version = null;
  #read = 0;
  /** As it was told last, also while the rota is read. @type {StaffView | null} */
  #view = null;

  /** @param {World} world */
  constructor(world) {
    this.#plan = new Plan(world, () => {});
    document.addEventListener("swap-answer", (event) => this.#answer(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {StaffView} view */
  async show(view) {
    this.#view = view;
    if (!view.me) this.#look = this.#version = null;
    else if (view.rota !== null && (view.rota !== this.#version || Date.now() - this.#read > HOUR)) await this.#load(view.rota);
    this.#draw();
  }

  #draw() {
    const { me = null, phase = "" } = this.#view ?? {};
    for (const each of /** @type {NodeListOf<OwnShifts>} */ (document.querySelectorAll("own-shifts"))) {
      each.show({ look: this.#look, me: me?.idx ?? 0, isOn: phase === "duty" });
    }
  }

  /** What was asked for an older version, or before somebody left, is of no use; what could not be read is asked for again. @param {number} version */
  async #load(version) {
    this.#version = version;
    this.#read = Date.now();
    const look = await this.#plan.look(Math.floor(Date.now() / MS) - 1, 7 * WEEKS);
    if (version !== this.#version) return;
    if (look && look !== "out") this.#look = look;
    else if (!look) this.#version = null;
    this.#plan.announce();
  }

  /** @param {{day: number, number: number, yes: boolean}} answer */
  async #answer(answer) {
    const outcome = await this.#plan.change("own", { act: "answer", ...answer });
    if (outcome !== "done") say("band", t(outcome === "conflict" ? "rota.conflict" : "rota.gone"));
  }
}
