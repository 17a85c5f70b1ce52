/** <colleague-list>: colleagues on duty, one of whom is chosen; `show({people})`; tells `colleague` idx. */
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Colleague} from "../session/views.js" */

export class ColleagueList extends HTMLElement {
  #drawn = "";

  /** @param {{people: readonly Colleague[]}} view */
  show({ people }) {
    const key = JSON.stringify(people);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(people.length ? make("ul", {}, ...people.map(({ idx, name, role }) =>
      make("li", {}, button(t("desk.colleague", { name, role: t(`talk.role_${role}`) }), () => tell(this, "colleague", idx)))))
      : make("p", { className: "band" }, t("desk.no_colleague")));
  }
}

customElements.define("colleague-list", ColleagueList);
