/** The register of legal requests as a page shows it: how each stands, and what whoever looks may do about it. */

/**
 * @typedef {{number: number, day: number, asker: string, basis: string, wanted: string, reference: string,
 *   given: string | null, first: number | null, names: string[]}} Request
 * @typedef {{me: number, requests: Request[]}} Register
 */

/** How it stands: nothing named, one name, or two. @type {(request: Request) => "open" | "named" | "decided"} */
export const stateOf = ({ given, names }) => (given === null ? "open" : names.length > 1 ? "decided" : "named");

/** What may be done: the manager names until two have; whoever did not name may agree. @type {(request: Request, me: number, isManager: boolean) => {name: boolean, agree: boolean}} */
export function mayDo(request, me, isManager) {
  const state = stateOf(request);
  return { name: isManager && state !== "decided", agree: state === "named" && request.first !== me };
}
