/**
 * Rows dragged onto people: `data-board="<list id>"` with `data-board-run="<url>"`; inside it places `data-drop-person="<id>"`
 * with `data-drop-name`. What is dragged goes there; of picked rows all go. The same is done from the keyboard by the bulk bar.
 */
import { run } from "./bulk";
import { all, closest } from "./dom";

const MOVED = "application/x-baton-tasks";

function draggedWith(row: HTMLElement, list: string): string[] {
  const picked = all<HTMLInputElement>(`[data-bulkbar="${CSS.escape(list)}"] input[name=items]`).map((input) => input.value);
  const item = row.dataset.liveItem ?? "";
  return picked.includes(item) ? picked : [item];
}

function over(event: DragEvent): HTMLElement | null {
  return event.dataTransfer?.types.includes(MOVED) ? closest<HTMLElement>(event.target, "[data-drop-person]") : null;
}

function mark(place: HTMLElement | null): void {
  for (const other of all("[data-drop-person][data-over]")) if (other !== place) delete other.dataset.over;
  if (place) place.dataset.over = "";
}

export function startBoards(): void {
  // rows come and go: they are made draggable when somebody is about to drag one
  document.addEventListener("pointerdown", (event) => {
    const row = closest<HTMLElement>(event.target, "[data-board] [data-live-item]");
    if (row && event.pointerType === "mouse") row.draggable = true;
  });
  document.addEventListener("dragstart", (event) => {
    const row = closest<HTMLElement>(event.target, "[data-board] [data-live-item]");
    const board = row?.closest<HTMLElement>("[data-board]");
    if (!row || !board || !event.dataTransfer) return;
    event.dataTransfer.setData(MOVED, JSON.stringify(draggedWith(row, board.dataset.board ?? "")));
    event.dataTransfer.effectAllowed = "move";
    board.dataset.dragging = "";
  });
  document.addEventListener("dragover", (event) => {
    const place = over(event);
    mark(place);
    if (place) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const place = over(event);
    const board = place?.closest<HTMLElement>("[data-board]");
    if (!place || !board) return;
    event.preventDefault();
    const items = JSON.parse(event.dataTransfer?.getData(MOVED) ?? "[]") as string[];
    void run(board.dataset.boardRun ?? "", board.dataset.board ?? "", items, { recipient: place.dataset.dropPerson ?? "" });
  });
  document.addEventListener("dragend", () => {
    mark(null);
    for (const board of all("[data-board][data-dragging]")) delete board.dataset.dragging;
  });
}
