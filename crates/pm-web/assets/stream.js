// One stream of changes from the server for all tabs of a browser: it allows six connections to a
// server, and each tab with a stream of its own would take one. It runs in the worker that they share;
// if there is no such worker, each page runs its own. When it breaks, it goes on from what was
// heard last.

/** How long the stream waits before each try to open it again, in milliseconds. */
const WAITS = [1000, 2000, 5000, 10000];

/** How often pages ask by themselves while the server has no place for another listener. */
const ASK = 5000;

export class Stream {
  /** How it stands: "live", "lost", "full", or "ended" if the listener has to log in again. */
  state = "lost";
  /** When something was told last, other than how the stream stands. */
  told = 0;
  #tell;
  #source;
  #timer;
  #isWanted = false;
  #tries = 0;
  #heard = "";

  /** @param tell is called with each message: { state }, { change } or { resync }. */
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
    for (const kind of ["change", "resync"]) {
      source.addEventListener(kind, ({ data, lastEventId }) => {
        this.#heard = lastEventId;
        this.#pass({ [kind]: JSON.parse(data) });
      });
    }
  }

  /** Closes it until it is opened again. */
  close() {
    this.#isWanted = false;
    this.#source?.close();
    clearTimeout(this.#timer);
    this.#source = this.#timer = undefined;
    this.state = "lost";
  }

  #pass(message) {
    this.told = Date.now();
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
    this.#become({ 401: "ended", 503: "full" }[answer?.status] ?? "lost");
    if (this.state === "ended") return;
    const wait = this.state === "full" ? ASK : WAITS[Math.min(this.#tries, WAITS.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.open();
      // A page that is not told has to ask.
      if (this.state === "full") this.#pass({ resync: {} });
    }, wait);
  }
}

if ("onconnect" in self) {
  const pages = new Set();
  const stream = new Stream((message) => {
    for (const page of pages) page.postMessage(message);
  });
  self.onconnect = ({ ports: [page] }) => {
    page.onmessage = ({ data: { asked } }) => {
      // A page that sends no time leaves.
      if (asked === undefined) pages.delete(page);
      else pages.add(page);
      if (pages.size === 0) return stream.close();
      stream.open();
      page.postMessage({ state: stream.state });
      // What was told since a page was asked for may not be on it.
      if (stream.told >= asked) page.postMessage({ resync: {} });
    };
  };
}
