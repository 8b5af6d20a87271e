// Keeps the page up to date: hears of changes, and asks for the page again if one concerns it.

import { ask, hear, leave, main } from "./page.js";

/** The shortest time between two requests for the page, in milliseconds. */
const PACE = 250;

/** How long the connection may be lost before the page says so in words. */
const PATIENCE = 3000;

/** How often the page is asked for anyway, since it says how long ago things were. */
const MINUTE = 60000;

/** How often a page is that shows what no message tells of, or beside which something changed. */
const MOMENT = 5000;

const dot = document.getElementById("live");
const bar = document.getElementById("lost");

let asking = false;
let isStale = false;
let isBehind = false;
let lost; // the timer until the page says so

/** Asks for the page again, now or as soon as that may be. */
async function refresh() {
  isStale = true;
  isBehind = false;
  // A page that nobody sees waits until somebody does.
  if (asking || document.hidden) return;
  asking = true;
  isStale = false;
  // If the server is away, everything is read anew when it is back.
  const isAway = await ask().catch(() => true);
  setTimeout(() => {
    asking = false;
    if (isStale && !isAway) refresh();
  }, PACE);
}

/** What the page shows: its process and, if it is about some tasks alone, those, named as in addresses. */
const shown = (what) => main().dataset[what]?.split(" ").map((name) => decodeURIComponent(name).trim());

function take({ state, change, resync }) {
  const [[about], own] = [shown("process") ?? [""], shown("tasks")];
  const isOfProcess = change && ["", change.process].includes(about);
  const isOwn = !own || !change?.tasks || change.tasks.some((task) => own.includes(task));
  const isOfPage = isOfProcess && isOwn;
  if (state) show(state);
  if (change) dot.title = change.summary;
  if (isOfPage) hear(change.by ?? "somebody");
  if (isOfPage || resync) refresh();
  // A change elsewhere in the process can have moved what the page is about to another place.
  else if (isOfProcess) isBehind = true;
}

function show(state) {
  if (state === "ended") return leave();
  const isLost = state === "lost";
  dot.textContent = isLost ? "offline" : "live";
  dot.classList.toggle("lost", isLost);
  dot.hidden = false;
  clearTimeout(lost);
  if (isLost) lost = setTimeout(() => (bar.hidden = false), PATIENCE);
  else bar.hidden = true;
}

/** Listens through the worker that all tabs share, or alone while the page is seen. */
async function listen() {
  const script = new URL("./stream.js", import.meta.url);
  if (!globalThis.SharedWorker) {
    const { Stream } = await import(script);
    const stream = new Stream(take);
    const follow = () => (document.hidden ? stream.close() : stream.open());
    document.addEventListener("visibilitychange", follow);
    return follow();
  }
  const { port } = new SharedWorker(script, { type: "module" });
  port.onmessage = ({ data }) => take(data);
  port.postMessage({ asked: performance.timeOrigin });
  addEventListener("pagehide", () => port.postMessage({}));
  // A page that comes back from where the browser kept it missed what came meanwhile.
  addEventListener("pageshow", ({ persisted }) => persisted && port.postMessage({ asked: 0 }));
}

document.addEventListener("visibilitychange", () => isStale && refresh());
setInterval(refresh, MINUTE);
setInterval(() => (isBehind || "poll" in main().dataset) && refresh(), MOMENT);
listen();
