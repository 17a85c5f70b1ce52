/** The page where a talk is booked: the visitors' page with booking open, so that the talk can be had on the same page. */
import "./visitor.js";
import { byId } from "./ui/dom.js";

// Not over a talk that the page came back to, nor over why there can be none.
if (byId("main").dataset.screen !== "front") {
  byId("main").removeAttribute("data-box");
  byId("book").hidden = true;
}
// The choices are out of sight here; opening them fetches what comes later, and booking with it.
/** @type {HTMLDetailsElement} */ (byId("choices")).open = true;
