/** Keys of the desk never get in the way of typing, of other keys, or of assistive technology. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, isTyping } from "../../../web/js/model/desk-keys.js";

const press = (key, over) => ({ key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, repeat: false, ...over });
const idle = { typing: false, letters: true, sheet: false };

test("one key accepts, and a question mark lists all", () => {
  assert.equal(actOf(press("a"), idle), "accept");
  assert.equal(actOf(press("?"), idle), "help");
  assert.equal(actOf(press("z"), idle), "");
  assert.equal(actOf(press("toString"), idle), "");
});

test("while typing a letter is a letter, F2 accepts and Escape leaves", () => {
  const typing = { ...idle, typing: true };

  assert.equal(actOf(press("a"), typing), "");
  assert.equal(actOf(press("F2"), typing), "accept");
  assert.equal(actOf(press("Escape"), typing), "leave");
});

test("letters that are switched off do nothing", () => {
  const off = { ...idle, letters: false };

  for (const key of ["a", "s", "1", "n", "e", "r", "m", "L", "?"]) assert.equal(actOf(press(key), off), "");
  assert.equal(actOf(press("F2"), off), "accept");
});

test("the browser's own keys, a held key and an open dialog are left alone", () => {
  for (const over of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { isComposing: true }, { repeat: true }]) {
    assert.equal(actOf(press("a", over), idle), "");
  }
  assert.equal(actOf(press("a"), { ...idle, sheet: true }), "");
});

test("locking needs a capital, so that it is no slip", () => {
  assert.equal(actOf(press("l"), idle), "");
  assert.equal(actOf(press("L"), idle), "lock");
});

test("fields take letters; buttons and ticks do not", () => {
  assert.equal(isTyping({ tagName: "TEXTAREA" }), true);
  assert.equal(isTyping({ tagName: "SELECT" }), true);
  assert.equal(isTyping({ tagName: "INPUT", type: "password" }), true);
  assert.equal(isTyping({ tagName: "INPUT", type: "checkbox" }), false);
  assert.equal(isTyping({ tagName: "BUTTON", type: "button" }), false);
});
