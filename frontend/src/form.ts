/**
 * A task's form, drawn by form-js. The place: `<div class="form-viewer" id="task-form" data-form-viewer data-schema="<json_script id>"
 * data-data="<id>" data-texts="<id>" data-action="<url>" data-draft-url="<url>" data-draft-key data-draft-saved data-payload='{"content_hash": "..."}'
 * data-readonly>`. Buttons `data-submits-form="task-form"` send it, with `data-answers='{"decision": "approved"}'` laid over the answers.
 * Sent: {"answers": {...}, ...payload}; refused by the server with {"errors": {"<key>": ["..."]}, "detail"}: shown at the fields.
 */
import { Form } from "@bpmn-io/form-js-viewer";
import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh";
import "./css/form-viewer.css";
import { confirmed } from "./dialogs";
import { all, announce, around, closest, embedded } from "./dom";
import { Draft, type Answers } from "./drafts";
import { type FormTexts, localised, plainMessage, type Schema, translateChrome, withoutSubmit } from "./form-texts";
import { htmx, showError, showRefusal } from "./htmx-setup";
import { request, RequestFailed } from "./http";
import { clockTime, t } from "./i18n";
import { keyName } from "./keymap";
import { markLeaving } from "./live";
import { type Ahead, goOn } from "./rows";

interface Field {
  id: string;
  key?: string;
  path?: string;
}

class TaskForm {
  private readonly form: Form;
  private readonly draft: Draft | undefined;
  private sending = false;
  private ahead: Ahead | undefined;
  private ended = false;
  private pressed: HTMLButtonElement | undefined;
  private touched = false;
  private lastKept = "";

  constructor(private readonly place: HTMLElement) {
    // what was typed belongs to the form at once: a field that is drawn again during a pause forgets what it waits to say
    const options = { container: place, debounce: 0 };
    this.form = new Form(options);
    const { draftUrl, draftKey } = place.dataset;
    if (draftUrl && !this.readOnly) this.draft = new Draft(draftUrl, draftKey ?? draftUrl, (text, ok) => this.draftSaid(text, ok));
    this.speakPlainly();
  }

  /** What form-js keeps to itself and has no public name for: the answers without hidden fields, errors from outside. */
  private get inner(): { _getSubmitData(): Answers; _getState(): { data: Answers }; _setState(state: { errors?: Record<string, string[]>; data?: Answers }): void } {
    return this.form as unknown as { _getSubmitData(): Answers; _getState(): { data: Answers }; _setState(state: unknown): void };
  }

  private get readOnly(): boolean {
    return this.place.dataset.readonly !== undefined;
  }

  private get area(): HTMLElement {
    return this.place.closest<HTMLElement>("[data-form-area], article, main") ?? document.body;
  }

  private get ownButtons(): HTMLButtonElement[] {
    return all<HTMLButtonElement>(`[data-submits-form="${CSS.escape(this.place.id)}"]`);
  }

  async show(): Promise<void> {
    const { schema: schemaId, data: dataId, texts: textsId, draftSaved } = this.place.dataset;
    const schema = localised(embedded<Schema>(schemaId) ?? {}, embedded<FormTexts>(textsId));
    const kept = this.draft?.newerThan(Date.parse(draftSaved ?? "") || 0);
    const data = { ...embedded<Answers>(dataId), ...kept?.answers };
    await this.form.importSchema(this.readOnly || this.ownButtons.length > 0 ? withoutSubmit(schema) : schema, data);
    if (this.readOnly) this.form.setProperty("readOnly", true);
    this.listen();
    translateChrome(this.place);
    new MutationObserver(() => translateChrome(this.place)).observe(this.place, { childList: true, subtree: true });
    if (kept) this.draftSaid(t("Your text from {time} is back", { time: clockTime(new Date(kept.at)) }), true);
    this.place.dataset.ready = "";
    if (this.place.dataset.autofocus !== undefined) this.takeFocus();
    this.lastKept = JSON.stringify(this.inner._getSubmitData());
  }

  /**
   * The form has the focus, Tab leads to its first field, and single keys still act. Not where people type by touch, nor
   * when they have gone elsewhere meanwhile.
   */
  private takeFocus(): void {
    if (matchMedia("(hover: none)").matches || document.activeElement !== document.body) return;
    this.place.tabIndex = -1;
    this.place.focus({ preventScroll: true });
  }

  /** form-js speaks English only: its validator's messages pass through our catalogue. */
  private speakPlainly(): void {
    const validator = this.form.get<{ validateFieldInstance(field: unknown, value: unknown): string[] }>("validator");
    const original = validator.validateFieldInstance.bind(validator);
    validator.validateFieldInstance = (field, value) => original(field, value).map(plainMessage);
  }

