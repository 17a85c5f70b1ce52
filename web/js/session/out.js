/**
 * That a member left their desk: the desk tells it to the pages beside it in this browser, by a channel that no other
 * origin hears. Pages of another member, in the same browser, go on.
 */
import { asked, leave } from "./bearer.js";
/** @import {World} from "./views.js" */

/** @typedef {{idx: number, byHand: boolean}} Left   byHand: locked or signed out by the member, not ended by the server */

const CHANNEL = "hamn-out";

/** @type {(world: World, left: Left) => void} */
export function tellOut(world, { idx, byHand }) {
  const channel = world.channel(CHANNEL);
  channel?.postMessage({ t: "out", idx, byHand });
  channel?.close();
}

/** @type {(world: World, isOwn: (idx: number) => boolean, act: (left: Left) => void) => void} */
function heed(world, isOwn, act) {
  const channel = world.channel(CHANNEL);
  if (!channel) return;
  channel.onmessage = ({ data }) => {
    if (data?.t !== "out" || !isOwn(data.idx)) return;
    leave(world);
    act(data);
  };
}

/** For as long as the page is open. @type {(world: World, idx: () => number | undefined, act: (left: Left) => void) => void} */
export const heedOut = (world, idx, act) => heed(world, (gone) => gone === idx(), act);

/**
 * For a page that does not need to know who is signed in otherwise: it asks, once. Until it knows, and where nobody can
 * say, whoever leaves is taken for its member.
 * @type {(world: World, act: () => void) => Promise<void>}
 */
export async function heedMyOut(world, act) {
  /** @type {number | undefined} */
  let own;
  heed(world, (gone) => own === undefined || gone === own, act);
  own = (await asked(world, "/api/me")).idx;
}
