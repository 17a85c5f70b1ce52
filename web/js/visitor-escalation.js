/**
 * What the visitors' page does when an adviser would send an escalation: shows it first, and tells the answer. Fetched when
 * the first piece of one arrives; nothing of it stays after the talk.
 */
import { EscalationCard } from "./elements/escalation-card.js";
import { hex } from "./asc1/bytes.js";
import { Pieces } from "./model/escalation.js";
import { make, on } from "./ui/dom.js";
/** @import {VisitorSession} from "./session/visitor.js" */

const card = new EscalationCard();
const pieces = new Pieces();
/** What is asked, in which room and by whom. */
let asked = { id: "", room: "", slot: 0 };

/** @type {(session: VisitorSession) => void} */
export function begin(session) {
  document.head.append(make("link", { rel: "stylesheet", href: new URL("../css/escalation.css", import.meta.url).href }));
  on("escalation-answer", ({ ok, reach }) => answer(session, ok, reach));
  session.addEventListener("change", () => isStillAsked(session) || card.remove());
}

/** Who asks must be here to send it; in another room nobody would. @param {VisitorSession} session */
const isStillAsked = ({ talk, view }) => view.phase === "live" && talk?.id === asked.room && view.people.some(({ slot }) => slot === asked.slot);

/** @type {(session: VisitorSession, control: Record<string, unknown>) => void} */
export function hear(session, control) {
  if (control.n === 0 && control.id === asked.id) return card.remove();
  const shown = pieces.take(control);
  if (!shown) return undefined;
  asked = { id: String(control.id), room: session.talk?.id ?? "", slot: Number(control.slot) };
  document.querySelector("talk-asked")?.before(card);
  return card.ask(shown, codeOf(session) !== null);
}

/** Where the visitor may be reached, if they hold a code. @param {VisitorSession} session */
function codeOf({ paper }) {
  return paper?.code && paper.mailbox ? { mailbox: paper.mailbox, r: hex(paper.code.r.publicRaw) } : null;
}

/** @type {(session: VisitorSession, ok: boolean, reach: boolean) => Promise<void>} */
function answer(session, ok, reach) {
  const contact = reach ? codeOf(session) : null;
  return session.link.turn(async () => {
    await session.talk?.control({ t: "escalation_ok", id: asked.id, ok, contact });
  });
}
