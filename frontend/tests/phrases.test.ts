import { beforeEach, describe, expect, it } from "vitest";
import { put } from "../src/phrases";

describe("a phrase is put into the comment as if it were typed", () => {
  let field: HTMLTextAreaElement;
  let heard: number;

  beforeEach(() => {
    document.body.innerHTML = "<textarea></textarea>";
    field = document.querySelector("textarea")!;
    heard = 0;
    field.addEventListener("input", () => heard++);
  });

  it("stands alone in an empty field, and is heard", () => {
    put(field, "Agreed.");
    expect([field.value, heard]).toEqual(["Agreed.", 1]);
  });

  it("comes after what was written, once", () => {
    field.value = "Fine, but. ";
    put(field, "Report every week.");
    put(field, "Report every week.");
    expect([field.value, heard]).toEqual(["Fine, but. Report every week.", 1]);
  });

  it("needs no space after a Chinese sentence", () => {
    field.value = "同意。";
    put(field, "请每周汇报进展。");
    expect(field.value).toBe("同意。请每周汇报进展。");
  });
});
