// Keeps the page as what it shows is: hears of changes, asks for the page again if one concerns it,
// and changes what is different, so that focus, selection, scroll and open menus stay.

import htmx from "./htmx.js";
import { Stream } from "./stream.js";

/** The shortest time between two requests for the page, in milliseconds. */
const PACE = 250;

/** How long the connection may be lost before the page says so in words. */
const PATIENCE = 3000;

/** How often the page is asked for anyway, since it says how long ago things were. */
const MINUTE = 60000;

const main = () => document.getElementById("main");
const dot = document.getElementById("live");
const bar = document.getElementById("lost");

let tag = tagOfThisPage(); // of the page as it is shown
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
    await fetchPage();
  } catch {
    isAway = true; // when the server is back, everything is read anew
  }
  setTimeout(() => {
    asking = false;
    if (isStale && !isAway) refresh();
  }, PACE);
}

async function fetchPage() {
  const headers = { Accept: "text/html", ...(tag && { "If-None-Match": tag }) };
  const answer = await fetch(location.href, { headers, cache: "no-store" });
  if (answer.status === 304) return;
  // Who is logged out sees where to log in.
  if (answer.status === 401 || new URL(answer.url).pathname === "/login") return location.reload();
  if (answer.status >= 500) return;
  const before = texts();
  const text = await answer.text();
  if (answer.redirected) becomes(answer.url, text);
  await htmx.swap({ text, target: main(), sourceElement: main(), select: "#main", swap: "outerMorph" });
  tag = answer.headers.get("ETag");
  for (const [id, content] of texts()) {
    if (before.get(id) !== content) glow(document.getElementById(id));
  }
}

/** What the page shows has another name, and with it another address, at which the page goes on. */
function becomes(url, text) {
  history.replaceState(history.state, "", url + location.hash);
  document.title = new DOMParser().parseFromString(text, "text/html").title;
}

/** The tag that the page came with, from where a script can see it. */
function tagOfThisPage() {
  const [page] = performance.getEntriesByType("navigation");
  const found = page?.serverTiming?.find(({ name }) => name === "tag");
  return found && `W/"${found.description}"`;
}

/** What stands in each row that has a name, without the times in it. */
function texts() {
  const rows = document.querySelectorAll("#main li[id]");
  return new Map([...rows].map((row) => [row.id, words(row)]));
}

function words(row) {
  const copy = row.cloneNode(true);
  for (const time of copy.querySelectorAll("time, .left")) time.remove();
  return copy.textContent;
}

/** Shows once where something changed. */
function glow(row) {
  row.classList.add("glow");
  row.addEventListener("animationend", () => row.classList.remove("glow"), { once: true });
}

function hear({ state, change, resync }) {
  if (state) show(state);
  if (resync || (change && concerns(change))) refresh();
  if (change) dot.title = change.summary;
}

/** Whether the page shows what changed; it names its process as its address does. */
function concerns({ process }) {
  const about = main().dataset.process;
  return about === undefined || decodeURIComponent(about).trim() === process;
}

function show(state) {
  if (state === "ended") return location.reload();
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
