/** Tabs: panels of the page are switched here, tabs with links only get their arrows and their mark. */
import { all, closest } from "./dom";

export function selectTab(tab: HTMLElement): void {
  const list = tab.closest<HTMLElement>('[role="tablist"]');
  if (!list) return;
  for (const other of all('[role="tab"]', list)) {
    const chosen = other === tab;
    other.ariaSelected = String(chosen);
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !chosen;
  }
  const panelId = tab.getAttribute("aria-controls");
  if (list.dataset.urlParam && panelId) {
    const url = new URL(location.href);
    url.searchParams.set(list.dataset.urlParam, panelId);
    history.replaceState(history.state, "", url);
  }
  tab.dispatchEvent(new CustomEvent("tab:shown", { bubbles: true, detail: { panel: panelId } }));
}

export function startTabs(): void {
  document.addEventListener("click", (event) => {
    const tab = closest(event.target, '[role="tab"]');
    if (tab) selectTab(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = closest(event.target, '[role="tab"]');
    if (!tab) return;
    const list = all('[role="tab"]', tab.closest('[role="tablist"]')!);
    const at = list.indexOf(tab);
    const place = { ArrowRight: (at + 1) % list.length, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (place === undefined) return;
    const next = list.at(place);
    next?.focus();
    if (next?.hasAttribute("aria-controls")) selectTab(next);
    event.preventDefault();
  });
}
