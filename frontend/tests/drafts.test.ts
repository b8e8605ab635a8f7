import { afterEach, expect, it, vi } from "vitest";
import { Draft } from "../src/drafts";

afterEach(() => vi.unstubAllGlobals());

it("never lets an older text arrive last, and lets the answers wait for both", async () => {
  const asked: string[] = [];
  const answer: ((response: Response) => void)[] = [];
  vi.stubGlobal("fetch", (_url: string, options: RequestInit) => {
    asked.push(String(options.body));
    return new Promise<Response>((resolve) => answer.push(resolve));
  });
  const draft = new Draft("/draft/", "task-1", () => undefined);
  const first = draft.send({ words: "old" });
  void draft.send({ words: "new" });
  let held = false;
  void draft.hold().then(() => (held = true));
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  answer[0]?.(new Response("{}", { status: 200 }));
  await first;
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect([asked[0], asked[1], held]).toEqual([expect.stringContaining("old"), expect.stringContaining("new"), false]);
  answer[1]?.(new Response("{}", { status: 200 }));
  await vi.waitFor(() => expect(held).toBe(true));
});

it("lets the answers of a form drawn anew wait for what the earlier one had still to send", async () => {
  const asked: string[] = [];
  const answer: ((response: Response) => void)[] = [];
  vi.stubGlobal("fetch", (_url: string, options: RequestInit) => {
    asked.push(String(options.body));
    return new Promise<Response>((resolve) => answer.push(resolve));
  });
  new Draft("/draft/", "task-2", () => undefined).keep({ words: "refused" });
  const anew = new Draft("/draft/", "task-2", () => undefined);
  let held = false;
  void anew.hold().then(() => (held = true));
  await vi.waitFor(() => expect(asked).toEqual([expect.stringContaining("refused")]));
  expect(held).toBe(false);
  answer[0]?.(new Response("{}", { status: 200 }));
  await vi.waitFor(() => expect(held).toBe(true));
  await new Promise((resolve) => setTimeout(resolve, 1000)); // the pause of the earlier one is over
  expect(asked).toHaveLength(1);
});
