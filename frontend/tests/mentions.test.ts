import { describe, expect, it } from "vitest";
import { namedBefore } from "../src/mentions";

describe("whom a text names just before the caret", () => {
  it("begins after an @ that stands alone", () => {
    expect(namedBefore("Ask @li.w")).toBe("li.w");
    expect(namedBefore("@zhou")).toBe("zhou");
    expect(namedBefore("请 @李伟")).toBe("李伟");
    expect(namedBefore("(@bob")).toBe("bob");
  });

  it("is nobody in an address, after a space, or without a letter", () => {
    for (const text of ["alice@example", "@bob ", "@", "@@bob", "no name"]) expect(namedBefore(text)).toBeUndefined();
  });
});
