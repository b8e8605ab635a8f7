import { describe, expect, it } from "vitest";
import { localised, plainMessage, withoutSubmit, type Schema } from "../src/form-texts";
import { matches } from "../src/palette";
import catalogue from "../../web/i18n_catalogue.py?raw";
import icons from "../../web/icons.json";
// @ts-expect-error the script that writes the icons has no types
import { shapes } from "../icons.mjs";

const sources = import.meta.glob<string>("../src/*.ts", { query: "?raw", import: "default", eager: true });

describe("the texts of the modules", () => {
  const listed = new Set([...catalogue.matchAll(/_\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]));

  it("are all in the catalogue that is translated", () => {
    const used = Object.values(sources).flatMap((text) => [...text.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]));
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter((text) => !listed.has(text))).toEqual([]);
  });

  it("cover what form-js says by itself", () => {
    const said = [...sources["../src/form-texts.ts"]!.matchAll(/\/, "([^"]+)"\]/g)].map((match) => match[1]);
    expect(said).toHaveLength(12);
    expect(said.filter((text) => !listed.has(text))).toEqual([]);
  });
});

describe("the icons", () => {
  it("in web/icons.json are those of icons.txt, as lucide draws them", () => {
    expect(icons).toEqual(shapes());
  });
});

describe("a form in the second language", () => {
  const schema: Schema = {
    id: "approve",
    components: [
      { id: "f1", key: "reason", type: "select", label: "Reason", values: [{ label: "Price", value: "price" }, { label: "Other", value: "other" }] },
      { id: "f2", type: "group", components: [{ id: "f3", key: "amount", type: "number", label: "Amount", description: "In yuan" }] },
      { id: "f4", type: "button", action: "submit", label: "Submit" },
    ],
  };

  it("takes labels, descriptions and options, by key or by form and key, also inside groups", () => {
    const chinese = localised(schema, { reason: { label: "原因", price: "价格" }, "approve.amount": { label: "金额", description: "单位：元" } });
    expect(chinese.components?.[0]).toMatchObject({ label: "原因", values: [{ label: "价格" }, { label: "Other" }] });
    expect(chinese.components?.[1]?.components?.[0]).toMatchObject({ label: "金额", description: "单位：元" });
    expect(schema.components?.[0]?.label).toBe("Reason");
  });

  it("loses its own submit button where the page has one", () => {
    expect(withoutSubmit(schema).components?.map((component) => component.id)).toEqual(["f1", "f2"]);
  });

  it("says what is wrong in our words", () => {
    document.body.innerHTML = "";
    expect(plainMessage("Field must have minimum value of 5.")).toBe("Enter 5 or more.");
    expect(plainMessage("Field is required.")).toBe("Fill in this field.");
    expect(plainMessage("Something of the designer's own")).toBe("Something of the designer's own");
  });
});

it("the palette wants every typed word in the label", () => {
  expect(matches("Open the inbox", "inb op")).toBe(true);
  expect(matches("Open the inbox", "inb close")).toBe(false);
});
