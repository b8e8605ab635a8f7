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
