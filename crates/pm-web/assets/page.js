// The page as it is shown: a page that comes is put in its place in one way, whatever asked for it,
// so that focus, selection, scroll and what readers opened stay.

import htmx from "./htmx.js";
import { isSaid, say, unsay } from "./notice.js";

// Whether a part is open is up to its reader.
htmx.config.morphIgnore.push("open");

const address = () => location.pathname + location.search;

let tag = tagOfThisPage(); // of the page as it is shown
let shown = address();
let turn = 0;
let isAnswer = false;
let isHeld = false;
let last;
let told; // what was just done, as it stands on the page

/** What this browser keeps, if it keeps anything for pages. */
export const storage = storageIfAllowed();

export const main = () => document.getElementById("main");

export const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/** How often a page was put in place, which tells whether one was since. */
export const turns = () => turn;

/** Whether what is shown was sent back with a form, so that no address leads to it. */
export const isOfForm = () => isAnswer;

/** The fields with something that was typed and not sent. */
export const typed = () => [...document.querySelectorAll("#main [data-dirty]")];

/** Notes who changed what the page shows. */
export const hear = (by) => (last = { by, at: new Date().toISOString() });

/** Who changed last what the page shows, as far as is known, and when that was heard of. */
export const lastChange = () => last ?? hear("somebody");

/** Leaves the page as it is while something on it is being dragged, or no longer. */
export const hold = (isSo) => (isHeld = isSo);

/** Asks for the page again, and puts it in place unless it is as it was. */
export async function ask() {
  if (isAnswer || isHeld) return;
  const began = turn;
  const headers = { Accept: "text/html", ...(tag && { "If-None-Match": tag }) };
  const answer = await fetch(location.href, { headers, cache: "no-store" });
  if (answer.status === 304) return;
  if (answer.status === 401 || new URL(answer.url).pathname === "/login") return leave();
  if (answer.status >= 500) return;
  const text = await answer.text();
  // What was put in place meanwhile is newer.
  if (began !== turn || isHeld) return;
  if (answer.redirected) goOnAt(answer.url);
  await show(answer, text);
}

/** Has the page go on at another address, since what it shows has another name. */
export const goOnAt = (url) => history.replaceState(history.state, "", url + location.hash);

/** Puts a page in the place of its former state, and takes nothing away that is being typed. */
export async function show(answer, text) {
  const page = parse(text);
  if (typed().some((field) => !counterpart(page, field))) {
    if (isSaid("gone")) return;
    return say("gone", "status", "What you are writing in is gone. The page is left as it was.");
  }
  begin(answer, page);
  const before = rows();
  const row = document.activeElement.closest("#main li[id]")?.id;
  await htmx.swap({ text, target: main(), sourceElement: main(), select: "#main", swap: "outerMorph" });
  document.dispatchEvent(new Event("shown"));
  if (row && document.activeElement === document.body) focusOn(document.getElementById(row));
  const changed = [...rows()].filter(([id, words]) => before.get(id) !== words);
  for (const [id] of changed) glow(document.getElementById(id));
}

/** Puts a page in the place of another one; `ofForm` says that it came in answer to a form. */
export function turnTo(answer, page, { ofForm = false } = {}) {
  begin(answer, page);
  isAnswer = ofForm;
  main().replaceWith(document.adoptNode(page.getElementById("main")));
  scrollTo(0, 0);
  document.dispatchEvent(new Event("shown"));
}

/** Notes that what is shown is about to be the page that came with an answer. */
function begin(answer, page) {
  unsay("gone");
  document.title = page.title;
  const ways = page.querySelectorAll("header nav");
  for (const [at, way] of document.querySelectorAll("header nav").entries()) {
    if (way.outerHTML !== ways[at].outerHTML) way.replaceWith(document.adoptNode(ways[at]));
  }
  turn += 1;
  tag = answer.headers.get("ETag");
  shown = address();
}

/** Moves the focus to an element that need not take it by itself; in a row, to a link or button. */
export function focusOn(element, options) {
  const target = element?.matches("li, tr") ? element.querySelector("a[href], button") : element;
  if (target && target.tabIndex < 0) target.tabIndex = -1;
  target?.focus(options);
}

/** Has somebody who is logged out log in again; what they typed stays where it is. */
export function leave(words, ...ways) {
  if (!words && typed().length === 0) return location.reload();
  // What was not sent says so, and can be sent again.
  if (!words && isSaid("refused")) return;
  const href = `/login?to=${encodeURIComponent(address())}`;
  const textContent = "Log in, in a new tab";
  const link = Object.assign(document.createElement("a"), { href, textContent, target: "_blank" });
  say("refused", "alert", words ?? "You are not logged in any more. What you typed stays.", link, ...ways);
}

/** Finds a field of this page in `page`, the same page as it is now, if that still has it. */
export function counterpart(page, field) {
  // If what the page shows has another name now, it has another address.
  const [was] = shown.split("?");
  const action = field.form.getAttribute("action").replace(was, location.pathname);
  const forms = [...page.querySelectorAll("#main form")];
  const same = forms.filter((form) => form.getAttribute("action") === action);
  return same.map((form) => form.elements.namedItem(field.name)).find((found) => found);
}

function storageIfAllowed() {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** The tag that the page came with, from where a script can see it. */
function tagOfThisPage() {
  const [page] = performance.getEntriesByType("navigation");
  const found = page?.serverTiming?.find(({ name }) => name === "tag");
  return found && `W/"${found.description}"`;
}

/** What stands in each row that has a name, without the times in it. */
function rows() {
  const words = (row) => {
    const copy = row.cloneNode(true);
    for (const time of copy.querySelectorAll("time, .left")) time.remove();
    return copy.textContent;
  };
  return new Map([...document.querySelectorAll("#main li[id]")].map((row) => [row.id, words(row)]));
}

/** Shows once where something changed. */
function glow(row) {
  row.classList.add("glow");
  row.addEventListener("animationend", () => row.classList.remove("glow"), { once: true });
}

/** Says what was just done where it is read out: what comes with a page is not always. */
function tell() {
  const made = main().querySelector(".made");
  if (made?.outerHTML === told) return;
  told = made?.outerHTML;
  document.getElementById("said").textContent = made?.firstElementChild.textContent ?? "";
}

document.addEventListener("shown", tell);
tell();
addEventListener("popstate", () => {
  // Going back from one line of a page to another comes here, too.
  if (isAnswer || address() !== shown) location.reload();
});