  private listen(): void {
    for (const kind of ["pointerdown", "keydown", "input"]) this.place.addEventListener(kind, () => (this.touched = true), { capture: true });
    this.form.on("changed", () => this.keepDraft());
    this.form.on("submit", (result: { data: Answers; errors: Record<string, unknown> }) => void this.submitted(result.data, result.errors, {}));
    this.place.addEventListener("keydown", (event) => {
      if (keyName(event) !== "Ctrl+Enter" || this.readOnly) return;
      event.preventDefault();
      event.stopPropagation();
      // once "Reject" has asked for its reason, sending means rejecting
      const main = this.pressed ?? this.ownButtons.find((button) => button.matches(".btn-primary:not(:disabled)"));
      if (main) main.click();
      else this.form.submit();
    }, { capture: true }); // before a list of choices takes Enter for itself
    const life = new AbortController();
    const pressedBy = (event: Event): HTMLButtonElement | null =>
      closest<HTMLButtonElement>(event.target, `[data-submits-form="${CSS.escape(this.place.id)}"]`);
    // leaving a field may take its error away and move the button from under the pointer: the field is left by the click
    document.addEventListener("mousedown", (event) => pressedBy(event) && event.preventDefault(), { signal: life.signal });
    document.addEventListener("click", (event) => {
      if (!this.place.isConnected) return this.ahead ? undefined : life.abort();
      const button = pressedBy(event);
      if (button) void this.sendWith(button);
    }, { signal: life.signal });
  }

  private async sendWith(button: HTMLButtonElement): Promise<void> {
    const answers = JSON.parse(button.dataset.answers ?? "{}") as Answers;
    this.pressed = button;
    await this.finishTyping();
    if (await this.lay(answers)) return;
    // an act that needs no complete form (reject, send back) says so; the server decides either way
    const errors = button.dataset.unchecked === undefined ? this.form.validate() : {};
    await this.submitted(this.inner._getSubmitData(), errors as Record<string, unknown>, answers, button.dataset.action);
  }

