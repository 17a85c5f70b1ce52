/**
 * What is counted of a conversation, in codes (domain.md section 4): the form as the desk fills it in before an
 * adviser looks at it, from what the visitor ticked and from the clock. Nothing is taken from what was written.
 */
/** @import {Room} from "../session/views.js" */

/**
 * @typedef {{channel: string, relation: string, milieu: string, phase: string, age: string, gender: string | null,
 *   outcomes: string[], wait: string, length: string, language: string, visit: string}} TallyForm
 */

/** In the order of the hello's lists. */
export const RELATIONS = ["mother", "father", "parent_unspecified", "sibling", "partner", "grandparent", "other_relative",
  "friend", "the_person_self", "professional_school", "professional_social", "professional_police_prison",
  "professional_health", "professional_ngo_sport_faith", "other", "unknown"];
export const MILIEUS = ["right_wing", "religiously_profiled", "left_autonomous", "violent_online_network", "mixed_unclear",
  "single_issue_other", "unknown"];
export const AGES = ["under_13", "13_15", "16_17", "18_20", "21_25", "over_25", "unknown"];
export const LANGUAGES = ["sv", "en", "da", "ar", "az", "prs", "ps", "fa", "so", "tr", "ti", "other"];

/** The first band whose end is not reached. @type {(minutes: number, ends: readonly number[], bands: readonly string[]) => string} */
const band = (minutes, ends, bands) => bands[ends.filter((end) => minutes >= end).length];

/** @type {(minutes: number) => string} */
export const waitBand = (minutes) => band(minutes, [2, 5, 10, 20], ["under_2", "2_5", "5_10", "10_20", "over_20"]);

/** @type {(minutes: number) => string} */
export const lengthBand = (minutes) => band(minutes, [15, 30, 60], ["under_15", "15_30", "30_60", "over_60"]);

/** Counted once: by whoever was the visitor's adviser when it ended. A page that moved on, a talk among staff, a way in
 * that was refused and one that others go on with are none. @type {(room: Pick<Room, "practice" | "staffOnly" | "why" | "cameFor">) => boolean} */
export const isCounted = ({ practice, staffOnly, why, cameFor }) =>
  !practice && !staffOnly && !["moved", "refused", "left"].includes(why) && ["", "hand_over"].includes(cameFor);

/**
 * What stands in the form before anybody has touched it; without a room everything that is not known.
 * @param {Pick<Room, "relation" | "topic" | "age" | "door" | "language" | "identity" | "since" | "begun" | "over"> | null} room
 * @returns {TallyForm}
 */
export function prefilled(room) {
  const language = room?.language ?? "sv";
  return {
    channel: room?.identity === "booked" ? "booked_chat" : "chat",
    relation: RELATIONS[(room?.relation ?? 0) - 1] ?? "unknown",
    milieu: MILIEUS[(room?.topic ?? 0) - 1] ?? "unknown",
    phase: "unknown",
    age: AGES[(room?.age ?? 0) - 1] ?? "unknown",
    gender: null,
    outcomes: room?.door === 2 ? ["consultation"] : [],
    wait: waitBand(room ? room.begun - room.since : 0),
    length: lengthBand(room ? (room.over ?? room.begun) - room.begun : 0),
    language: LANGUAGES.includes(language) ? language : "other",
    visit: room?.identity === "code" || room?.identity === "booked" ? "return" : "first",
  };
}
