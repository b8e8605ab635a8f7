/**
 * The keyboard layer: buttons and links with `data-key` are pressed, fields with `data-focus-key` focused,
 * rail links with `data-go` followed ("g i"); modules bind the rest. The help sheet is made from the same list.
 */
import { all, element, isVisible } from "./dom";
import { t } from "./i18n";
import { isCharacter, isComposing, keyName, printedKeys, Sequencer } from "./keymap";
import { singleKeysOn } from "./preferences";

interface Binding {
  keys: string;
  label: string;
  group: string;
  run: (event: KeyboardEvent) => boolean | void;
}

const bindings: Binding[] = [];

/** Adds a key; `run` returns false when it did not want the key after all. */
export function bindKey(keys: string, label: string, group: string, run: Binding["run"]): void {
  bindings.push({ keys, label, group, run });
}

function topDialog(): ParentNode {
  return all<HTMLDialogElement>("dialog[open]").filter((dialog) => dialog.matches(":modal")).at(-1) ?? document;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !["checkbox", "radio", "button", "submit", "file", "range"].includes((target as HTMLInputElement).type);
}

/** An entry of a closed menu can be pressed by its key as long as the button that opens the menu is in sight. */
function inMenuInSight(target: HTMLElement): boolean {
  const menu = target.closest(".menu[popover]");
  return menu !== null && all(`[data-menu="${CSS.escape(menu.id)}"]`).some(isVisible);
}

function usable(target: HTMLElement): boolean {
  return (isVisible(target) || inMenuInSight(target)) && !target.matches(":disabled, [aria-disabled='true']");
}

function pressElement(name: string): boolean {
  const root = topDialog();
  const quoted = CSS.escape(name);
  const target = all(`[data-key~="${quoted}"]`, root).filter(usable).at(-1); // "e Ctrl+Enter" answers to both
  if (target) {
    // an act is on its way and the next task is here: the same key pressed twice must not act on that one, too
    if (target.dataset.submitsForm === undefined || document.body.dataset.acting === undefined) target.click();
    return true;
  }
  const field = all(`[data-focus-key="${quoted}"]`, root).filter(usable).at(0);
  field?.focus();
  return field !== undefined;
}

function go(name: string): boolean {
  const link = name.startsWith("g ") ? document.querySelector<HTMLAnchorElement>(`[data-go="${CSS.escape(name.slice(2))}"]`) : null;
  link?.click();
  return link !== null;
}

function run(name: string, event: KeyboardEvent): boolean {
  const modal = topDialog() !== document;
  if (pressElement(name)) return true;
  if (modal && isCharacter(name)) return false;
  if (name === "Escape" && (modal || isTyping(event.target) || document.querySelector("[popover='auto']:popover-open, [popover='']:popover-open"))) return false;
  if (go(name)) return true;
  return bindings.some((binding) => binding.keys === name && binding.run(event) !== false);
}

export function startKeys(): void {
  const sequencer = new Sequencer(() => new Set(bindings.filter((b) => b.keys.includes(" ")).map((b) => b.keys.split(" ")[0] ?? "").concat("g")));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isComposing(event)) return;
    const name = keyName(event);
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    if (isCharacter(name) && (isTyping(event.target) || !singleKeysOn())) return;
    if (name === "Enter" || name === "Tab") return;
    const keys = isTyping(event.target) ? name : sequencer.press(name, performance.now());
    if (keys !== undefined && run(keys, event)) event.preventDefault();
  });
  bindKey("?", t("Show this list"), t("Everywhere"), () => openSheet());
  document.getElementById("keys-sheet")?.addEventListener("opened", fillSheet);
}

function openSheet(): void {
  const sheet = document.getElementById("keys-sheet") as HTMLDialogElement | null;
  if (!sheet || sheet.open) return;
  fillSheet();
  sheet.showModal();
}

function listed(): Map<string, Map<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  const add = (group: string, keys: string, label: string): void => {
    const list = groups.get(group) ?? new Map<string, string>();
    groups.set(group, list);
    if (label) list.set(keys, label);
  };
  for (const target of all("[data-key], [data-focus-key]")) {
    if (target.closest("dialog, template, [popover]:not(.menu)") || !usable(target)) continue;
    add(t("On this page"), target.dataset.key ?? target.dataset.focusKey ?? "", labelOf(target));
  }
  for (const binding of bindings) add(binding.group, binding.keys, binding.label);
  for (const link of all("[data-go]")) add(t("Go to"), `g ${link.dataset.go ?? ""}`, labelOf(link.querySelector("span") ?? link));
  return groups;
}

/** The visible words of a control without its key and count. */
export function labelOf(target: HTMLElement): string {
  if (target.ariaLabel) return target.ariaLabel;
  const copy = target.cloneNode(true) as HTMLElement;
  for (const part of all(".kbd, .badge, svg", copy)) part.remove();
  return copy.textContent?.replace(/\s+/g, " ").trim() || target.getAttribute("placeholder") || "";
}

function fillSheet(): void {
  const place = document.querySelector("[data-keys-sheet]");
  place?.replaceChildren(
    ...[...listed()].filter(([, list]) => list.size > 0).map(([group, list]) => {
      const rows = [...list].flatMap(([keys, label]) => [
        element("dt", {}, label),
        element("dd", {}, ...printedKeys(keys).map((key) => element("kbd", { className: "kbd" }, key))),
      ]);
      return element("section", {}, element("h3", {}, group), element("dl", {}, ...rows));
    }),
  );
}
