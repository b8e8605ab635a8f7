/**
 * Lists worked by keyboard: `data-rows` on the listbox, rows with `data-live-item`. j/k move, Enter or o opens,
 * x picks, Shift+j/k extends, Esc clears. `data-detail="#id"` shows the row's `data-detail-url` beside the list,
 * something in it has `data-shows="<item>"`; the next row's detail is fetched ahead.
 * A bulk bar (`data-bulkbar="<list id>"`) appears from two picked rows on, or from `data-bulk-least` on.
 */
import { all, announce, closest, element, isVisible, onEach, pageChanged } from "./dom";
import { htmx, showError } from "./htmx-setup";
import { request, RequestFailed } from "./http";
import { t } from "./i18n";
import { bindKey } from "./keys";

const OPEN_WAIT_MS = 90;
const AHEAD_MS = 400;
const AWAITED_MS = 2000;
const lists = new Set<RowList>();

export class RowList {
  private readonly ahead = new Map<string, Promise<string>>();
  /** Addresses of details that are here already. */
  private readonly here = new Set<string>();
  private wentOn = false;
  private openTimer: ReturnType<typeof setTimeout> | undefined;
  private shown = 0;
  private onItsWay: string | undefined;
  private awaited: string | undefined;
  private currentItem: string | undefined;
  private readonly pickedItems = new Set<string>();
  /** Rows that were scrolled away; they are still in the list. */
  private readonly away = new Set<string>();

  constructor(readonly root: HTMLElement) {
    lists.add(this);
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("row:gone", () => this.keepCurrent());
    root.addEventListener("rows:unpick", (event) => this.unpick((event as CustomEvent<string[]>).detail));
    root.addEventListener("rows:away", (event) => this.sentAway((event as CustomEvent<string[]>).detail));
    this.currentItem = this.current?.dataset.liveItem;
    if (this.currentItem !== undefined && root.dataset.detail) setTimeout(() => this.fetchAhead(), AHEAD_MS);
    this.place();
  }

  private sentAway(items: string[]): void {
    for (const item of items) this.away.add(item);
  }

  /** Rows that came or came back look as the person left them; a list without rows is no listbox. */
  cameBack(): void {
    for (const row of this.rows) {
      const item = row.dataset.liveItem ?? "";
      this.away.delete(item);
      if (this.pickedItems.has(item)) row.ariaSelected = "true";
      if (item === this.currentItem && !this.current) row.ariaCurrent = "true";
    }
    if (this.root.dataset.window !== undefined) this.beListbox(this.rows.length > 0);
  }

  private beListbox(on: boolean): void {
    const wanted = { role: "listbox", "aria-multiselectable": "true", "aria-label": this.root.dataset.label ?? "", tabindex: "0" };
    for (const [name, value] of Object.entries(wanted)) {
      if (!on) this.root.removeAttribute(name);
      else if (this.root.getAttribute(name) !== value) this.root.setAttribute(name, value);
    }
  }

  get rows(): HTMLElement[] {
    return all("[data-live-item]:not([data-gone])", this.root);
  }

  get current(): HTMLElement | undefined {
    return this.rows.find((row) => row.ariaCurrent === "true");
  }

  /** What is picked, also where it was scrolled away. */
  get picked(): string[] {
    const here = new Set(this.rows.map((row) => row.dataset.liveItem ?? ""));
    return [...this.pickedItems].filter((item) => here.has(item) || this.away.has(item));
  }

  private place(): void {
    const current = this.current;
    if (current) this.root.setAttribute("aria-activedescendant", current.id);
  }

  private clicked(event: MouseEvent): void {
    const row = closest(event.target, "[data-live-item]");
    if (!row || row.dataset.gone !== undefined) return;
    if ((event.ctrlKey || event.metaKey) && row.dataset.href) return void window.open(row.dataset.href, "_blank");
    const inner = closest(event.target, "button, input, .row-lead");
    if (inner?.matches(".row-lead")) return this.pick(row);
    if (inner) return;
    event.preventDefault();
    if (event.shiftKey) this.extendTo(row);
    else this.open(row);
  }

