/** The audit log's details: codes become words, numbers stay. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { detailOf } from "../../../web/js/model/deeds.js";

const WORDS = { adviser: "rådgivare", add: "ett pass till", invite_change_and_revoke_staff: "bjuda in", root: "rot {n}" };
const word = (key, { n } = {}) => WORDS[key.replace("staff.detail_", "")]?.replace("{n}", n) ?? key;

test("codes are said in words, numbers stand as they are", () => {
  for (const [detail, told] of [["", ""], ["adviser", "rådgivare"], ["adviser, add", "rådgivare, ett pass till"], ["12", "12"],
    ["add", "ett pass till"], ["9f86d081884c7d65", "9f86d081884c7d65"], ["4, root 1", "4, rot 1"],
    ["invite, change and revoke staff", "bjuda in"]]) assert.equal(detailOf(detail, word), told);
});
