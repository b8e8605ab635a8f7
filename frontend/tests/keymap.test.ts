import { describe, expect, it } from "vitest";
import { isCharacter, isComposing, keyName, printedKeys, Sequencer, type KeyEventLike } from "../src/keymap";

const press = (key: string, more: Partial<KeyEventLike> = {}): KeyEventLike => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe("names of keys", () => {
  it("writes Shift before letters only, so that ? needs no Shift", () => {
    expect(keyName(press("J", { shiftKey: true }))).toBe("Shift+j");
    expect(keyName(press("?", { shiftKey: true }))).toBe("?");
    expect(keyName(press("Tab", { shiftKey: true }))).toBe("Shift+Tab");
  });

  it("counts Cmd as Ctrl", () => {
    expect(keyName(press("k", { metaKey: true }))).toBe("Ctrl+k");
    expect(keyName(press("Enter", { ctrlKey: true }))).toBe("Ctrl+Enter");
  });

  it("knows what is only a character", () => {
    expect(["j", "Shift+j", "?", "Space"].every(isCharacter)).toBe(true);
    expect(["Escape", "Ctrl+k", "Enter", "ArrowDown"].some(isCharacter)).toBe(false);
  });

  it("leaves keys to the input method while it composes", () => {
    expect(isComposing(press("j", { isComposing: true }))).toBe(true);
    expect(isComposing(press("j", { keyCode: 229 }))).toBe(true);
    expect(isComposing(press("j"))).toBe(false);
  });

  it("prints keys as they stand on the keyboard", () => {
    expect(printedKeys("g i")).toEqual(["G", "I"]);
    expect(printedKeys("Ctrl+Enter")).toEqual(["Ctrl ↵"]);
  });
});

describe("sequences", () => {
  const sequencer = (): Sequencer => new Sequencer(() => new Set(["g"]));

  it("waits for the second key", () => {
    const keys = sequencer();
    expect(keys.press("g", 0)).toBeUndefined();
    expect(keys.press("i", 300)).toBe("g i");
    expect(keys.press("i", 400)).toBe("i");
  });

  it("forgets a first key that nothing followed", () => {
    const keys = sequencer();
    keys.press("g", 0);
    expect(keys.press("i", 5000)).toBe("i");
  });
});
