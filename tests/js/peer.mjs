/** Drives the JavaScript implementation by JSON lines (tests/asc1/peer.md). */
import process from "node:process";
import { createInterface } from "node:readline";

import { answer } from "./asc1/commands.js";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
