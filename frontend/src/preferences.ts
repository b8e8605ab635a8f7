/** Theme, density and single-letter keys: changed at once, kept in a cookie, told to the profile where there is one. */
import { all, closest } from "./dom";
import { postJson } from "./http";

const YEAR = 365 * 24 * 3600;
const root = document.documentElement;

function remember(name: string, value: string): void {
  document.cookie = `baton_${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
  const url = document.querySelector<HTMLMetaElement>('meta[name="baton-preferences"]')?.content;
  if (url) postJson(url, { [name]: value }).catch(() => undefined); // the cookie holds it; the profile follows next time
}

function press(attribute: string, value: string): void {
  for (const button of all(`[${attribute}]`)) button.ariaPressed = String(button.getAttribute(attribute) === value);
}

export function setTheme(theme: string): void {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  press("data-set-theme", theme);
  remember("theme", theme);
  document.dispatchEvent(new CustomEvent("theme:changed"));
}

export function setDensity(density: string): void {
  if (density === "auto") delete root.dataset.density;
  else root.dataset.density = density;
  press("data-set-density", density);
  remember("density", density);
}

export function isDark(): boolean {
  return root.dataset.theme === "dark" || (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
}

const keysMeta = (): HTMLMetaElement | null => document.querySelector('meta[name="baton-single-keys"]');

export function singleKeysOn(): boolean {
  return keysMeta()?.content !== "off";
}

function setSingleKeys(on: boolean): void {
  const meta = keysMeta();
  if (meta) meta.content = on ? "on" : "off";
  for (const box of all<HTMLInputElement>("input[data-single-keys]")) box.checked = on;
  remember("keys", on ? "on" : "off");
}

export function startPreferences(): void {
  for (const box of all<HTMLInputElement>("input[data-single-keys]")) box.checked = singleKeysOn();
  document.addEventListener("click", (event) => {
    const theme = closest(event.target, "[data-set-theme]")?.dataset.setTheme;
    const density = closest(event.target, "[data-set-density]")?.dataset.setDensity;
    if (theme) setTheme(theme);
    if (density) setDensity(density);
    if (closest(event.target, "[data-theme-toggle]")) setTheme(isDark() ? "light" : "dark");
  });
  document.addEventListener("change", (event) => {
    const box = closest<HTMLInputElement>(event.target, "input[data-single-keys]");
    if (box) setSingleKeys(box.checked);
  });
}
