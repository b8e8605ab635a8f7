/**
 * Drafts: what is typed goes to this device at once and to the server after a pause, so that neither a closed
 * window nor an ended login loses it. A form opts in with `data-draft-url` (and `data-draft-key`).
 */
import { around, onEach } from "./dom";
import { RequestFailed, postJson } from "./http";
import { clockTime, t } from "./i18n";

export type Answers = Record<string, unknown>;

interface Kept {
  at: number;
  answers: Answers;
}

const WAIT_MS = 900;
const PREFIX = "baton-draft";

function owner(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="baton-user"]')?.content ?? "";
}

/** One draft: kept locally under the person and `key`, posted to `url` as {"answers": ...}. */
export class Draft {
  /** Those that have something to send: a draft holds its form, and forms are many in a day. */
  private static readonly unsent = new Map<string, Draft>();

  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: Answers | undefined;
  private underway: Promise<void> = Promise.resolve();
  private readonly place: string;

  constructor(
    private readonly url: string,
    key: string,
    private readonly say: (text: string, ok: boolean) => void,
    private readonly storage: Storage = localStorage,
  ) {
    this.place = `${PREFIX}:${owner()}:${key}`;
    this.underway = Draft.unsent.get(this.place)?.flush() ?? this.underway; // the same form was drawn anew
  }

  /** What this device has that is newer than the server's copy (its time in milliseconds). */
  newerThan(serverTime: number): Kept | undefined {
    const text = this.storage.getItem(this.place);
    if (!text) return undefined;
    const kept = JSON.parse(text) as Kept;
    return kept.at > serverTime ? kept : undefined;
  }

  /** Keeps the answers here now and sends them after a pause. */
  keep(answers: Answers): void {
    this.storage.setItem(this.place, JSON.stringify({ at: Date.now(), answers } satisfies Kept));
    this.hush();
    this.waiting = answers;
    Draft.unsent.set(this.place, this);
    this.timer = setTimeout(() => void this.send(answers), WAIT_MS);
  }

  /** Sends after what is still on its way, so that an older text never comes last; the local copy stays. */
  send(answers: Answers): Promise<void> {
    this.hush();
    const sent: Promise<void> = this.underway.then(() => this.post(answers)).then(() => {
      if (this.underway === sent) this.rest();
    });
    this.underway = sent;
    return sent;
  }

  private async post(answers: Answers): Promise<void> {
    try {
      await postJson(this.url, { answers }, { keepalive: true });
      this.say(t("Draft saved {time}", { time: clockTime(new Date()) }), true);
    } catch (error) {
      const ended = error instanceof RequestFailed && error.loginEnded;
      this.say(ended ? t("Signed out: the draft is kept on this device.") : t("Draft kept on this device only."), false);
    }
  }

  /** Before the answers go: what is kept here stays, but no draft is sent that would come after them. */
  hold(): Promise<void> {
    this.hush();
    return this.underway;
  }

  /** Sends at once what waits for its pause; resolves when nothing is on its way. */
  private flush(): Promise<void> {
    return this.waiting ? this.send(this.waiting) : this.underway;
  }

  private rest(): void {
    if (!this.waiting && Draft.unsent.get(this.place) === this) Draft.unsent.delete(this.place);
  }

  private hush(): void {
    clearTimeout(this.timer);
    this.waiting = undefined;
  }

  /** The answers were accepted: nothing to keep any more. */
  forget(): void {
    this.hush();
    this.rest();
    this.storage.removeItem(this.place);
  }
}

/** Removes every draft of this device, when its owner signs out on purpose. */
export function clearDrafts(storage: Storage = localStorage): void {
  for (const key of Object.keys(storage)) if (key.startsWith(`${PREFIX}:`)) storage.removeItem(key);
}

export function answersOf(form: HTMLFormElement): Answers {
  const answers: Answers = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || value instanceof File) continue;
    const before = answers[name];
    answers[name] = before === undefined ? value : [before, value].flat();
  }
  return answers;
}

function putBack(form: HTMLFormElement, answers: Answers): void {
  for (const control of form.elements) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement)) continue;
    const values = [answers[control.name] ?? []].flat().map(String);
    if (control.type === "file" || control.name === "csrfmiddlewaretoken") continue;
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
    else if (control.name in answers) control.value = values[0] ?? "";
  }
}

function keepDraft(form: HTMLFormElement): void {
  const status = around(form, "[data-draft-status]");
  const draft = new Draft(form.dataset.draftUrl ?? "", form.dataset.draftKey ?? form.dataset.draftUrl ?? "", (text, ok) => {
    if (status) status.textContent = text;
    status?.toggleAttribute("data-warning", !ok);
  });
  const kept = draft.newerThan(Date.parse(form.dataset.draftSaved ?? "") || 0);
  if (kept) {
    putBack(form, kept.answers);
    if (status) status.textContent = t("Your text from {time} is back", { time: clockTime(new Date(kept.at)) });
  }
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => draft.keep(answersOf(form)));
  form.addEventListener("htmx:afterRequest", (event) => {
    if ((event as CustomEvent<{ successful: boolean; elt: Element }>).detail.successful) draft.forget();
  });
}

export function startDrafts(): void {
  onEach<HTMLFormElement>("form[data-draft-url]", keepDraft);
  document.addEventListener("submit", (event) => {
    if ((event.target as HTMLElement).matches("form[data-clears-drafts]")) clearDrafts();
  });
}
