/** Menus hung on a button (`data-menu="id"`) and tooltips (`data-tip`), with the keys both need. */
import { all, closest, element, place } from "./dom";
import { printedKeys } from "./keymap";

function items(menu: HTMLElement): HTMLElement[] {
  return all(".menu-item", menu).filter((item) => item.getClientRects().length > 0);
}

function toggle(button: HTMLElement, menu: HTMLElement): void {
  if (menu.matches(":popover-open")) {
    menu.hidePopover();
    return;
  }
  menu.showPopover();
  place(menu, button, button.getBoundingClientRect().left > innerWidth / 2 ? "end" : "start");
  button.ariaExpanded = "true";
  items(menu)[0]?.focus();
  menu.addEventListener("toggle", () => {
    button.ariaExpanded = "false";
    if (menu.contains(document.activeElement) || document.activeElement === document.body) button.focus();
  }, { once: true });
}

function moveInMenu(event: KeyboardEvent, menu: HTMLElement): void {
  const list = items(menu);
  const at = list.indexOf(document.activeElement as HTMLElement);
  const next: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const step = next[event.key];
  if (step !== undefined) {
    event.preventDefault();
    list.at(step >= list.length ? 0 : step)?.focus();
  } else if (/^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase();
    const found = [...list.slice(at + 1), ...list].find((item) => item.textContent?.trim().toLowerCase().startsWith(letter));
    found?.focus();
    event.preventDefault();
  }
}

function startTooltips(): void {
  const tooltip = element("div", { className: "tooltip", role: "tooltip" });
  tooltip.popover = "manual";
  document.body.append(tooltip);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => {
    clearTimeout(timer);
    if (tooltip.matches(":popover-open")) tooltip.hidePopover();
  };
  const show = (event: Event): void => {
    hide();
    const target = closest(event.target, "[data-tip]");
    if (!target) return;
    timer = setTimeout(() => {
      if (!target.isConnected) return;
      const keys = target.dataset.key ? printedKeys(target.dataset.key).map((key) => element("kbd", { className: "kbd" }, key)) : [];
      tooltip.replaceChildren(target.dataset.tip ?? "", ...keys);
      tooltip.showPopover();
      place(tooltip, target, "middle");
    }, 400);
  };
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("mousedown", hide);
  document.addEventListener("keydown", hide);
}

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    const button = closest(event.target, "[data-menu]");
    const menu = button && document.getElementById(button.dataset.menu ?? "");
    if (button && menu) toggle(button, menu);
    else if (closest(event.target, ".menu-item")) closest(event.target, ".menu[popover]")?.hidePopover();
  });
  document.addEventListener("keydown", (event) => {
    const menu = closest(event.target, ".menu[popover]");
    if (menu) moveInMenu(event, menu);
  });
  startTooltips();
}
