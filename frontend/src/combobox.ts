/** Search for one person or record: type, see who there is, choose. The chosen id is in the hidden field beside it. */
import { announce, closest, element, onEach } from "./dom";
import { getJson, RequestFailed } from "./http";
import { t } from "./i18n";
import { isComposing } from "./keymap";
import { Listbox } from "./listbox";

export interface Result {
  id: string | number;
  label: string;
  hint?: string;
  initials?: string;
  tone?: number;
  kind?: string;
  disabled?: boolean;
}

const WAIT_MS = 160;

export class Combobox {
  private readonly hidden: HTMLInputElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly options: Listbox;
  private chosenText: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pending: AbortController | undefined;
  private chosenAhead = false; // Enter came before the answer: its first option is chosen when it is there

  constructor(private readonly root: HTMLElement) {
    this.hidden = root.querySelector<HTMLInputElement>('input[type="hidden"]')!;
    this.input = root.querySelector<HTMLInputElement>('[role="combobox"]')!;
    this.list = root.querySelector<HTMLElement>('[role="listbox"]')!;
    this.options = new Listbox(this.input, this.list);
    this.chosenText = this.input.value;
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.list.hidden && this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the field
    this.list.addEventListener("click", (event) => this.choose(closest(event.target, '[role="option"]')));
  }

  private key(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.options.move(event.key === "ArrowDown" ? 1 : -1);
      else this.search();
    } else if (event.key === "Enter" && this.isSearching && this.asked !== "") {
      event.preventDefault();
      this.chosenAhead = true;
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      this.choose(this.options.current ?? null);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.restore();
    } else if (event.key === "Tab" && open && !this.isSearching && this.options.current) this.choose(this.options.current);
  }

  /** What is typed beside the choice; everyone is asked for when nothing is. */
  private get asked(): string {
    return this.input.value === this.chosenText ? "" : this.input.value.trim();
  }

  /** The options that stand there, if any, answer an earlier question. */
  private get isSearching(): boolean {
    return this.timer !== undefined || this.pending !== undefined;
  }

  /** Asks the server after a short pause; only the last question counts. */
  search(): void {
    this.forget();
    this.timer = setTimeout(() => void this.fetch(), WAIT_MS);
  }

  /** No question is open any more, and nothing is chosen ahead. */
  private forget(): void {
    clearTimeout(this.timer);
    this.pending?.abort();
    this.timer = this.pending = undefined;
    this.chosenAhead = false;
  }

  private async fetch(): Promise<void> {
    const asking = new AbortController();
    this.timer = undefined;
    this.pending = asking;
    const url = new URL(this.root.dataset.url ?? "", location.href);
    url.searchParams.set("q", this.asked);
    try {
      const { results } = await getJson<{ results: Result[] }>(url.href, asking.signal);
      if (this.pending === asking) this.show(results);
    } catch (error) {
      if (this.pending !== asking) return;
      this.forget();
      if (!(error instanceof RequestFailed)) throw error;
      this.message(error.message);
    }
  }

  private show(results: Result[]): void {
    const ahead = this.chosenAhead;
    this.forget();
    if (results.length === 0) return this.message(t("Nothing found"));
    this.list.replaceChildren(...results.map((result) => this.option(result)));
    this.open();
    this.options.reset(true);
    announce(t("{n} results", { n: results.length }));
    if (ahead) this.choose(this.options.current ?? null);
  }

  private message(text: string): void {
    this.list.replaceChildren(element("div", { className: "menu-empty" }, text));
    this.open();
    this.options.reset(false);
    announce(text);
  }

  private option(result: Result): HTMLElement {
    const option = element("div", { className: "menu-item", role: "option", ariaSelected: "false" });
    option.dataset.id = String(result.id);
    option.dataset.label = result.label;
    if (result.disabled) option.ariaDisabled = "true";
    if (result.initials) option.append(face(result));
    option.append(element("span", { className: "truncate" }, result.label));
    if (result.hint) option.append(element("span", { className: "hint" }, result.hint));
    return option;
  }

  private choose(option: HTMLElement | null): void {
    if (!option || option.ariaDisabled === "true") return;
    this.set(option.dataset.id ?? "", option.dataset.label ?? "");
    this.close();
    this.root.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: { id: this.hidden.value, label: this.chosenText } }));
  }

  private set(id: string, text: string): void {
    this.input.value = this.chosenText = text;
    if (this.hidden.value === id) return;
    this.hidden.value = id;
    this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Leaving with an empty field clears the choice, leaving with other text goes back to the choice. */
  private leave(): void {
    if (this.input.value.trim() === "") this.set("", "");
    this.restore();
  }

  private restore(): void {
    this.input.value = this.chosenText;
    this.close();
  }

  private open(): void {
    this.list.hidden = false;
    this.input.ariaExpanded = "true";
  }

  private close(): void {
    this.forget();
    this.list.hidden = true;
    this.input.ariaExpanded = "false";
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function face(result: Pick<Result, "initials" | "tone" | "kind">): HTMLElement {
  const made = element("span", { className: "avatar", ariaHidden: "true" }, result.initials ?? "");
  if (result.tone) made.dataset.tone = String(result.tone);
  if (result.kind) made.dataset.kind = result.kind;
  return made;
}

export function startComboboxes(): void {
  onEach("[data-combobox]", (root) => new Combobox(root));
}
