/** Choices an adviser keeps on this computer: how loud, which keys. Nothing here says anything about a person. */

const NAME = "hamn-desk-settings";

/** @typedef {{volume: number, muted: boolean, letters: boolean}} Settings */

/** @type {Settings} */
const FIRST = { volume: 6, muted: false, letters: true };

/** @returns {Settings} */
export function settings() {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(NAME) ?? "{}") };
  } catch {
    return FIRST;
  }
}

/** @param {Settings} chosen */
export function keep(chosen) {
  try {
    localStorage.setItem(NAME, JSON.stringify(chosen));
  } catch {
    return false;
  }
  return true;
}