  /** Makes the row the current one and shows its detail; what is shown already stays, with what was typed there. */
  open(row: HTMLElement, wait = 0): void {
    if (row.ariaCurrent === "true" && this.isShown(row)) return void (document.body.dataset.pane = "detail");
    for (const other of this.rows) other.removeAttribute("aria-current");
    row.ariaCurrent = "true";
    this.currentItem = row.dataset.liveItem;
    delete row.dataset.unread;
    row.querySelector(".row-lead > .dot")?.remove();
    this.root.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
    clearTimeout(this.openTimer);
    // a list without a detail beside it leads to another page: going through its rows must not leave it
    if (wait > 0 && this.root.dataset.detail === undefined) return;
    this.openTimer = setTimeout(() => void this.showDetail(row), wait);
  }

  move(step: number): boolean {
    const rows = this.rows;
    if (rows.length === 0) return false;
    const at = this.current ? rows.indexOf(this.current) : this.inSight(rows, step);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (next && next !== this.current) this.open(next, OPEN_WAIT_MS);
    return true;
  }

  /** The place to go on from when the row in hand was scrolled away. */
  private inSight(rows: HTMLElement[], step: number): number {
    if (this.currentItem === undefined || !this.away.has(this.currentItem)) return step > 0 ? -1 : rows.length;
    const top = this.root.getBoundingClientRect().top;
    const first = rows.findIndex((row) => row.getBoundingClientRect().top >= top);
    return step > 0 ? first - 1 : first + 1;
  }

  extend(step: number): void {
    const start = this.current;
    if (start && start.ariaSelected !== "true") this.setPicked(start, true);
    this.move(step);
    if (this.current) this.setPicked(this.current, true);
    this.picksChanged();
  }

  private extendTo(row: HTMLElement): void {
    const rows = this.rows;
    const from = this.current ? rows.indexOf(this.current) : 0;
    const to = rows.indexOf(row);
    for (const between of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) this.setPicked(between, true);
    this.picksChanged();
  }

  pick(row: HTMLElement | undefined = this.current): void {
    if (!row) return;
    this.setPicked(row, row.ariaSelected !== "true");
    this.picksChanged();
  }

  clear(): boolean {
    if (this.picked.length === 0) return false;
    this.pickedItems.clear();
    for (const row of this.rows) row.ariaSelected = "false";
    this.picksChanged();
    return true;
  }

  private unpick(items: string[]): void {
    for (const item of items) this.pickedItems.delete(item);
    for (const row of this.rows) if (items.includes(row.dataset.liveItem ?? "")) row.ariaSelected = "false";
    this.picksChanged();
  }

  private setPicked(row: HTMLElement, on: boolean): void {
    row.ariaSelected = String(on);
    if (on) this.pickedItems.add(row.dataset.liveItem ?? "");
    else this.pickedItems.delete(row.dataset.liveItem ?? "");
  }

  picksChanged(): void {
    const bar = document.querySelector<HTMLElement>(`[data-bulkbar="${CSS.escape(this.root.id)}"]`);
    if (!bar) return;
    const picked = this.picked;
    const text = t("{n} selected", { n: picked.length });
    if (picked.length >= 2 && bar.querySelector("[data-bulk-count]")?.textContent !== text) announce(text);
    bar.hidden = picked.length < Number(bar.dataset.bulkLeast ?? 2);
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = text;
    bar.dispatchEvent(new CustomEvent("picks-changed", { bubbles: true }));
    for (const old of all("input[name=items]", bar)) old.remove();
    if (bar instanceof HTMLFormElement) bar.append(...picked.map((item) => element("input", { type: "hidden", name: "items", value: item })));
  }

  /** What was undone is here again: it is opened as soon as its row is, on its own page where this list has none. */
  awaits(item: string, url: string): void {
    this.awaited = item;
    setTimeout(() => this.awaited === item && url && location.assign(url), AWAITED_MS);
  }

