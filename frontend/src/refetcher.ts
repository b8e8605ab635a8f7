/** Decides when a list is fetched again: hints are gathered, never two fetches at once, none forgotten. */

const GATHER_MS = 80;
const APART_MS = 350;

export class Refetcher {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;
  private last = -Infinity;

  constructor(
    private readonly fetch: () => Promise<void>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Something changed: fetch soon, or once more after the fetch that is under way. */
  ask(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    if (this.timer !== undefined) return;
    const wait = Math.max(GATHER_MS, this.last + APART_MS - this.now());
    this.timer = setTimeout(() => void this.go(), wait);
  }

  private async go(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    try {
      await this.fetch();
    } finally {
      this.running = false;
      this.last = this.now();
      if (this.again) {
        this.again = false;
        this.ask();
      }
    }
  }
}