  /** form-js takes over typed text after a pause or when the field is left: who sends at once must not lose it. */
  private async finishTyping(): Promise<void> {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !this.place.contains(active)) return;
    active.blur();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 10)));
  }

  /**
   * What the button says becomes part of the form first: fields that depend on it appear and are asked for. True when the
   * person began to answer them meanwhile, which is before the button meant sending.
   */
  private async lay(answers: Answers): Promise<boolean> {
    const { data } = this.inner._getState();
    if (Object.entries(answers).every(([name, value]) => data[name] === value)) return false;
    const shown = new Set<EventTarget | null>(all("input, textarea, select", this.place));
    let begun = false;
    const life = new AbortController();
    this.place.addEventListener("input", (event) => (begun ||= !shown.has(event.target)), { capture: true, signal: life.signal });
    this.inner._setState({ data: { ...data, ...answers } });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
    life.abort();
    return begun;
  }

  private async submitted(data: Answers, errors: Record<string, unknown>, extra: Answers, action?: string): Promise<void> {
    if (Object.keys(errors).length > 0) return this.focusFirstError();
    if (this.sending) return;
    this.busy(true);
    this.ahead = goOn(this.place);
    await this.draft?.hold();
    try {
      const response = await this.send({ ...data, ...extra }, action ?? this.place.dataset.action ?? "");
      if (!response) return;
      this.accepted();
      await follow(response, this.place.isConnected ? this.area : undefined);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      this.ahead?.back(error.message);
      this.refused(error, data);
    } finally {
      this.ahead?.done();
      this.ahead = undefined;
      this.busy(false);
    }
  }

  /** What cannot be undone the server refuses with a question; nothing was sent when the person says no. */
  private async send(answers: Answers, url: string): Promise<Response | undefined> {
    const payload = JSON.parse(this.place.dataset.payload ?? "{}") as Record<string, unknown>;
    const headers = { "Content-Type": "application/json", Accept: "application/json, text/html" };
    const post = (more: Record<string, unknown>): Promise<Response> =>
      request(url, { method: "POST", body: JSON.stringify({ ...payload, ...more, answers }), headers });
    try {
      return await post({});
    } catch (error) {
      const { ask } = (error instanceof RequestFailed ? error.body : undefined) as { ask?: string } ?? {};
      if (!ask) throw error;
      this.ahead?.back(ask); // the question is about the task it was asked of
      return (await confirmed(ask)) ? await post({ asked: true }) : undefined;
    }
  }

  private accepted(): void {
    this.ended = true; // what form-js still reports is no draft any more
    this.draft?.forget();
    if (this.place.dataset.actsOn) markLeaving(this.place.dataset.actsOn);
  }

  private refused(error: RequestFailed, data: Answers): void {
    const { html, fields } = (error.body ?? {}) as { html?: string; fields?: string[] };
    void this.draft?.keep(this.typed(data, fields ?? []));
    if (html) return showRefusal(this.place, html);
    const errors = (error.body as { errors?: Record<string, string | string[]> } | undefined)?.errors ?? {};
    const placed = this.showFieldErrors(errors);
    const rest = Object.entries(errors).filter(([key]) => !placed.has(key)).map(([, messages]) => [messages].flat().join(" "));
    if (placed.size === 0 || rest.length > 0) showError(this.place, [error.message, ...rest].join(" "), error.loginEnded);
    if (placed.size > 0) this.focusFirstError();
  }

  /** The answers without what was only shown, and is not so any more: it must not come back over what is there now. */
  private typed(data: Answers, outdated: string[]): Answers {
    const shown = embedded<Answers>(this.place.dataset.data) ?? {};
    const repeated = (name: string): boolean => outdated.includes(name) && JSON.stringify(data[name]) === JSON.stringify(shown[name]);
    return Object.fromEntries(Object.entries(data).filter(([name]) => !repeated(name)));
  }

  private showFieldErrors(errors: Record<string, string | string[]>): Set<string> {
    const fields = this.form.get<{ getAll(): Field[] }>("formFieldRegistry").getAll();
    const byId: Record<string, string[]> = {};
    const placed = new Set<string>();
    for (const [key, messages] of Object.entries(errors)) {
      const field = fields.find((each) => each.key === key || each.path === key || each.id === key);
      if (!field) continue;
      byId[field.id] = [messages].flat();
      placed.add(key);
    }
    this.inner._setState({ errors: byId });
    return placed;
  }

  private focusFirstError(): void {
    requestAnimationFrame(() => {
      const field = this.place.querySelector<HTMLElement>(".fjs-has-errors");
      field?.querySelector<HTMLElement>("input, textarea, select, [tabindex]")?.focus();
      field?.scrollIntoView({ block: "center" });
      announce(field?.querySelector(".fjs-form-field-error")?.textContent ?? "");
    });
  }

  private busy(on: boolean): void {
    this.sending = on;
    if (on) document.body.dataset.sending = "";
    else delete document.body.dataset.sending;
    if (on) delete document.body.dataset.confirmed;
    for (const button of this.ownButtons) button.disabled = on;
  }

  /** form-js reports changes of its own while it starts; only what a person changed is a draft. */
  private keepDraft(): void {
    const answers = this.inner._getSubmitData();
    const text = JSON.stringify(answers);
    if (this.touched && !this.sending && !this.ended && text !== this.lastKept) this.draft?.keep(answers);
    this.lastKept = text;
  }

  private draftSaid(text: string, ok: boolean): void {
    const status = around(this.place, "[data-draft-status]");
    if (!status) return;
    status.textContent = text;
    status.toggleAttribute("data-warning", !ok);
  }
}

/**
 * What the server wants after an act: HX-Redirect, events of HX-Trigger, or HTML for the area. Without an area the
 * person has opened another task meanwhile: they stay there, and only hear of it.
 */
async function follow(response: Response, area: HTMLElement | undefined): Promise<void> {
  const redirect = response.headers.get("HX-Redirect");
  if (redirect) {
    tell(response.headers.get("HX-Trigger")); // the page that comes next still offers to undo
    return location.assign(redirect);
  }
  const html = response.headers.get("content-type")?.includes("text/html") ? await response.text() : undefined;
  // the answer goes in before the list moves on: afterwards it would cover the task that follows
  if (area && html !== undefined) htmx.swap(area, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  for (const [name, detail] of Object.entries(events(response.headers.get("HX-Trigger")))) {
    if (area || name !== "advance") document.body.dispatchEvent(new CustomEvent(name, { detail }));
  }
  if (!response.headers.get("content-type")?.includes("json")) return;
  const { redirect: next } = (await response.json()) as { redirect?: string };
  if (next) location.assign(next);
}

function tell(trigger: string | null): void {
  for (const [name, detail] of Object.entries(events(trigger))) document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

function events(trigger: string | null): Record<string, unknown> {
  if (!trigger) return {};
  if (trigger.startsWith("{")) return JSON.parse(trigger) as Record<string, unknown>;
  return Object.fromEntries(trigger.split(",").map((name) => [name.trim(), null]));
}

/** Nothing happens when the place has left the page while this module was on its way: somebody opened another task. */
export async function showForm(place: HTMLElement): Promise<void> {
  if (!place.isConnected) return;
  if (document.documentElement.lang.startsWith("zh")) flatpickr.localize({ ...Mandarin, yearAriaLabel: t("Year"), monthAriaLabel: t("Month") });
  const form = new TaskForm(place);
  await form.show();
}
