/** What a person types for a return code, and what to say beside the field before anything is sent. */
import { foldCode, formatCode, isValidCode } from "../asc1/code.js";

export const CODE_DIGITS = 24;

/** @type {(typed: string) => string} */
export const digitsOf = (typed) => foldCode(typed).replace(/\D/g, "");

/** @type {(digits: string) => string[]} */
export const groupsOf = (digits) => formatCode(digits).split(" ");

/** A string's id, or "" when nothing is wrong. @type {(digits: string) => string} */
export const hintFor = (digits) =>
  digits.length !== CODE_DIGITS ? "visitor.code_count" : isValidCode(digits) ? "" : "visitor.code_check";