  private openAwaited(): boolean {
    const row = this.awaited === undefined ? undefined : this.rows.find((each) => each.dataset.liveItem === this.awaited);
    if (!row) return false;
    this.awaited = undefined;
    this.ahead.clear(); // fetched before the draft was there
    for (const other of this.rows) other.removeAttribute("aria-current");
    this.open(row);
    return true;
  }

  /** The row in hand has left: the one at its place becomes current. */
  keepCurrent(): void {
    if (this.openAwaited()) return this.picksChanged();
    if (this.current || this.paneStays || this.away.has(this.currentItem ?? "")) return this.picksChanged();
    const next = this.rows[Math.min(this.shown, this.rows.length - 1)];
    if (next && this.root.dataset.detail && this.shown >= 0 && this.root.dataset.wasCurrent !== undefined) this.open(next);
    this.picksChanged();
  }

  /** What is shown was just taken by the person: they go on with it, although the queue has lost it. */
  private get paneStays(): boolean {
    const pane = this.root.dataset.detail ? document.querySelector(this.root.dataset.detail) : null;
    return pane !== null && pane.querySelector("[data-keeps-pane]") !== null;
  }

  /** After an act on the current row: go on with the next one at once, unless that was done when it began. */
  advance(): void {
    const next = this.wentOn ? undefined : this.following();
    this.wentOn = false;
    if (next) this.open(next);
  }

  private following(): HTMLElement | undefined {
    const rows = this.rows;
    const at = this.current ? rows.indexOf(this.current) : -1;
    return rows.slice(at + 1).concat(rows.slice(0, Math.max(0, at))).find((row) => row.dataset.leaving === undefined);
  }

  /**
   * The act of a form in the pane is on its way: the next task is shown meanwhile, if it is here already. Was the act
   * refused, `back` brings the form back as it was, or says so where the person has gone on working.
   */
  goOn(form: HTMLElement): Ahead | undefined {
    const pane = document.querySelector<HTMLElement>(this.root.dataset.detail ?? "\0none");
    const row = this.current;
    const next = this.following();
    if (!row || !next || !pane?.contains(form) || !this.here.has(next.dataset.detailUrl ?? "")) return undefined;
    const kept = document.createDocumentFragment();
    kept.append(...pane.childNodes);
    row.dataset.leaving = "";
    this.wentOn = true;
    document.body.dataset.acting = "";
    this.open(next);
    let typed = false;
    pane.addEventListener("input", () => (typed = true), { once: true });
    const done = (): void => {
      this.wentOn = false;
      delete document.body.dataset.acting;
    };
    const back = (reason: string): void => {
      done();
      delete row.dataset.leaving;
      if (this.current === next && !typed) this.restore(pane, row, kept);
      else document.body.dispatchEvent(new CustomEvent("toast", { detail: { text: reason, seconds: 20 } }));
    };
    return { done, back };
  }

  private restore(pane: HTMLElement, row: HTMLElement, kept: DocumentFragment): void {
    clearTimeout(this.openTimer);
    for (const other of this.rows) other.removeAttribute("aria-current");
    row.ariaCurrent = "true";
    this.currentItem = row.dataset.liveItem;
    this.place();
    pane.replaceChildren(kept);
    if (row.dataset.href) history.replaceState(history.state, "", row.dataset.href);
    pageChanged();
  }

  private isShown(row: HTMLElement): boolean {
    const pane = this.root.dataset.detail ? document.querySelector(this.root.dataset.detail) : null;
    const item = row.dataset.liveItem ?? "";
    return this.onItsWay === item || pane?.querySelector(`[data-shows="${CSS.escape(item)}"]`) != null;
  }

