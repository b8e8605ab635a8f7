/** The one entry of every page; diagrams and forms come as chunks of their own, only where a page has one. */
import "./css/app.css";
import { startBoards } from "./board";
import { startBulk } from "./bulk";
import { startComboboxes } from "./combobox";
import { startDevices } from "./devices";
import { startDialogs } from "./dialogs";
import { onEach, whenSeen } from "./dom";
import { startDrafts } from "./drafts";
import { startFiles } from "./files";
import { startHolding } from "./holding";
import { startHtmx } from "./htmx-setup";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startMentions } from "./mentions";
import { startMenus } from "./menus";
import { startPalette } from "./palette";
import { startPeople } from "./people";
import { startPhrases } from "./phrases";
import { startPreferences } from "./preferences";
import { startQueryLines } from "./queryline";
import { startRows } from "./rows";
import { startTabs } from "./tabs";
import { startToasts } from "./toasts";
import { startWindows } from "./window";

function start(): void {
  startPreferences();
  startHtmx();
  startDialogs();
  startMenus();
  startTabs();
  startFiles();
  startToasts();
  startComboboxes();
  startPeople();
  startMentions();
  startPhrases();
  startHolding();
  startDrafts();
  startRows();
  startBulk();
  startBoards();
  startWindows();
  startQueryLines();
  startPalette();
  startKeys();
  startLive();
  startWorker();
  startDevices();
  onEach("[data-diagram]", (place) => whenSeen(place, () => void import("./diagram").then((module) => module.showDiagram(place))));
  // whoever has a list of tasks will open one: the form's chunk is there before
  if (document.querySelector("[data-rows][data-detail]")) setTimeout(() => requestIdleCallback?.(() => void import("./form")), 1500);
  onEach("[data-form-viewer]", (place) => void import("./form").then((module) => module.showForm(place)));
}

/** One worker per language, so that the offline page it keeps speaks the reader's. */
function startWorker(): void {
  const url = document.querySelector<HTMLMetaElement>('meta[name="baton-worker"]')?.content;
  if (!url || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(`${url}?lang=${document.documentElement.lang}`).catch(() => undefined); // only the offline page and news on this device are lost
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
