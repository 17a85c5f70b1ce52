/** What a page beside the desk asks over HTTP, with the session of this tab: it was opened from the desk and has its token, too. */
/** @import {World} from "./views.js" */

/** Where the desk keeps the token of its session, in this tab alone. */
export const TOKEN = "hamn-desk";

/** @typedef {"out" | "not" | "first" | "failed"} Problem  out = signed out, not = may not, first = somebody was first */

/** @type {Record<number, Problem>} */
const PROBLEMS = { 401: "out", 403: "not", 409: "first" };

/** Worlds whose member has left: what is answered afterwards comes to nothing. @type {WeakSet<object>} */
const left = new WeakSet();
/** @param {object} world */
export const leave = (world) => void left.add(world);
/** @param {object} world */
export const hasLeft = (world) => left.has(world);

/** The answer, or what went wrong. @type {(world: Pick<World, "fetch" | "storage">, path: string, body?: object, method?: string) => Promise<any>} */
export async function asked(world, path, body, method = body ? "POST" : "GET") {
  const token = tokenOf(world);
  if (!token) return "out";
  const headers = { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) };
  const init = body ? { method, body: JSON.stringify(body) } : { method };
  const answer = await world.fetch(path, { ...init, headers, credentials: "omit" }).catch(() => null);
  if (hasLeft(world)) return "out";
  if (!answer?.ok) return PROBLEMS[answer?.status ?? 0] ?? "failed";
  const told = await answer.json().catch(() => "failed");
  return hasLeft(world) ? "out" : told;
}

/** The token that the desk keeps in this tab, or "". @param {Pick<World, "storage">} world */
export function tokenOf({ storage }) {
  try {
    return storage?.getItem(TOKEN) ?? "";
  } catch {
    return "";
  }
}