  private async showDetail(row: HTMLElement): Promise<void> {
    const { detailUrl, href } = row.dataset;
    const target = document.querySelector<HTMLElement>(this.root.dataset.detail ?? "\0none");
    this.root.dataset.wasCurrent = "";
    this.shown = this.rows.indexOf(row);
    if (!detailUrl || !target) {
      if (href) location.assign(href);
      return;
    }
    document.body.dataset.pane = "detail";
    this.onItsWay = row.dataset.liveItem;
    try {
      const html = await this.detail(detailUrl);
      if (this.current !== row) return;
      htmx.swap(target, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
      if (href) history.replaceState(history.state, "", href);
      pageChanged();
      this.fetchAhead();
    } catch (error) {
      if (error instanceof RequestFailed) showError(target, error.message, error.loginEnded);
    } finally {
      if (this.onItsWay === row.dataset.liveItem) this.onItsWay = undefined;
    }
  }

  private detail(url: string): Promise<string> {
    const ready = this.ahead.get(url);
    this.ahead.clear();
    this.here.clear();
    return ready ?? fetchHtml(url);
  }

  private fetchAhead(): void {
    const rows = this.rows;
    const url = this.current && rows[rows.indexOf(this.current) + 1]?.dataset.detailUrl;
    if (!url) return;
    const html = fetchHtml(url);
    html.then(() => this.here.add(url), () => this.ahead.delete(url));
    this.ahead.set(url, html);
  }
}

/** How an act goes on that is shown as done before the server has said so. */
export interface Ahead {
  done: () => void;
  back: (reason: string) => void;
}

/** Shows the next task of the list in hand while the act of this form is on its way. */
export function goOn(form: HTMLElement): Ahead | undefined {
  return listInHand()?.goOn(form);
}

async function fetchHtml(url: string): Promise<string> {
  return (await request(url, { headers: { "HX-Request": "true" } })).text();
}

function listInHand(): RowList | undefined {
  return [...lists].filter((list) => list.root.isConnected && isVisible(list.root)).at(-1);
}

export function startRows(): void {
  onEach("[data-rows]", (root) => new RowList(root));
  const group = t("In a list");
  const withList = (act: (list: RowList) => unknown) => () => {
    const list = listInHand();
    if (!list || list.rows.length === 0) return false;
    return act(list) !== false;
  };
  bindKey("j", t("Next row"), group, withList((list) => list.move(1)));
  bindKey("k", t("Previous row"), group, withList((list) => list.move(-1)));
  bindKey("ArrowDown", "", group, (event) => inList(event) && withList((list) => list.move(1))());
  bindKey("ArrowUp", "", group, (event) => inList(event) && withList((list) => list.move(-1))());
  bindKey("o", t("Open the row"), group, withList((list) => list.current && list.open(list.current)));
  bindKey("x", t("Pick the row"), group, withList((list) => list.pick()));
  bindKey("Shift+j", t("Pick downwards"), group, withList((list) => list.extend(1)));
  bindKey("Shift+k", t("Pick upwards"), group, withList((list) => list.extend(-1)));
  bindKey("Escape", t("Back, or clear what is picked"), t("Everywhere"), () => escape());
  document.addEventListener("click", (event) => {
    if (closest(event.target, "[data-bulk-clear]")) listInHand()?.clear();
    if (closest(event.target, "[data-back]")) delete document.body.dataset.pane;
  });
  document.addEventListener("page:changed", () =>
    lists.forEach((list) => {
      if (!list.root.isConnected) return;
      list.cameBack();
      list.keepCurrent();
    }));
  document.addEventListener("undone", (event) => {
    const { items = [], url = "" } = (event as CustomEvent<{ items?: string[]; url?: string } | null>).detail ?? {};
    const list = listInHand();
    const item = items[0];
    if (list?.root.dataset.detail && item) list.awaits(item, url);
    else if (url) location.assign(url);
  });
  document.body.addEventListener("advance", () => listInHand()?.advance()); // the server's HX-Trigger after an act
}

function inList(event: KeyboardEvent): boolean {
  return closest(event.target, "[data-rows]") !== null;
}

function escape(): boolean {
  if (listInHand()?.clear()) return true;
  if (document.body.dataset.pane !== "detail") return false;
  delete document.body.dataset.pane;
  return true;
}
