/**
 * That a member left their desk: the desk tells it to the pages beside it in this browser, by a channel that no other
 * origin hears. Pages of another member, in the same browser, go on.
 */
import { asked } from "./bearer.js";
/** @import {World} from "./views.js" */

/** @typedef {{idx: number, byHand: boolean}} Left   byHand: locked or signed out by the member, not ended by the server */

const CHANNEL = "hamn-out";

/** @type {(world: World, left: Left) => void} */
export function tellOut(world, { idx, byHand }) {
  const channel = world.channel(CHANNEL);
  channel?.postMessage({ t: "out", idx, byHand });
  channel?.close();
}

/** For as long as the page is open. @type {(world: World, idx: () => number | undefined, act: (left: Left) => void) => void} */
export function heedOut(world, idx, act) {
  const channel = world.channel(CHANNEL);
  if (channel) channel.onmessage = ({ data }) => data?.t === "out" && data.idx === idx() && act(data);
}

/** For a page that does not need to know who is signed in otherwise: it asks, once. @type {(world: World, act: () => void) => Promise<void>} */
export async function heedMyOut(world, act) {
  const me = await asked(world, "/api/me");
  if (typeof me !== "string") heedOut(world, () => me.idx, act);
}
