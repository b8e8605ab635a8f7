/**
 * A process as a diagram with "you are here". The place: `<div class="diagram-frame" data-diagram data-xml="<json_script id>"
 * (or data-xml-url) data-state="<json_script id>" data-texts="<json_script id>" data-list="#steps">`.
 * State: {"elements": {"<id>": {"state": "done|current|incident|next|added|removed|changed", "badge", "heat", "note"}}, "flows": ["<id>", ...]}.
 * Items of the list with `data-element="<id>"` and the diagram select each other; without items the list is written here.
 */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "./css/diagram-viewer.css";
import { all, closest, element, embedded } from "./dom";
import { request } from "./http";
import { t } from "./i18n";

export interface ElementState {
  state?: string;
  badge?: string;
  heat?: number;
  note?: string;
}

export interface DiagramState {
  elements?: Record<string, ElementState>;
  flows?: string[];
}

type Texts = Record<string, string | { name?: string }>;

interface Shape {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  waypoints?: unknown;
  businessObject: { name?: string; $type: string };
}

interface Canvas {
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  zoom(scale: number | "fit-viewport", centre?: "auto" | { x: number; y: number }): number;
  viewbox(): { x: number; y: number; width: number; height: number; scale: number };
  viewbox(box: { x: number; y: number; width: number; height: number }): void;
  scrollToElement(id: string, padding?: number): void;
  resized(): void;
}

const SMALLEST_READABLE = 0.6;
const ROOM_AT_THE_EDGE = 0.94;

/** Puts the names of the second language into the XML, so that they are drawn and measured like the first ones. */
export function withTexts(xml: string, texts: Texts | undefined): string {
  if (!texts || Object.keys(texts).length === 0) return xml;
  const parsed = new DOMParser().parseFromString(xml, "application/xml");
  for (const [id, text] of Object.entries(texts)) {
    const name = typeof text === "string" ? text : text.name;
    const target = name && parsed.querySelector(`[id="${CSS.escape(id)}"]`);
    if (!target) continue;
    const note = target.localName === "textAnnotation" ? [...target.children].find((child) => child.localName === "text") : undefined;
    if (note) note.textContent = name;
    else target.setAttribute("name", name);
  }
  for (const pool of parsed.querySelectorAll("participant[processRef]")) {
    const process = texts[pool.getAttribute("processRef") ?? ""];
    const name = typeof process === "string" ? process : process?.name;
    if (name && !texts[pool.id]) pool.setAttribute("name", name);
  }
  return new XMLSerializer().serializeToString(parsed);
}

