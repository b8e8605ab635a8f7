/**
 * The filter line (`data-query-line`): offers what may follow the word being typed, removes the last filter with
 * Backspace, and goes through the lines asked before with up and down. `data-query-insert` adds a filter by mouse.
 * Answers of `data-complete-url?q=`: {"results": [{insert, label, hint, done}]}.
 */
import { all, announce, closest, element, onEach } from "./dom";
import { getJson } from "./http";
import { t } from "./i18n";
import { isComposing } from "./keymap";
import { Listbox } from "./listbox";

interface Offer {
  insert: string;
  label: string;
  hint: string;
  done: boolean;
}

const WAIT_MS = 120;
const KEPT = 20;
const KEPT_AS = "baton.inbox.filters";

/** Where the word that is being typed begins: after the last space that is not between quotes. */
export function wordStart(text: string): number {
  let quoted = false;
  let start = 0;
  [...text].forEach((letter, at) => {
    if (letter === '"' || letter === "“" || letter === "”") quoted = !quoted;
    else if (!quoted && /\s/.test(letter)) start = at + 1;
  });
  return start;
}

/** The lines asked before, newest first; the one at hand is moved to the front. */
export function remembered(lines: string[], line: string): string[] {
  return line ? [line, ...lines.filter((each) => each !== line)].slice(0, KEPT) : lines;
}

function kept(): string[] {
  try {
    const lines: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "[]");
    return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
  } catch {
    return [];
  }
}

export class QueryLine {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly options: Listbox;
  private readonly offers = new WeakMap<Element, Offer>();
  private readonly lines: string[];
  private at = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pending: AbortController | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.input = form.querySelector<HTMLInputElement>('[role="combobox"]')!;
    this.list = form.querySelector<HTMLElement>('[role="listbox"]')!;
    this.options = new Listbox(this.input, this.list);
    this.lines = remembered(kept(), form.dataset.line ?? "");
    this.remember();
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the field
    this.list.addEventListener("click", (event) => this.choose(closest(event.target, '[role="option"]')));
  }

  private remember(): void {
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify(this.lines));
    } catch {
      // a full or forbidden storage only costs the history
    }
  }

  /** Adds the beginning of a filter, such as `due:`, and offers its values. */
  insert(text: string): void {
    const before = this.input.value.trim();
    this.input.value = before ? `${before} ${text}` : text;
    this.input.focus();
    void this.ask();
  }

  private key(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (open && this.options.options.length > 0) this.options.move(step);
      else this.recall(-step);
    } else if (event.key === "Enter" && open && this.options.current) {
      event.preventDefault();
      this.choose(this.options.current);
    } else if (event.key === "Tab" && open && this.options.current && !event.shiftKey) {
      event.preventDefault();
      this.choose(this.options.current);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.input.value === "") {
      all<HTMLAnchorElement>("[data-chip]", this.form).at(-1)?.click();
    }
  }

  /** Older with up, newer with down; a recalled line takes the place of the filters in force. */
  private recall(step: number): void {
    const at = Math.max(-1, Math.min(this.lines.length - 1, this.at + step));
    if (at === this.at) return;
    this.at = at;
    this.input.value = this.lines[at] ?? "";
    const line = this.form.querySelector<HTMLInputElement>('input[name="q"]');
    if (line) line.disabled = at >= 0;
  }

  private search(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    this.pending?.abort();
    this.pending = new AbortController();
    const url = new URL(this.form.dataset.completeUrl ?? "", location.href);
    url.searchParams.set("q", this.input.value.slice(wordStart(this.input.value)));
    try {
      const { results } = await getJson<{ results: Offer[] }>(url.href, this.pending.signal);
      this.show(results);
    } catch {
      this.close(); // typing goes on without offers
    }
  }

  private show(offers: Offer[]): void {
    this.list.replaceChildren(...offers.map((offer) => this.option(offer)));
    this.list.hidden = offers.length === 0;
    this.input.ariaExpanded = String(offers.length > 0);
    this.options.reset(false);
    if (offers.length > 0) announce(t("{n} results", { n: offers.length }));
  }

  private option(offer: Offer): HTMLElement {
    const option = element("div", { className: "menu-item", role: "option", ariaSelected: "false" });
    option.append(element("span", { className: "truncate" }, offer.label));
    if (offer.hint) option.append(element("span", { className: "hint" }, offer.hint));
    this.offers.set(option, offer);
    return option;
  }

  /** A whole filter takes effect at once; the name of one goes on with its values. */
  private choose(option: Element | null): void {
    const offer = option && this.offers.get(option);
    if (!offer) return;
    this.input.value = this.input.value.slice(0, wordStart(this.input.value)) + offer.insert;
    if (offer.done) this.form.requestSubmit();
    else void this.ask();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.pending?.abort();
    this.list.hidden = true;
    this.input.ariaExpanded = "false";
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function startQueryLines(): void {
  const lines = new WeakMap<Element, QueryLine>();
  onEach<HTMLFormElement>("[data-query-line]", (form) => lines.set(form, new QueryLine(form)));
  document.addEventListener("click", (event) => {
    const button = closest(event.target, "[data-query-insert]");
    const form = button && document.querySelector("[data-query-line]");
    // after the menu has closed and given the focus back to its button
    if (button && form) setTimeout(() => lines.get(form)?.insert(button.dataset.queryInsert ?? ""));
  });
}
