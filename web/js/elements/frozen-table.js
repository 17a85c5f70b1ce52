/** <frozen-table>: one published table, with a bar beside each row; `show(table, word)`, where `word(dimension, code)` says a code in words. */
import { ALL, barsOf, sharesOf } from "../model/figures.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Table} from "../model/figures.js" */

const SVG = "http://www.w3.org/2000/svg";

/** @type {(part: number) => SVGElement} */
function bar(part) {
  const drawn = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" })) drawn.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: String(Math.round(part * 100)), height: "10" })) line.setAttribute(name, value);
  drawn.append(line);
  return drawn;
}

/** A cell that says its column where the table has no room for columns. @type {(label: string, text: string) => HTMLElement} */
function labelled(label, text) {
  const cell = make("td", {}, make("bdi", { dir: "ltr" }, text));
  cell.dataset.label = label;
  return cell;
}

export class FrozenTable extends HTMLElement {
  /** @type {(table: Table, word: (dimension: string, code: string) => string) => void} */
  show(table, word) {
    const [rows, columns = ""] = table.id.split("_");
    const bars = barsOf(table);
    const shares = sharesOf(table);
    const hasShares = shares.some(Boolean);
    const head = make("tr", {}, make("td"), ...table.columns.map((code) => make("th", { scope: "col" }, word(columns || rows, code))),
      ...(hasShares ? [make("th", { scope: "col" }, t("figures.share"))] : []));
    const lines = table.rows.map((code, at) => {
      const chart = make("td", { className: "bar" });
      if (bars[at] !== null) chart.append(bar(bars[at]));
      return make("tr", { className: code === ALL ? "sum" : "" }, make("th", { scope: "row" }, word(rows, code)),
        ...table.cells[at].map((cell, place) => labelled(word(columns || rows, table.columns[place]), cell)),
        ...(hasShares ? [labelled(shares[at] && t("figures.share"), shares[at])] : []), chart);
    });
    const name = word("table", table.id);
    head.append(make("td"));
    const scroll = make("div", { className: "scroll", tabIndex: 0, role: "group", ariaLabel: name },
      make("table", {}, make("caption", {}, name), make("thead", {}, head), make("tbody", {}, ...lines)));
    this.replaceChildren(scroll);
  }
}

customElements.define("frozen-table", FrozenTable);
