/** Choices an adviser keeps on this computer: how loud, which keys. Nothing here says anything about a person. */
import { browserKeys } from "../session/keys.js";

const NAME = "desk-settings";
const drawer = browserKeys();

/** @typedef {{volume: number, muted: boolean, letters: boolean}} Settings */

/** @type {Settings} */
const FIRST = { volume: 6, muted: false, letters: true };

/** What was kept, or the first choices where nothing can be. @returns {Promise<Settings>} */
export async function settings() {
  try {
    return { ...FIRST, ...await drawer.get(NAME) };
  } catch {
    return FIRST;
  }
}

/** Whether it could be kept. @type {(chosen: Settings) => Promise<boolean>} */
export async function keep(chosen) {
  try {
    await drawer.put(NAME, { ...chosen });
  } catch {
    return false;
  }
  return true;
}
