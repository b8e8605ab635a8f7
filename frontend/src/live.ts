/**
 * Live lists. A list is an element with `data-live-list` (name), `data-live-url` (partial of itself) and
 * `data-fingerprint`; its rows have `data-live-item` and `data-version`. Hints and beats lead to a fetch of the
 * partial, which is morphed in: selection, focus and scroll stay where the person has them.
 */
import { all, announce, element, pageChanged } from "./dom";
import { htmx, Idiomorph } from "./htmx-setup";
import { request, RequestFailed, sentenceFor } from "./http";
import { clockTime, t } from "./i18n";
import { LiveConnection, type Hint, type SocketLike } from "./live-connection";
import { applyPresence, forgetPresence, looksAt, showPresence } from "./presence";
import { Refetcher } from "./refetcher";

const GONE_MS = 3000;
const FIRST_BEAT_MS = 600;
const REJOIN_MS = 250;
/** So many tries in vain, some four seconds, are "reconnecting"; after that the screen is offline. */
const TRIES = 3;
const OWN_ATTRIBUTES = new Set(["aria-current", "aria-selected", "aria-activedescendant", "data-unread", "tabindex"]);

const refetchers = new Map<string, Refetcher>();
const takenBy = new Map<string, string>();
const leaving = new Set<string>();
const beaten = new Set<string>();
let lastFresh = new Date();

const listNamed = (name: string): HTMLElement | null => document.querySelector(`[data-live-list="${CSS.escape(name)}"]`);
const names = (): string[] => [...new Set(all("[data-live-list]").map((list) => list.dataset.liveList ?? ""))].filter(Boolean);

/** The person acted on this row: it leaves at once and without the note who took it. */
export function markLeaving(item: string): void {
  leaving.add(item);
  for (const row of all(`[data-live-item="${CSS.escape(item)}"]`)) row.dataset.leaving = "";
}

/** The act was undone or refused: the row stays. */
export function markStaying(item: string): void {
  leaving.delete(item);
  for (const row of all(`[data-live-item="${CSS.escape(item)}"]`)) delete row.dataset.leaving;
}

/** Fetches one list again, soon. */
export function refresh(name: string): void {
  let refetcher = refetchers.get(name);
  if (!refetcher) {
    refetcher = new Refetcher(() => fetchList(name));
    refetchers.set(name, refetcher);
  }
  refetcher.ask();
}

export function refreshAll(): void {
  names().forEach(refresh);
}

async function fetchList(name: string): Promise<void> {
  const url = listNamed(name)?.dataset.liveUrl;
  if (!url) return;
  try {
    const response = await request(url, { headers: { "HX-Request": "true", "X-Live": "1" } });
    const html = await response.text();
    const list = listNamed(name);
    if (list) morphList(list, html);
    lastFresh = new Date();
  } catch (error) {
    if (error instanceof RequestFailed && error.loginEnded) showMark("off", sentenceFor(401));
    // otherwise the next beat asks again
  }
}

function scrollerOf(list: HTMLElement): HTMLElement {
  let at: HTMLElement | null = list;
  while (at && at !== document.body) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
    at = at.parentElement;
  }
  return document.documentElement;
}

/** The row that must not move: the selected one where it is in view, else the first in view of a scrolled list. */
function anchorOf(list: HTMLElement, scroller: HTMLElement): { row: HTMLElement; top: number } | undefined {
  const view = scroller.getBoundingClientRect();
  const rows = all("[data-live-item]", scroller.contains(list) ? scroller : list);
  const inView = (row: HTMLElement): boolean => row.getBoundingClientRect().bottom > view.top && row.getBoundingClientRect().top < view.bottom;
  const selected = rows.find((row) => row.ariaCurrent === "true" && inView(row));
  const row = selected ?? (scroller.scrollTop > 0 ? rows.find(inView) : undefined);
  return row && { row, top: row.getBoundingClientRect().top };
}

