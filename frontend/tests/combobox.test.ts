import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Combobox } from "../src/combobox";

const PEOPLE = [
  { id: 1, label: "Wang Fang", initials: "WF" },
  { id: 2, label: "Wang Ning", initials: "WN", hint: "away" },
  { id: 3, label: "Wang Xu", disabled: true },
];

let asked: string[];

function page(): { input: HTMLInputElement; hidden: HTMLInputElement; list: HTMLElement; root: HTMLElement } {
  document.body.innerHTML = `<div id="announcer"></div><div id="box" data-url="/people/"><input type="hidden" value="9">
    <input role="combobox" aria-expanded="false" value="Li Wei"><div role="listbox" id="list" hidden></div></div>`;
  const root = document.getElementById("box")!;
  new Combobox(root);
  return {
    root,
    hidden: root.querySelector<HTMLInputElement>("[type=hidden]")!,
    input: root.querySelector<HTMLInputElement>("[role=combobox]")!,
    list: document.getElementById("list")!,
  };
}

async function type(input: HTMLInputElement, text: string): Promise<void> {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(200);
}

const press = (input: HTMLElement, key: string): boolean => input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const words = new URL(url).searchParams.get("q") ?? "";
    asked.push(words);
    const results = PEOPLE.filter((person) => person.label.toLowerCase().includes(words.toLowerCase()));
    return new Response(JSON.stringify({ results }), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the search for one person", () => {
  it("asks once after a pause and offers what it finds, the first one active", async () => {
    const { input, list } = page();
    input.value = "wa";
    input.dispatchEvent(new Event("input"));
    await type(input, "wang");
    expect(asked).toEqual(["wang"]);
    expect(list.hidden).toBe(false);
    expect([...list.querySelectorAll("[role=option]")].map((option) => option.textContent)).toEqual(["WFWang Fang", "WNWang Ningaway", "Wang Xu"]);
    expect(document.getElementById(input.getAttribute("aria-activedescendant")!)?.textContent).toBe("WFWang Fang");
  });

  it("moves over the choosable ones, wraps around, chooses with Enter", async () => {
    const { input, hidden, list } = page();
    const changed = vi.fn();
    hidden.addEventListener("change", changed);
    await type(input, "wang");
    press(input, "ArrowDown");
    press(input, "ArrowDown");
    press(input, "ArrowUp");
    press(input, "Enter");
    expect([hidden.value, input.value, list.hidden]).toEqual(["2", "Wang Ning", true]);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("chooses what an Enter before the answer meant, never what an earlier question found", async () => {
    const { input, hidden, root } = page();
    const entered = vi.fn();
    root.addEventListener("keydown", (event) => entered(event.defaultPrevented));
    await type(input, "wang");
    input.value = "wang n";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    press(input, "Enter");
    expect(hidden.value).toBe("9");
    await vi.advanceTimersByTimeAsync(200);
    expect([hidden.value, input.value]).toEqual(["2", "Wang Ning"]);
    expect(entered.mock.calls).toEqual([[true]]);
  });

  it("leaves an Enter to the form when nothing is typed beside the choice", async () => {
    const { input, hidden, root } = page();
    const entered = vi.fn();
    root.addEventListener("keydown", (event) => entered(event.defaultPrevented));
    input.click();
    press(input, "Enter");
    await vi.advanceTimersByTimeAsync(200);
    expect(hidden.value).toBe("9");
    expect(entered.mock.calls).toEqual([[false]]);
  });

  it("goes back to the choice on Escape and keeps the dialog around it open", async () => {
    const { input, hidden, root } = page();
    const escaped = vi.fn();
    root.addEventListener("keydown", escaped);
    await type(input, "wang");
    press(input, "Escape");
    expect([hidden.value, input.value]).toEqual(["9", "Li Wei"]);
    expect(escaped).not.toHaveBeenCalled();
  });

  it("clears the choice when the field is left empty", async () => {
    const { input, hidden } = page();
    input.value = "";
    input.dispatchEvent(new Event("blur"));
    expect(hidden.value).toBe("");
  });

  it("says when nothing is found and chooses nothing", async () => {
    const { input, hidden, list } = page();
    await type(input, "zzz");
    expect(list.textContent).toBe("Nothing found");
    press(input, "Enter");
    expect(hidden.value).toBe("9");
  });

  it("leaves Enter to the input method while it composes", async () => {
    const { input, hidden } = page();
    await type(input, "wang");
    const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    Object.defineProperty(event, "isComposing", { value: true });
    input.dispatchEvent(event);
    expect(hidden.value).toBe("9");
  });
});
