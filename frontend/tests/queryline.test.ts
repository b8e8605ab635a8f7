import { describe, expect, it } from "vitest";
import { remembered, wordStart } from "../src/queryline";

describe("the word being typed", () => {
  it.each([
    ["", 0],
    ["due:", 0],
    ["due:today cust", 10],
    ['customer:"Lanting Ho', 0],
    ['x customer:"Lanting Ho', 2],
    ['customer:"Lanting Hotels" st', 26],
    ["客户：“兰亭 酒", 0],
  ])("begins in %j at %i", (text, at) => {
    expect(wordStart(text)).toBe(at);
  });
});

describe("the lines asked before", () => {
  it("stand newest first, each once, and not without end", () => {
    expect(remembered(["a", "b"], "b")).toEqual(["b", "a"]);
    expect(remembered(["a"], "")).toEqual(["a"]);
    const many = Array.from({ length: 30 }, (_, n) => `line ${n}`);
    expect(remembered(many, "new")).toHaveLength(20);
  });
});
