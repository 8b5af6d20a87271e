// Keeps the page as what it shows is: hears of changes, and asks for the page again if one concerns
// it.

import { ask, hear as hearOf, leave, main } from "./page.js";
import { Stream } from "./stream.js";

/** The shortest time between two requests for the page, in milliseconds. */
const PACE = 250;

/** How long the connection may be lost before the page says so in words. */
const PATIENCE = 3000;

/** How often the page is asked for anyway, since it says how long ago things were. */
const MINUTE = 60000;

const dot = document.getElementById("live");
const bar = document.getElementById("lost");

let asking = false;
let isStale = false;
let lost; // the timer until the page says so

/** Asks for the page again, now or as soon as that may be. */
async function refresh() {
  isStale = true;
  // A page that nobody sees waits until somebody does.
  if (asking || document.hidden) return;
  asking = true;
  isStale = false;
  let isAway = false;
  try {
    await ask();
  } catch {
    isAway = true; // when the server is back, everything is read anew
  }
  setTimeout(() => {
    asking = false;
    if (isStale && !isAway) refresh();
  }, PACE);
}

function hear({ state, change, resync }) {
  if (state) show(state);
  if (change && concerns(change)) hearOf(change.by ?? "somebody");
  if (resync || (change && concerns(change))) refresh();
  if (change) dot.title = change.summary;
}

/** Whether the page shows what changed; it names its process as its address does. */
function concerns({ process }) {
  const about = main().dataset.process;
  return about === undefined || decodeURIComponent(about).trim() === process;
}

function show(state) {
  if (state === "ended") return leave();
  const isLost = state === "lost";
  dot.textContent = isLost ? "offline" : "live";
  dot.className = isLost ? "live lost" : "live";
  dot.hidden = false;
  clearTimeout(lost);
  if (isLost) lost = setTimeout(() => (bar.hidden = false), PATIENCE);
  else bar.hidden = true;
}

/** Listens through the worker that all tabs share, or alone while the page is seen. */
function listen() {
  if (!globalThis.SharedWorker) {
    const stream = new Stream(hear);
    const follow = () => (document.hidden ? stream.close() : stream.open());
    document.addEventListener("visibilitychange", follow);
    return follow();
  }
  const worker = new SharedWorker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.port.onmessage = ({ data }) => hear(data);
  const join = (asked) => worker.port.postMessage({ asked });
  join(performance.timeOrigin);
  addEventListener("pagehide", () => worker.port.postMessage({ leaves: true }));
  // A page that comes back from where the browser kept it missed what came meanwhile.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    join(Date.now());
    refresh();
  });
}

document.addEventListener("visibilitychange", () => isStale && refresh());
setInterval(refresh, MINUTE);
listen();
