/**
 * Ctrl+K: everything that can be done here, places to go, and what the server finds.
 * Server answer: {"groups": [{"label", "items": [{"label", "url", "icon_html"?, "hint"?, "initials"?, "tone"?}]}]}.
 */
import { all, announce, closest, element, isVisible } from "./dom";
import { openDialog } from "./dialogs";
import { face } from "./combobox";
import { getJson } from "./http";
import { t } from "./i18n";
import { isComposing, printedKeys } from "./keymap";
import { bindKey, labelOf } from "./keys";
import { Listbox } from "./listbox";

interface Item {
  label: string;
  hint?: string;
  keys?: string;
  url?: string;
  run?: () => void;
  initials?: string;
  tone?: number;
}

interface Group {
  label: string;
  items: Item[];
}

const WAIT_MS = 140;

class Palette {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly options: Listbox;
  private local: Group[] = [];
  private found: Group[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pending: AbortController | undefined;
  private readonly runs = new WeakMap<Element, Item>();

  constructor(private readonly dialog: HTMLDialogElement) {
    this.input = dialog.querySelector("input")!;
    this.list = dialog.querySelector('[role="listbox"]')!;
    this.options = new Listbox(this.input, this.list);
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.choose(closest(event.target, '[role="option"]')));
    this.list.addEventListener("mousemove", (event) => {
      const at = this.options.indexOf(closest(event.target, '[role="option"]'));
      if (at >= 0) this.options.activate(at);
    });
    dialog.addEventListener("opened", () => this.opened());
  }

  private opened(): void {
    this.local = [{ label: t("On this page"), items: commandsOfPage() }, { label: t("Go to"), items: placesToGo() }];
    this.found = [];
    this.input.value = "";
    this.draw();
    this.input.focus();
  }

  private search(): void {
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    const { url } = this.dialog.dataset;
    const words = this.input.value.trim();
    this.pending?.abort();
    if (!url || words.length === 0) {
      this.found = [];
      return this.draw();
    }
    this.pending = new AbortController();
    try {
      const address = new URL(url, location.href);
      address.searchParams.set("q", words);
      this.found = (await getJson<{ groups: Group[] }>(address.href, this.pending.signal)).groups;
      this.draw();
    } catch {
      // local commands stay usable without the server
    }
  }

  private draw(): void {
    const words = this.input.value.trim().toLowerCase();
    const local = this.local.map((group) => ({ ...group, items: group.items.filter((item) => matches(item.label, words)) }));
    const groups = [...local, ...this.found, ...this.everything(words)].filter((group) => group.items.length > 0);
    this.list.replaceChildren(...groups.flatMap((group) => [heading(group.label), ...group.items.map((item) => this.option(item))]));
    this.options.reset(true);
    if (groups.length === 0) this.list.append(element("div", { className: "menu-empty" }, t("Nothing found")));
    announce(t("{n} results", { n: this.options.options.length }));
  }

  private everything(words: string): Group[] {
    const { searchUrl } = this.dialog.dataset;
    if (!searchUrl || !words) return [];
    const url = `${searchUrl}?q=${encodeURIComponent(this.input.value.trim())}`;
    return [{ label: t("Search"), items: [{ label: t("Search everything for “{words}”", { words: this.input.value.trim() }), url }] }];
  }

  private option(item: Item): HTMLElement {
    const option = element("div", { className: "menu-item" });
    option.setAttribute("role", "option");
    if (item.initials) option.append(face(item));
    option.append(element("span", { className: "truncate" }, item.label));
    if (item.keys) option.append(element("span", { className: "hint" }, ...printedKeys(item.keys).map((key) => element("kbd", { className: "kbd" }, key))));
    else if (item.hint) option.append(element("span", { className: "hint" }, item.hint));
    this.runs.set(option, item);
    return option;
  }

  private key(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) this.options.move(step);
    else if (event.key === "Enter") this.choose(this.options.current ?? null);
    else return;
    event.preventDefault();
  }

  private choose(option: Element | null): void {
    const item = option && this.runs.get(option);
    if (!item) return;
    this.dialog.close();
    if (item.url) location.assign(item.url);
    else item.run?.();
  }
}

/** Every word typed must occur in the label. */
export function matches(label: string, words: string): boolean {
  const text = label.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

function heading(label: string): HTMLElement {
  const made = element("div", { className: "section-label" }, label);
  made.setAttribute("role", "presentation");
  return made;
}

function commandsOfPage(): Item[] {
  const targets = all("[data-key], [data-command]").filter((target) => isVisible(target) && !target.closest("dialog") && !target.matches(":disabled"));
  return targets.map((target) => ({ label: target.dataset.command || labelOf(target), keys: target.dataset.key ?? "", run: () => target.click() }));
}

function placesToGo(): Item[] {
  return all<HTMLAnchorElement>(".app-rail a").map((link) => ({
    label: labelOf(link.querySelector("span") ?? link),
    url: link.href,
    keys: link.dataset.go ? `g ${link.dataset.go}` : "",
  }));
}

export function startPalette(): void {
  const dialog = document.getElementById("palette") as HTMLDialogElement | null;
  if (!dialog) return;
  new Palette(dialog);
  bindKey("Ctrl+k", t("Search or do anything"), t("Everywhere"), () => openDialog(dialog));
}
