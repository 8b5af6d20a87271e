// One stream of changes from the server: kept open, opened again when it breaks, from what was heard
// last on.

/** How long is waited before each try to open it again, in milliseconds. */
const WAITS = [1000, 2000, 5000, 10000];

/** How often pages ask by themselves while the server has no place for another listener. */
const ASK = 5000;

/** How many changes are remembered for pages that were made meanwhile. */
const REMEMBERED = 500;

export class Stream {
  #tell;
  #source;
  #timer;
  #isWanted = false;
  #tries = 0;
  #heard = "";
  /** What came, each with its time: a page may have been made before and be listening only now. */
  #changes = [];

  /** How it stands: "live", "lost", "full", or "ended" if who listens has to log in again. */
  state = "lost";

  /** @param tell is called with each message: { state }, { change } or { resync: true }. */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Opens the stream, unless it is open or about to be. */
  open() {
    this.#isWanted = true;
    if (this.#source || this.#timer) return;
    // Somebody may have logged in again.
    if (this.state === "ended") this.state = "lost";
    const source = new EventSource(this.#heard ? `/events?after=${this.#heard}` : "/events");
    this.#source = source;
    source.onopen = () => {
      this.#tries = 0;
      this.#become("live");
    };
    source.onerror = () => this.#broken();
    source.addEventListener("change", (event) => {
      this.#heard = event.lastEventId;
      this.#pass({ change: JSON.parse(event.data) });
    });
    source.addEventListener("resync", (event) => {
      this.#heard = event.lastEventId;
      this.#pass({ resync: true });
    });
  }

  /** Closes it until it is opened again. */
  close() {
    this.#isWanted = false;
    this.#source?.close();
    clearTimeout(this.#timer);
    this.#source = this.#timer = undefined;
    this.#changes = [];
    this.state = "lost";
  }

  /** Everything that a page may not know that was asked for at this time. */
  since(time) {
    const [oldest] = this.#changes;
    if (this.#changes.length === REMEMBERED && oldest.at >= time) return [{ resync: true }];
    return this.#changes.filter(({ at }) => at >= time).map(({ message }) => message);
  }

  #pass(message) {
    this.#changes.push({ at: Date.now(), message });
    if (this.#changes.length > REMEMBERED) this.#changes.shift();
    this.#tell(message);
  }

  #become(state) {
    this.state = state;
    this.#tell({ state });
  }

  async #broken() {
    this.#source?.close();
    this.#source = undefined;
    // An event source does not say why it broke.
    const answer = await fetch("/events", { method: "HEAD", cache: "no-store" }).catch(() => undefined);
    if (!this.#isWanted || this.#source || this.#timer) return;
    this.#become(answer?.status === 401 ? "ended" : answer?.status === 503 ? "full" : "lost");
    if (this.state === "ended") return;
    const wait = WAITS[Math.min(this.#tries, WAITS.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.open();
      // Whoever is not told has to ask.
      if (this.state === "full") this.#pass({ resync: true });
    }, this.state === "full" ? ASK : wait);
  }
}
