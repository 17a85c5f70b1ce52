/** The inbox's part of referrals and requests: how they stand, and one that is read and answered. */
import { InquiryFolder } from "../elements/inquiry-folder.js";
import { InquiryList } from "../elements/inquiry-list.js";
import { Inquiries } from "../session/inquiries.js";
import { byId, on, the } from "./dom.js";
/** @import {Inbox} from "../session/inbox.js" */

/** @typedef {{tried: (act: () => unknown) => unknown, say: (id: string) => void, draw: () => void}} InboxPage   say is given a sentence's name */

export class InboxInquiries {
  #inbox;
  #inquiries;

  /** @param {Inbox} inbox @param {InboxPage} page */
  constructor(inbox, { tried, say, draw }) {
    this.#inbox = inbox;
    this.#inquiries = new Inquiries(inbox.desk);
    this.#inquiries.addEventListener("change", draw);
    on("inquiry-read", (record) => tried(() => this.#inquiries.read(record)));
    on("inquiry-shut", () => this.#inquiries.shut());
    on("inquiry-decide", (choice) => tried(async () => {
      await this.#inquiries.decide(choice);
      the(InquiryFolder).decided();
      say(`inquiry.now_${choice.state}`);
    }));
  }

  /** Is one on screen? */
  get isOpen() {
    return this.#inquiries.open !== null;
  }

  /** For supervisors alone; nobody is told what could not be asked, the next round asks again. */
  async load() {
    const { phase, reads } = this.#inbox.view;
    if (phase === "in" && reads) await this.#inquiries.load().catch(() => {});
  }

  show() {
    const { reads, isUnlocked, folder } = this.#inbox.view;
    if (!isUnlocked) this.#inquiries.shut();
    byId("inquiries").hidden = !reads || folder !== null || this.isOpen;
    byId("inquiry").hidden = !this.isOpen;
    the(InquiryList).show({ listed: this.#inquiries.listed, isUnlocked, name: (idx) => this.#inbox.name(idx) });
    the(InquiryFolder).show(this.#inquiries.open);
  }
}