class Diagram {
  private readonly viewer: NavigatedViewer;
  private picked: string | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly state: DiagramState,
    private readonly list: HTMLElement | null,
  ) {
    this.viewer = new NavigatedViewer({
      container: place,
      zoomScroll: { enabled: false },
      textRenderer: { defaultStyle: { fontFamily: "Inter Variable, Inter, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif", fontSize: 12 } },
      bpmnRenderer: { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--text-2)", defaultLabelColor: "var(--text)" },
    });
  }

  private get canvas(): Canvas {
    return this.viewer.get<Canvas>("canvas");
  }

  private shape(id: string): Shape | undefined {
    return this.viewer.get<{ get(id: string): Shape | undefined }>("elementRegistry").get(id);
  }

  async draw(xml: string): Promise<void> {
    await this.viewer.importXML(xml);
    this.mark();
    this.tools();
    this.connectList();
    this.fit();
    const events = this.viewer.get<{ on(name: string, run: (event: { element: Shape }) => void): void }>("eventBus");
    events.on("element.click", ({ element: shape }) => this.pick(shape.id, false));
    new ResizeObserver(() => this.fit()).observe(this.place);
  }

  private mark(): void {
    const overlays = this.viewer.get<{ add(id: string, overlay: unknown): void }>("overlays");
    for (const [id, { state, badge, heat }] of Object.entries(this.state.elements ?? {})) {
      const shape = this.shape(id);
      if (!shape) continue;
      if (state) this.canvas.addMarker(id, `is-${state}`);
      if (heat) this.canvas.addMarker(id, `is-heat-${heat}`);
      const text = badge ?? (state === "current" ? t("You are here") : "");
      if (!text || shape.waypoints) continue;
      const html = element("span", { className: "diagram-badge" }, text);
      if (state) html.dataset.state = state;
      overlays.add(id, { position: { top: -12, left: shape.width / 2 }, html, scale: { min: 0.8, max: 1 } });
    }
    for (const flow of this.state.flows ?? []) if (this.shape(flow)) this.canvas.addMarker(flow, "is-done");
  }

  private current(): Shape | undefined {
    const id = Object.entries(this.state.elements ?? {}).find(([, { state }]) => state === "current" || state === "incident")?.[0];
    return id ? this.shape(id) : undefined;
  }

  /** The whole diagram where it stays readable, else readable with the current step in the middle. */
  fit(): void {
    if (this.place.clientWidth === 0) return;
    this.canvas.resized();
    const scale = Math.min(1, this.canvas.zoom("fit-viewport", "auto") * ROOM_AT_THE_EDGE);
    this.canvas.zoom(scale, "auto");
    const current = this.current();
    if (scale >= SMALLEST_READABLE || !current) return;
    this.canvas.zoom(0.8);
    this.centre(current);
  }

  private centre(shape: Shape): void {
    const { width, height } = this.canvas.viewbox();
    this.canvas.viewbox({ x: shape.x + shape.width / 2 - width / 2, y: shape.y + shape.height / 2 - height / 2, width, height });
  }

  private pick(id: string, move: boolean): void {
    const shape = this.shape(id);
    if (!shape || shape.waypoints) return;
    if (this.picked) this.canvas.removeMarker(this.picked, "is-picked");
    this.picked = id;
    this.canvas.addMarker(id, "is-picked");
    if (move) this.centre(shape);
    for (const item of all("[data-element]", this.list ?? undefined)) item.classList.toggle("is-picked", item.dataset.element === id);
    if (!move) this.list?.querySelector(`[data-element="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
    this.place.dispatchEvent(new CustomEvent("diagram:picked", { bubbles: true, detail: { id, name: shape.businessObject.name ?? "" } }));
  }

  private tools(): void {
    const tool = (label: string, sign: string, act: () => void): HTMLElement => {
      const button = element("button", { type: "button", className: "btn btn-ghost btn-icon" }, sign);
      button.setAttribute("aria-label", label);
      button.dataset.tip = label;
      button.addEventListener("click", act);
      return button;
    };
    const zoom = (factor: number) => () => this.canvas.zoom(Math.min(3, Math.max(0.2, this.canvas.viewbox().scale * factor)));
    this.place.append(element("div", { className: "diagram-tools" },
      tool(t("Smaller"), "−", zoom(0.8)), tool(t("Larger"), "+", zoom(1.25)), tool(t("Whole diagram"), "⤢", () => this.canvas.zoom(this.canvas.zoom("fit-viewport", "auto") * ROOM_AT_THE_EDGE, "auto"))));
  }

  private connectList(): void {
    const { list } = this;
    if (!list) return;
    if (!list.querySelector("[data-element]")) this.writeList(list.matches("ul, ol") ? list : list.appendChild(element("ul")));
    list.addEventListener("click", (event) => {
      const id = closest(event.target, "[data-element]")?.dataset.element;
      if (id) this.pick(id, true);
    });
  }

  private writeList(list: HTMLElement): void {
    const words: Record<string, string> = { done: t("done"), current: t("you are here"), incident: t("stopped by an error"), next: t("still to come") };
    for (const [id, { state, note }] of Object.entries(this.state.elements ?? {})) {
      const name = this.shape(id)?.businessObject.name;
      if (!name) continue;
      const item = element("li", {}, element("button", { type: "button" }, name), element("span", { className: "muted" }, ` ${note ?? words[state ?? ""] ?? ""}`));
      item.dataset.element = id;
      if (state) item.dataset.state = state;
      list.append(item);
    }
  }
}

export async function showDiagram(place: HTMLElement): Promise<void> {
  const { xml, xmlUrl, state, texts, list } = place.dataset;
  try {
    const source = embedded<string>(xml) ?? (await (await request(xmlUrl ?? "")).text());
    const diagram = new Diagram(place, embedded<DiagramState>(state) ?? {}, list ? document.querySelector<HTMLElement>(list) : null);
    await diagram.draw(withTexts(source, embedded<Texts>(texts)));
    place.dataset.ready = "";
  } catch (error) {
    place.replaceChildren(element("p", { className: "note" }, t("The diagram could not be drawn. The steps are in the list.")));
    console.error(error);
  }
}
