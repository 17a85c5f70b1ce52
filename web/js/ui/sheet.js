/**
 * Dialogs that leave the way out free: the page under one is inert, the header with the quick exit is not.
 * `data-sheet="ID"` on a button opens, `data-close` closes; focus goes in and comes back.
 */
import { byId } from "./dom.js";

const sheets = () => /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog"));
/** @type {Element | null} */
let opener = null;

/** @type {(id: string) => void} */
export function openSheet(id) {
  if (!document.querySelector("dialog[open]")) opener = document.activeElement;
  for (const sheet of sheets()) sheet.close();
  byId("main").inert = true;
  /** @type {HTMLDialogElement} */ (byId(id)).show();
}

export function closeSheets() {
  for (const sheet of sheets()) sheet.close();
  byId("main").inert = false;
  if (opener instanceof HTMLElement) opener.focus();
  opener = null;
}

export function listenForSheets() {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-sheet], [data-close]") : null;
    if (!(button instanceof HTMLElement)) return;
    if (button.dataset.sheet) openSheet(button.dataset.sheet);
    else closeSheets();
  });
  document.addEventListener("keydown", (press) => {
    if (press.key === "Escape" && document.querySelector("dialog[open]")) closeSheets();
  });
}
