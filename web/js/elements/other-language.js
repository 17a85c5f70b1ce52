/**
 * <other-language>: for who chose a language that these pages are not in: what can be done now, in that language too.
 * `show({lang, mayChat, mayWrite})`; tells `language-chat` and `language-write`.
 */
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";

/** Languages one may choose beside those of the pages; each has its own words below. */
export const OTHERS = ["so"];

export class OtherLanguage extends HTMLElement {
  #drawn = "";

  /** @param {{lang: string, mayChat: boolean, mayWrite: boolean}} view */
  show({ lang, mayChat, mayWrite }) {
    const isOther = OTHERS.includes(lang);
    const key = [lang, mayChat, mayWrite].join();
    this.hidden = !isOther;
    if (!isOther || key === this.#drawn) return;
    this.#drawn = key;
    this.setAttribute("role", "status");
    this.replaceChildren(make("section", { className: "card" }, ...[lang, "sv", "en"].map((each) => make("p", { lang: each }, t(`page.other_in_${each}`))),
      make("p", { className: "row" },
        ...mayChat ? [button(t("page.other_chat"), () => tell(this, "language-chat"), "main")] : [],
        ...mayWrite ? [button(t("page.other_write"), () => tell(this, "language-write"))] : [])));
  }
}

customElements.define("other-language", OtherLanguage);
