/** Naming people while writing: after "@" in a text with `data-mentions="<search address>"` the people found are offered. */
import { announce, closest, element, onEach } from "./dom";
import { face, type Result } from "./combobox";
import { getJson } from "./http";
import { t } from "./i18n";
import { isComposing } from "./keymap";
import { Listbox } from "./listbox";

const WAIT_MS = 160;
const NAMING = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}._-]{1,30})$/u;

/** What is being named just before the caret; nothing when no name has begun there. */
export function namedBefore(text: string): string | undefined {
  return NAMING.exec(text)?.[1];
}

class Mentions {
  private readonly list: HTMLElement;
  private readonly options: Listbox;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pending: AbortController | undefined;

  constructor(private readonly text: HTMLTextAreaElement) {
    this.list = element("div", { className: "menu mention-list", role: "listbox", ariaLabel: t("People"), hidden: true });
    this.list.id = `${text.id}-people`;
    text.after(this.list);
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", this.list.id);
    this.options = new Listbox(text, this.list);
    text.addEventListener("input", () => this.look());
    text.addEventListener("keydown", (event) => this.key(event), true);
    text.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the text
    this.list.addEventListener("click", (event) => this.choose(closest(event.target, '[role="option"]')));
  }

  private get asked(): string | undefined {
    return namedBefore(this.text.value.slice(0, this.text.selectionStart));
  }

  private look(): void {
    clearTimeout(this.timer);
    if (this.asked === undefined) return this.close();
    this.timer = setTimeout(() => void this.fetch(), WAIT_MS);
  }

  private async fetch(): Promise<void> {
    const asked = this.asked;
    if (asked === undefined) return;
    this.pending?.abort();
    this.pending = new AbortController();
    const url = new URL(this.text.dataset.mentions ?? "", location.href);
    url.searchParams.set("q", asked);
    try {
      const { results } = await getJson<{ results: (Result & { username?: string })[] }>(url.href, this.pending.signal);
      if (this.asked === asked) this.show(results);
    } catch {
      this.close(); // without help the name can still be typed
    }
  }

  private show(results: (Result & { username?: string })[]): void {
    const found = results.filter((result) => result.username);
    if (found.length === 0) return this.close();
    this.list.replaceChildren(...found.map((result) => {
      const option = element("div", { className: "menu-item", role: "option", ariaSelected: "false" });
      option.dataset.username = result.username;
      option.append(face(result), element("span", { className: "truncate" }, result.label), element("span", { className: "hint" }, `@${result.username}`));
      return option;
    }));
    this.list.hidden = false;
    this.options.reset(true);
    announce(t("{n} results", { n: found.length }));
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden || isComposing(event) || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.options.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.options.current ?? null);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(option: HTMLElement | null): void {
    const asked = this.asked;
    const username = option?.dataset.username;
    if (asked !== undefined && username) {
      const end = this.text.selectionStart;
      this.text.setRangeText(`${username} `, end - asked.length, end, "end");
      this.text.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.pending?.abort();
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}

export function startMentions(): void {
  onEach<HTMLTextAreaElement>("[data-mentions]", (text) => new Mentions(text));
}
