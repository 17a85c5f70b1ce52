/** What is pressed at the desk beside the lines of a conversation: phrases, ending together, sources of help as cards. */
import { DeskTabs } from "../elements/desk-tabs.js";
import { talkOf } from "./desk-screen.js";
import { the } from "./dom.js";
/** @import {StaffSession} from "../session/staff.js" */

/**
 * @param {StaffSession} session
 * @param {(name: string, act: (detail: any, room: string) => unknown) => void} on what a conversation on screen tells
 * @param {(id: string, act: (room: string) => unknown) => void} sure what was asked about in a sheet
 */
export function listen(session, on, sure) {
  const { acts } = session;
  /** Into the place to write. @param {string} text */
  const insert = (text) => talkOf(session.view.current)?.insert(text);
  sure("end-together", (room) => acts.propose(room, true));
  on("closing-on", (_, room) => acts.propose(room, false));
  on("closing-send", (text, room) => session.write(room, text));
  on("board-put", (text) => {
    the(DeskTabs).choose("talk");
    insert(text);
  });
  document.addEventListener("click", ({ target }) => {
    const pressed = target instanceof Element ? target.closest("[data-phrase], [data-help]") : null;
    if (!(pressed instanceof HTMLElement)) return;
    const { phrase, help: name = "", phone = "", about = "" } = pressed.dataset;
    the(DeskTabs).choose("talk");
    if (phrase === undefined) acts.help(session.view.current, { name, phone, about });
    else insert(phrase);
  });
}
