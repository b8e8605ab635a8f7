/** The socket to /ws/live/: joins the visible lists, comes back by itself, says when it is there and when not. */

export interface Hint {
  list: string;
  item: string | number;
  version: number;
  /** Who took or changed it, where the server says so. */
  by?: string;
}

export interface Presence {
  item: string;
  people: string[];
}

export interface LiveHandlers {
  connected: (again: boolean) => void;
  /** The connection is gone, or try number `attempt` to have it back (from 0) begins after a wait. */
  disconnected: (attempt: number) => void;
  hint: (hint: Hint) => void;
  beat: (fingerprints: Record<string, string>) => void;
  counts: (counts: Record<string, number | string>) => void;
  /** Something the person must hear of on whatever page they are. */
  told: (toast: { text: string }) => void;
  /** Who else looks at the task this screen shows. */
  presence: (presence: Presence) => void;
  /** The server ended it for good (signed out, deactivated). */
  ended: (reason: string) => void;
}

export interface SocketLike {
  readyState: number;
  send(data: string): void;
  close(): void;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
}

interface Message {
  hint?: Hint;
  beat?: Record<string, string>;
  counts?: Record<string, number | string>;
  toast?: { text: string };
  presence?: Presence;
  closed?: string;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SILENCE_MS = 40_000;
const FINAL = new Set(["logout", "login", "deactivated", "session"]);

/** Wait before try n (from 0): doubles up to half a minute, between half and all of it by chance. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return Math.round(longest * (0.5 + random() / 2));
}

export class LiveConnection {
  private socket: SocketLike | undefined;
  private joined: string[] = [];
  private item = "";
  private attempt = 0;
  private times = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(
    private readonly open: () => SocketLike,
    private readonly handlers: LiveHandlers,
    private readonly random: () => number = Math.random,
  ) {}

  /** Connects now, also when a wait was running (network back, tab visible again). */
  connect(): void {
    if (this.ended || this.socket) return;
    clearTimeout(this.retry);
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = () => this.lost(socket);
  }

  /** The lists on the page now; the whole set each time. */
  join(lists: string[]): void {
    const same = lists.length === this.joined.length && lists.every((list) => this.joined.includes(list));
    this.joined = lists;
    if (!same && this.socket?.readyState === 1) this.sendJoin();
  }

  /** The task before the person's eyes; empty: none. */
  look(item: string): void {
    if (item === this.item) return;
    this.item = item;
    if (this.socket?.readyState === 1) this.sendLook();
  }

  private sendJoin(): void {
    this.socket?.send(JSON.stringify({ join: this.joined }));
  }

  private sendLook(): void {
    this.socket?.send(JSON.stringify({ looks_at: this.item }));
  }

  private opened(): void {
    this.attempt = 0;
    this.listen();
    this.sendJoin();
    if (this.item) this.sendLook();
    this.handlers.connected(this.times++ > 0);
  }

  /** A beat comes every 15 s; a socket that is silent much longer is dead, whatever it says. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const socket = this.socket;
      if (!socket) return;
      socket.close();
      this.lost(socket);
    }, SILENCE_MS);
  }

  private received(text: string): void {
    this.listen();
    const message = JSON.parse(text) as Message;
    if (message.hint) this.handlers.hint(message.hint);
    if (message.beat) this.handlers.beat(message.beat);
    if (message.counts) this.handlers.counts(message.counts);
    if (message.toast) this.handlers.told(message.toast);
    if (message.presence) this.handlers.presence(message.presence);
    if (message.closed !== undefined) this.closedByServer(message.closed);
  }

  private closedByServer(reason: string): void {
    if (!FINAL.has(reason)) return; // a changed right: the close that follows is answered by joining anew
    this.ended = true;
    this.handlers.ended(reason);
  }

  private lost(socket: SocketLike): void {
    if (socket !== this.socket) return;
    this.socket = undefined;
    clearTimeout(this.silence);
    if (this.ended) return;
    this.handlers.disconnected(this.attempt);
    this.retry = setTimeout(() => this.connect(), backOff(this.attempt++, this.random));
  }
}
