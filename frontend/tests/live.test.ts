import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backOff, LiveConnection, type LiveHandlers, type SocketLike } from "../src/live-connection";
import { Refetcher } from "../src/refetcher";

class FakeSocket implements SocketLike {
  readyState = 0;
  sent: unknown[] = [];
  closed = false;
  onopen: SocketLike["onopen"] = null;
  onclose: SocketLike["onclose"] = null;
  onmessage: SocketLike["onmessage"] = null;

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closed = true;
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }

  says(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent<string>);
  }

  breaks(): void {
    this.readyState = 3;
    this.onclose?.({} as CloseEvent);
  }
}

let sockets: FakeSocket[];
let heard: string[];

function connection(): LiveConnection {
  const say = (text: string): void => void heard.push(text);
  const handlers: LiveHandlers = {
    connected: (again) => say(again ? "connected again" : "connected"),
    disconnected: (attempt) => say(attempt ? `disconnected ${attempt}` : "disconnected"),
    hint: (hint) => say(`hint ${hint.list} ${hint.item}`),
    beat: (fingerprints) => say(`beat ${Object.keys(fingerprints).join()}`),
    counts: (counts) => say(`counts ${JSON.stringify(counts)}`),
    told: (toast) => say(`told ${toast.text}`),
    presence: ({ item, people }) => say(`presence ${item} ${people.join()}`),
    ended: (reason) => say(`ended ${reason}`),
  };
  const open = (): SocketLike => {
    sockets.push(new FakeSocket());
    return sockets.at(-1)!;
  };
  return new LiveConnection(open, handlers, () => 1);
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  heard = [];
});
afterEach(() => vi.useRealTimers());

describe("the live connection", () => {
  it("joins the lists of the page once it is open", () => {
    const live = connection();
    live.join(["inbox:mine", "inbox:groups"]);
    live.connect();
    expect(sockets[0]!.sent).toEqual([]);
    sockets[0]!.opens();
    expect(sockets[0]!.sent).toEqual([{ join: ["inbox:mine", "inbox:groups"] }]);
  });

  it("joins again only when the lists have changed", () => {
    const live = connection();
    live.join(["a"]);
    live.connect();
    sockets[0]!.opens();
    live.join(["a"]);
    live.join(["a", "b"]);
    expect(sockets[0]!.sent).toEqual([{ join: ["a"] }, { join: ["a", "b"] }]);
  });

  it("hands on hints, beats and counts", () => {
    const live = connection();
    live.connect();
    sockets[0]!.opens();
    sockets[0]!.says({ hint: { list: "a", item: 7, version: 2 } });
    sockets[0]!.says({ beat: { a: "x" }, counts: { inbox: 3 } });
    expect(heard).toEqual(["connected", "hint a 7", "beat a", 'counts {"inbox":3}']);
  });

  it("says which task the person looks at, also after a break", () => {
    const live = connection();
    live.join(["a"]);
    live.look("7");
    live.connect();
    sockets[0]!.opens();
    live.look("7");
    live.look("");
    live.look("8");
    expect(sockets[0]!.sent).toEqual([{ join: ["a"] }, { looks_at: "7" }, { looks_at: "" }, { looks_at: "8" }]);
    sockets[0]!.says({ presence: { item: "8", people: ["Li Wei"] } });
    expect(heard.at(-1)).toBe("presence 8 Li Wei");
    sockets[0]!.breaks();
    vi.advanceTimersByTime(500);
    sockets[1]!.opens();
    expect(sockets[1]!.sent).toEqual([{ join: ["a"] }, { looks_at: "8" }]);
  });

  it("counts its tries in vain", () => {
    connection().connect();
    sockets[0]!.breaks();
    vi.advanceTimersByTime(500);
    sockets[1]!.breaks();
    expect(heard).toEqual(["disconnected", "disconnected 1"]);
  });

  it("comes back after a break and says that it did", () => {
    const live = connection();
    live.connect();
    sockets[0]!.opens();
    sockets[0]!.breaks();
    expect(heard.at(-1)).toBe("disconnected");
    vi.advanceTimersByTime(499);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    sockets[1]!.opens();
    expect(heard.at(-1)).toBe("connected again");
  });

  it("takes a socket that is silent for 40 s for dead", () => {
    const live = connection();
    live.connect();
    sockets[0]!.opens();
    vi.advanceTimersByTime(30_000);
    sockets[0]!.says({ beat: {} });
    vi.advanceTimersByTime(39_000);
    expect(sockets[0]!.closed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(sockets[0]!.closed).toBe(true);
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
  });

  it("stays away after a sign-out but not after a changed right", () => {
    const live = connection();
    live.connect();
    sockets[0]!.opens();
    sockets[0]!.says({ closed: "rights" });
    sockets[0]!.breaks();
    vi.advanceTimersByTime(500);
    sockets[1]!.opens();
    sockets[1]!.says({ closed: "logout" });
    sockets[1]!.breaks();
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(2);
    expect(heard.at(-1)).toBe("ended logout");
  });

  it("waits longer with every try, at most half a minute, by chance down to half of it", () => {
    expect([0, 1, 2, 10].map((attempt) => backOff(attempt, () => 1))).toEqual([500, 1000, 2000, 30_000]);
    expect(backOff(1, () => 0)).toBe(500);
  });
});

describe("fetching a list again", () => {
  it("gathers hints into one fetch", async () => {
    const fetch = vi.fn(async () => undefined);
    const refetcher = new Refetcher(fetch, () => Date.now());
    refetcher.ask();
    refetcher.ask();
    await vi.advanceTimersByTimeAsync(80);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("never forgets a hint that comes while it fetches", async () => {
    let finish = (): void => undefined;
    const fetch = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const refetcher = new Refetcher(fetch, () => Date.now());
    refetcher.ask();
    await vi.advanceTimersByTimeAsync(80);
    refetcher.ask();
    refetcher.ask();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fetch).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(350);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("goes on after a failed fetch", async () => {
    const fetch = vi.fn().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(undefined);
    const refetcher = new Refetcher(() => fetch().catch(() => undefined), () => Date.now());
    refetcher.ask();
    await vi.advanceTimersByTimeAsync(80);
    refetcher.ask();
    await vi.advanceTimersByTimeAsync(400);
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});