export function morphList(list: HTMLElement, html: string): void {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fresh = parsed.querySelector<HTMLElement>(`[data-live-list="${CSS.escape(list.dataset.liveList ?? "")}"]`);
  if (!fresh) return;
  const scroller = scrollerOf(list);
  const anchor = anchorOf(list, scroller);
  const before = new Set(all("[data-live-item]", list).map((row) => row.dataset.liveItem));
  const current = list.querySelector<HTMLElement>('[data-live-item][aria-current="true"]')?.dataset.liveItem;
  Idiomorph.morph(list, fresh, {
    morphStyle: "outerHTML",
    // a focused field keeps what is typed in it; a focused list must not keep its old rows
    ignoreActiveValue: document.activeElement?.matches("input, textarea, select") ?? false,
    callbacks: {
      beforeAttributeUpdated: (name: string, node: Element) => !(OWN_ATTRIBUTES.has(name) && node.matches("[data-live-item], [data-live-list]")),
      beforeNodeRemoved: (node: Node) => !(node instanceof HTMLElement && keepForAMoment(node)),
    },
  });
  markFresh(list, before, current);
  if (anchor?.row.isConnected) scroller.scrollTop += anchor.row.getBoundingClientRect().top - anchor.top;
  countAbove(list, scroller, before);
  htmx.process(list);
  pageChanged();
}

/** The rows of one item: while a long list is drawn page by page, it may stand on two of them for a moment. */
const twins = (item: string): HTMLElement[] => all(`[data-live-item="${CSS.escape(item)}"]`);

/** A row someone else took stays greyed for three seconds and says so; a row the person acted on leaves at once. */
function keepForAMoment(row: HTMLElement): boolean {
  const item = row.dataset.liveItem;
  if (item === undefined || leaving.delete(item)) return false;
  if (twins(item).some((other) => other !== row && other.dataset.gone === undefined)) return false; // on another page now
  if (row.dataset.gone !== undefined) return row.dataset.gone !== "over";
  row.dataset.gone = "";
  row.ariaDisabled = "true";
  const by = takenBy.get(item);
  takenBy.delete(item);
  const text = by ? t("claimed by {name}", { name: by }) : t("no longer in this list");
  const place = row.querySelector(".row-due");
  if (place) {
    place.className = "row-due";
    place.textContent = text;
  }
  announce(`${row.querySelector(".row-title")?.textContent?.trim() ?? ""}: ${text}`);
  setTimeout(() => {
    row.dataset.gone = "over";
    row.dispatchEvent(new CustomEvent("row:gone", { bubbles: true, detail: { item } }));
    row.remove();
  }, GONE_MS);
  return true;
}

function markFresh(list: HTMLElement, before: Set<string | undefined>, current: string | undefined): void {
  for (const row of all("[data-live-item]", list)) {
    for (const twin of twins(row.dataset.liveItem ?? "")) if (twin !== row && twin.dataset.gone !== undefined) twin.remove();
    if (before.has(row.dataset.liveItem)) continue;
    row.dataset.fresh = "";
    if (current !== undefined) row.removeAttribute("aria-current"); // the page's selection wins over the server's guess
    setTimeout(() => delete row.dataset.fresh, 2000);
  }
}

/** "3 new" above a scrolled list; a click goes there. */
function countAbove(list: HTMLElement, scroller: HTMLElement, before: Set<string | undefined>): void {
  const top = scroller.getBoundingClientRect().top;
  const above = all("[data-live-item]", list).filter((row) => !before.has(row.dataset.liveItem) && row.getBoundingClientRect().bottom < top);
  if (above.length === 0) return;
  scroller.querySelector(".live-pill")?.remove();
  const button = element("button", { type: "button" }, t("{n} new", { n: above.length }));
  const pill = element("div", { className: "live-pill" }, button);
  const done = (): void => {
    pill.remove();
    scroller.removeEventListener("scroll", atTop);
  };
  const atTop = (): void => {
    if (scroller.scrollTop < 8) done();
  };
  button.addEventListener("click", () => {
    scroller.scrollTo({ top: 0, behavior: "smooth" });
    done();
  });
  scroller.addEventListener("scroll", atTop);
  scroller.prepend(pill);
}

