/**
 * Long lists: `data-window` on a scrolling listbox whose children are pages (`.rows-page`, `data-number`, `data-more`).
 * Pages come as they get near and leave the document when they are far: at most four stay, with empty space of their
 * height in place of the others. Each page is a live list of its own.
 */
import { all, element, onEach, pageChanged } from "./dom";
import { request } from "./http";

export const MOST_PAGES = 4;
const NEAR_PX = 900;

/** Lets the browser draw and react before the next piece of work. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export class RowWindow {
  private readonly above = element("div", { className: "rows-space" });
  private readonly below = element("div", { className: "rows-space" });
  private readonly heights = new Map<number, number>();
  private busy = false;
  private asked = 0;

  constructor(private readonly root: HTMLElement) {
    root.prepend(this.above);
    root.append(this.below);
    for (const name of ["above", "below"] as const) this[name].setAttribute("role", "presentation");
    document.querySelector<HTMLElement>("[data-window-pages]")?.setAttribute("hidden", "");
    root.addEventListener("scroll", () => this.soon(), { passive: true });
    document.addEventListener("page:changed", () => this.soon());
    this.soon();
  }

  get pages(): HTMLElement[] {
    return all(".rows-page", this.root);
  }

  private soon(): void {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      void this.look();
    });
  }

  private async look(): Promise<void> {
    const pages = this.pages;
    const first = pages[0];
    const last = pages.at(-1);
    if (this.busy || !first || !last || !this.root.isConnected) return;
    const { scrollTop, clientHeight } = this.root;
    const top = this.above.offsetHeight;
    const bottom = this.below.offsetTop - this.root.offsetTop;
    const wanted = this.farAway(scrollTop, clientHeight, top, bottom);
    if (wanted !== undefined) return this.fetch(wanted, "instead");
    const number = Number(first.dataset.number);
    if (scrollTop + clientHeight > bottom - NEAR_PX && last.dataset.more !== undefined) await this.fetch(Number(last.dataset.number) + 1, "after");
    else if (scrollTop < top + NEAR_PX && number > 1) await this.fetch(number - 1, "before");
  }

  /** The page to show when the person has jumped into the space where none is. */
  private farAway(scrollTop: number, height: number, top: number, bottom: number): number | undefined {
    if (scrollTop + height > top && scrollTop < bottom) return undefined;
    let at = 0;
    const known = [...this.heights.keys()].sort((a, b) => a - b);
    for (const number of known) {
      at += this.heights.get(number) ?? 0;
      if (at > scrollTop) return number;
    }
    return known.at(-1);
  }

  private address(number: number): string {
    const known = this.pages[0]?.dataset.liveUrl ?? "";
    const url = new URL(known, location.href);
    url.searchParams.set("page", String(number));
    return url.href;
  }

  private async fetch(number: number, where: "before" | "after" | "instead"): Promise<void> {
    this.busy = true;
    try {
      const answer = await request(this.address(number), { headers: { "HX-Request": "true" } });
      const html = await answer.text();
      await breath();
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector<HTMLElement>(".rows-page");
      if (!fresh || !this.root.isConnected) return;
      await breath();
      this.put(document.importNode(fresh, true), where);
      await breath();
      pageChanged();
      this.busy = false;
      this.soon();
    } catch {
      // the next scroll asks again
    } finally {
      this.busy = false;
    }
  }

  private put(fresh: HTMLElement, where: "before" | "after" | "instead"): void {
    const known = this.heights.has(Number(fresh.dataset.number));
    const pages = this.pages;
    if (where === "instead") for (const page of pages) this.drop(page);
    else if (pages.length >= MOST_PAGES) this.drop(where === "after" ? pages[0]! : pages.at(-1)!);
    if (where === "after") this.below.before(fresh);
    else this.above.after(fresh);
    this.space();
    if (!known && where === "before") this.root.scrollTop += fresh.offsetHeight; // nobody has scrolled past it yet
  }

  private drop(page: HTMLElement): void {
    this.heights.set(Number(page.dataset.number), page.offsetHeight);
    this.root.dispatchEvent(new CustomEvent("rows:away", { detail: all("[data-live-item]", page).map((row) => row.dataset.liveItem) }));
    page.remove();
  }

  private space(): void {
    const pages = this.pages;
    const first = Number(pages[0]?.dataset.number ?? 1);
    const last = Number(pages.at(-1)?.dataset.number ?? 1);
    const sum = (wanted: (number: number) => boolean): number => [...this.heights].reduce((all, [number, height]) => all + (wanted(number) ? height : 0), 0);
    this.above.style.blockSize = `${sum((number) => number < first)}px`;
    this.below.style.blockSize = pages.at(-1)?.dataset.more === undefined ? "0px" : `${sum((number) => number > last)}px`;
  }
}

export function startWindows(): void {
  onEach("[data-window]", (root) => new RowWindow(root));
}
