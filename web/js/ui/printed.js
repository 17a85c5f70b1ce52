/**
 * Something of a page, printed alone: on paper there is nothing else, no name of the service and no code. Whoever wants a file
 * instead has it from the same sheet of the browser.
 */
import { make } from "./dom.js";

/** @param {Node[]} nodes */
export function printAlone(...nodes) {
  const paper = make("article", { className: "printed" }, ...nodes);
  addEventListener("afterprint", () => {
    document.body.removeAttribute("data-print");
    paper.remove();
  }, { once: true });
  document.body.append(paper);
  document.body.toggleAttribute("data-print", true);
  print();
}
