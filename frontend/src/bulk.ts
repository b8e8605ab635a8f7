/**
 * Acts on the picked rows of a list: `data-bulk-run="<url>"` on a button of the bulk bar or on the form of a dialog, with
 * `data-bulk-for="<list id>"`. Rows say what can be done with them unopened (`data-many`) and their kind (`data-kind`):
 * a button `data-bulk-only="complete"` is there when all picked rows are of one kind that can. Some are sent at a time,
 * so that the bar shows how far it is; what was refused is listed and stays picked.
 */
import { all, announce, closest, element } from "./dom";
import { RequestFailed, postJson } from "./http";
import { t } from "./i18n";
import { markLeaving, markStaying, refreshAll } from "./live";
import { showToast } from "./toasts";

interface Result {
  item: string;
  done: boolean;
  title: string;
  said: string;
}

interface Answer {
  results: Result[];
  /** Names the parts of one act to the server, so that they are undone together. */
  batch: string;
  undo_url?: string;
  seconds?: number;
}

const AT_ONCE = 5;
const MOST = 100;
const running = new Set<string>();

const barOf = (list: string): HTMLElement | null => document.querySelector(`[data-bulkbar="${CSS.escape(list)}"]`);
const rowsOf = (list: string): HTMLElement[] => all(`#${CSS.escape(list)} [data-live-item][aria-selected="true"]:not([data-gone])`);

/** The one kind of all picked rows; empty when they are of several. */
function kindOf(rows: HTMLElement[]): string {
  const kinds = new Set(rows.map((row) => row.dataset.kind ?? ""));
  return kinds.size === 1 ? ([...kinds][0] ?? "") : "";
}

/** Buttons for what all picked rows allow. */
export function offer(bar: HTMLElement, rows: HTMLElement[]): void {
  const alike = kindOf(rows) !== "";
  for (const button of all("[data-bulk-only]", bar)) {
    button.hidden = !alike || !rows.every((row) => row.dataset.many === button.dataset.bulkOnly);
  }
}

/** Sends it for these rows of a list, some at a time, and says what came of it. */
export async function run(url: string, list: string, items: string[], more: Record<string, unknown>): Promise<void> {
  if (items.length === 0 || running.has(list)) return;
  running.add(list);
  const bar = barOf(list);
  const results: Result[] = [];
  let batch = "";
  let undo: Pick<Answer, "undo_url" | "seconds"> = {};
  let broken = "";
  try {
    for (let at = 0; at < items.length && !broken; at += AT_ONCE) {
      show(bar, results.length, items.length);
      const part = items.slice(at, at + AT_ONCE);
      try {
        const answer = (await postJson(url, { ...more, items: part, batch })) as Answer;
        batch = answer.batch;
        results.push(...answer.results);
        if (answer.undo_url) undo = { undo_url: answer.undo_url, ...(answer.seconds ? { seconds: answer.seconds } : {}) };
        const done = answer.results.filter((result) => result.done).map((result) => result.item);
        done.forEach(markLeaving);
        document.getElementById(list)?.dispatchEvent(new CustomEvent("rows:unpick", { detail: done }));
      } catch (error) {
        broken = error instanceof RequestFailed ? error.message : t("The server did not accept this. Check what you entered.");
      }
    }
  } finally {
    running.delete(list);
    show(bar, 0, 0);
    finished(list, results, broken, undo);
  }
}

function show(bar: HTMLElement | null, done: number, of: number): void {
  const place = bar?.querySelector<HTMLProgressElement>("[data-bulk-progress]");
  for (const button of all<HTMLButtonElement>("button", bar ?? document.createElement("div"))) button.disabled = of > 0;
  if (!place) return;
  place.hidden = of === 0;
  place.max = of || 1;
  place.value = done;
  const count = bar?.querySelector("[data-bulk-count]");
  if (count && of > 0) count.textContent = t("{n} of {m}", { n: done, m: of });
}

function finished(list: string, results: Result[], broken: string, undo: Pick<Answer, "undo_url" | "seconds">): void {
  const done = results.filter((result) => result.done);
  const refused = results.filter((result) => !result.done);
  for (const { item } of refused) markStaying(item);
  if (done.length > 0) showToast({ text: t("{n} done", { n: done.length }), ...undo });
  listRefused(list, refused, broken);
  refreshAll();
  document.dispatchEvent(new CustomEvent("page:changed"));
}

function listRefused(list: string, refused: Result[], broken: string): void {
  const place = document.querySelector<HTMLElement>(`[data-bulk-failed="${CSS.escape(list)}"]`);
  if (!place) return;
  const lines = [...(broken ? [broken] : []), ...refused.map(({ title, said }) => (title ? `${title}: ${said}` : said))];
  place.hidden = lines.length === 0;
  const close = element("button", { type: "button", className: "btn btn-ghost", textContent: t("Close") });
  close.addEventListener("click", () => (place.hidden = true));
  const head = element("b", {}, refused.length > 0 ? t("{n} not done, still selected", { n: refused.length }) : t("Not everything was sent"));
  place.replaceChildren(head, element("ul", {}, ...lines.map((line) => element("li", {}, line))), close);
  if (lines.length > 0) announce(head.textContent ?? "");
}

/** What the bar was told is picked, also where it was scrolled away. */
function pickedIds(list: string): string[] {
  return all<HTMLInputElement>("input[name=items]", barOf(list) ?? document.createElement("div")).map((input) => input.value).slice(0, MOST);
}

export function startBulk(): void {
  document.addEventListener("picks-changed", (event) => {
    const bar = event.target as HTMLElement;
    offer(bar, rowsOf(bar.dataset.bulkbar ?? ""));
  });
  document.addEventListener("click", (event) => {
    const button = closest<HTMLButtonElement>(event.target, "button[data-bulk-run]");
    if (!button) return;
    const list = button.dataset.bulkFor ?? "";
    void run(button.dataset.bulkRun ?? "", list, pickedIds(list), { like: kindOf(rowsOf(list)) });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.bulkRun === undefined) return;
    event.preventDefault();
    const data = new FormData(form);
    const chosen = Object.fromEntries([...data].filter(([name]) => name !== "items" && name !== "csrfmiddlewaretoken"));
    const items = data.getAll("items").map(String);
    form.closest("dialog")?.close();
    void run(form.dataset.bulkRun, form.dataset.bulkFor ?? "", items, { ...chosen, like: form.dataset.bulkLike ?? "" });
  });
}
