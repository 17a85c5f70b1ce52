/**
 * A page that stands beside the desk, in a tab of its own: to go back is to close it. Another desk in it would take the
 * first one's place, and with it what opens messages.
 */
import { byId } from "./dom.js";

export function besideDesk() {
  if (!window.opener) return;
  byId("to-desk").addEventListener("click", (event) => {
    event.preventDefault();
    close();
  });
}