function showCounts(counts: Record<string, number | string>): void {
  for (const [name, count] of Object.entries(counts)) {
    for (const place of all(`[data-count="${CSS.escape(name)}"]`)) {
      const shown = typeof count === "number" && count > 99 ? "99+" : String(count);
      place.textContent = place.matches(".count") && count === 0 ? "" : shown;
      if (place.matches(".badge")) place.hidden = count === 0 || count === "0";
    }
  }
}

function showMark(state: "on" | "wait" | "off", text: string): void {
  for (const mark of all("[data-live-mark]")) {
    if (state === "on") delete mark.dataset.state;
    else mark.dataset.state = state;
    if (mark.textContent !== text) mark.textContent = text;
  }
}

function hinted(hint: Hint): void {
  const item = String(hint.item);
  if (hint.by) takenBy.set(item, hint.by);
  const row = listNamed(hint.list)?.querySelector<HTMLElement>(`[data-live-item="${CSS.escape(item)}"]`);
  if (row && Number(row.dataset.version) >= hint.version && !leaving.has(item)) return;
  refresh(hint.list);
}

function beat(fingerprints: Record<string, string>): void {
  for (const [name, fingerprint] of Object.entries(fingerprints)) {
    beaten.add(name);
    const list = listNamed(name);
    if (list && list.dataset.fingerprint !== fingerprint) refresh(name);
  }
  lastFresh = new Date();
}

/** On every connection the lists are fetched, unless the server's first beat already says that they are the same. */
function connected(again: boolean): void {
  showMark("on", t("Live"));
  if (again) return refreshAll();
  beaten.clear();
  setTimeout(() => names().filter((name) => !beaten.has(name)).forEach(refresh), FIRST_BEAT_MS);
}

function disconnected(attempt: number): void {
  forgetPresence();
  if (attempt < TRIES && navigator.onLine) showMark("wait", t("Reconnecting"));
  else showMark("off", t("Offline, showing {time}", { time: clockTime(lastFresh) }));
}

function openSocket(): SocketLike {
  return new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live/`);
}

export function startLive(): void {
  if (!document.querySelector('meta[name="baton-user"]')) return;
  const connection = new LiveConnection(openSocket, {
    connected,
    disconnected,
    hint: hinted,
    beat,
    counts: showCounts,
    told: (toast) => document.body.dispatchEvent(new CustomEvent("toast", { detail: { ...toast, seconds: 20 } })),
    presence: showPresence,
    ended: () => showMark("off", t("Signed out")),
  });
  const rejoin = (): void => {
    connection.join(names());
    connection.look(looksAt());
  };
  rejoin();
  connection.connect();
  let joining: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("page:changed", () => {
    applyPresence();
    clearTimeout(joining);
    joining = setTimeout(rejoin, REJOIN_MS); // whoever scrolls through many pages joins the last ones only
  });
  document.addEventListener("undone", (event) => {
    for (const item of (event as CustomEvent<{ items?: string[] } | null>).detail?.items ?? []) markStaying(item);
    refreshAll();
  });
  addEventListener("online", () => connection.connect());
  addEventListener("pageshow", (event) => event.persisted && refreshAll());
  document.addEventListener("visibilitychange", () => {
    connection.look(looksAt());
    if (document.visibilityState !== "visible") return;
    connection.connect();
    refreshAll();
  });
  document.body.addEventListener("refresh-lists", refreshAll); // the server's HX-Trigger after an act
  document.body.addEventListener("htmx:beforeRequest", (event) => actsOn(event, markLeaving));
  document.body.addEventListener("htmx:responseError", (event) => actsOn(event, markStaying));
  document.body.addEventListener("htmx:sendError", (event) => actsOn(event, markStaying));
}

function actsOn(event: Event, mark: (item: string) => void): void {
  const source = (event as CustomEvent<{ elt: HTMLElement }>).detail.elt.closest<HTMLElement>("[data-acts-on]");
  if (source?.dataset.actsOn) mark(source.dataset.actsOn);
}
