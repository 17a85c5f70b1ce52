/** <duty-board>: the supervisor's board: acute rooms, figures, and who is on duty; `show({board, acute, waiting, now})`, board null: nothing. */
import { acuteStanding, longestWait, standingOf } from "../model/board.js";
import { make } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {Board} from "../model/board.js" */
/** @import {StaffView} from "../session/views.js" */

const STANDINGS = { free: () => t("desk.board_free"), talks: () => t("desk.board_talks"), wraps: () => t("desk.board_wraps"),
  silent: () => t("desk.board_silent") };

export class DutyBoard extends HTMLElement {
  #drawn = "";

  /** @param {Pick<StaffView, "board" | "acute" | "waiting"> & {now: number}} view */
  show({ board, acute, waiting, now }) {
    const wait = longestWait(waiting, now);
    const key = JSON.stringify([board, acute, wait]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const rooms = acute.length ? [make("h3", { className: "acute-head" }, t("desk.board_acute")), make("ul", { className: "acute-rooms" }, ...acute.map(acuteRoom))] : [];
    this.replaceChildren(...(board ? [...rooms, ...this.#parts(board, waiting.length, wait)] : []));
  }

  /** @type {(board: Board, waiting: number, wait: number | null) => HTMLElement[]} */
  #parts({ duty, rooms }, waiting, wait) {
    return [
      make("p", { className: "figures" }, this.#figure(rooms.length, t("desk.board_rooms")),
        this.#figure(waiting, t("desk.board_waiting")),
        this.#figure(wait ?? "–", t(wait === null ? "desk.board_nobody" : "desk.board_longest"))),
      make("h3", {}, t("desk.board_duty")), make("ul", {}, ...duty.map(member)),
    ];
  }

  /** @type {(value: string | number, words: string) => HTMLElement} */
  #figure(value, words) {
    return make("span", {}, make("b", {}, String(value)), " ", words);
  }
}

/** @type {Record<string, (values: Record<string, string>) => string>} */
const ACUTE = { over: (values) => t("desk.board_acute_over", values), answered: (values) => t("desk.acute_answered", values),
  pages: (values) => t("desk.board_acute_pages", values), calls: (values) => t("desk.acute_calls", values) };

/** @type {(room: StaffView["acute"][number]) => HTMLElement} */
function acuteRoom(room) {
  const { is, name } = acuteStanding(room);
  const item = make("li", {}, ACUTE[is]({ by: room.by, name, time: clock(room.since) }));
  item.dataset.is = is;
  return item;
}

/** @type {(member: Board["duty"][number]) => HTMLElement} */
function member(shown) {
  const { name, role, since, rooms, capacity } = shown;
  const standing = standingOf(shown);
  const words = [t(`talk.role_${role}`), t("desk.board_since", { time: clock(since) })].join(" · ");
  const item = make("li", {}, make("bdi", {}, name), make("span", { className: "is" }, STANDINGS[standing](),
    standing === "talks" && capacity > 1 ? ` (${rooms}/${capacity})` : ""), make("small", {}, words));
  item.dataset.is = standing;
  return item;
}

customElements.define("duty-board", DutyBoard);
