/** What the audit log says beside a deed: codes from closed lists, in words of the catalogue. */

const NUMBER = /^(?=.*[0-9])[0-9a-f]{1,16}$/;
const ROOT = /^root (\d+)$/;

/** @param {string} code */
const keyOf = (code) => `staff.detail_${code.replaceAll(/[^a-z0-9]+/g, "_")}`;

/**
 * A detail in words: one code, which may hold commas, or several of them and numbers.
 * @type {(detail: string, word: (key: string, values?: {n: string}) => string) => string}
 */
export function detailOf(detail, word) {
  const whole = word(keyOf(detail));
  if (!detail || whole !== keyOf(detail)) return detail && whole;
  return detail.split(", ").map((part) => {
    const root = ROOT.exec(part);
    if (root) return word(keyOf("root"), { n: root[1] });
    return NUMBER.test(part) ? part : word(keyOf(part));
  }).join(", ");
}
