/** <acute-list>: acute rooms that are not on this desk, before everything else; `show(view)`; tells `page-answer` room. */
import { keyed, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
import { AcuteLog } from "./acute-log.js";
/** @import {AcuteRoom, StaffView} from "../session/views.js" */

export class AcuteList extends HTMLElement {
  /** @type {Map<string, {section: HTMLElement, said: HTMLElement, answer: HTMLButtonElement, log: AcuteLog}>} */
  #drawn = new Map();

  /** @param {Pick<StaffView, "acute" | "rooms" | "me">} view */
  show({ acute, rooms, me }) {
    const apart = acute.filter(({ room }) => !rooms.some(({ id }) => id === room));
    for (const [room, { section }] of this.#drawn) {
      if (apart.some((each) => each.room === room)) continue;
      section.remove();
      this.#drawn.delete(room);
    }
    for (const each of apart) this.#draw(each, me?.roles.includes(2) ?? false);
  }

  /** @type {(acute: AcuteRoom, isSupervisor: boolean) => void} */
  #draw(acute, isSupervisor) {
    const { section, said, answer, log } = this.#drawn.get(acute.room) ?? this.#begin(acute.room);
    const { by, since, answered, pages, mine, over } = acute;
    section.toggleAttribute("data-paged", acute.paged);
    put(said, answered ? t("desk.acute_answered", { by, name: answered, time: clock(since) })
      : t(pages && !acute.paged ? "desk.acute_pages" : "desk.acute_calls", { by, name: pages, time: clock(since) }));
    answer.hidden = !isSupervisor || mine || answered !== "" || over;
    log.show({ acute: mine ? acute : undefined });
  }

  /** @param {string} room */
  #begin(room) {
    const said = make("p", { role: "alert" });
    const answer = keyed(t("desk.page_answer"), "P", () => tell(this, "page-answer", room), "main");
    const log = new AcuteLog();
    const section = make("section", { className: "call acute-room" }, said, answer, log);
    this.append(section);
    const made = { section, said, answer, log };
    this.#drawn.set(room, made);
    return made;
  }
}

customElements.define("acute-list", AcuteList);
