// Single keys, for those who like them: moving between rows, opening, and what a form does, through
// that form. None but Escape is taken from a field, and they can be switched off on the page that
// lists them. With Ctrl or Meta only K is taken, which opens the palette, also from a field and if
// the keys are off.

import { canMove, move } from "./move.js";
import { isSaid, unsay } from "./notice.js";
import { focusOn, main, storage } from "./page.js";

/** Where the browser keeps that they are switched off. */
const SWITCH = "keys";

/** How long the first of two keys waits for the second, in milliseconds. */
const PATIENCE = 2000;

/** The rows that the keys go through: the first of these that a page has. */
const ROWS = [".board .card", ".plan > li", ".processes > li", ".rows > li", ".jobs > li", ".changes tbody tr"];

const STATUSES = { t: "todo", i: "in_progress", b: "blocked", d: "done", c: "cancelled" };

/** What a key opens, follows, presses or goes to: the first of these that a page has. */
const PARTS = {
  n: "#new, #add, #add-job",
  e: "#describe, #edit",
  d: "#main [data-key=d]",
  p: "[data-copy='prompt']",
  u: "#main .made button",
  "/": "header .search input",
  "[": "#main a[rel=prev]",
  "]": "#main a[rel=next]",
};

/** The first of two keys, and when it was pressed. */
let first = "";
let pressedAt;

const find = (selector) => document.querySelector(selector);

/** The rows that can take the focus: on a phone, those of one column. */
function rows() {
  const kind = ROWS.find((kind) => main().querySelector(kind)) ?? ROWS[0];
  return [...main().querySelectorAll(kind)].filter((row) => row.checkVisibility() && row.querySelector("a[href], button"));
}

/** The row with the focus. */
const here = () => rows().find((row) => row.contains(document.activeElement));

function goTo(row) {
  focusOn(row, { preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

/** Goes to the next row or to the one before; if none has the focus, to the first that is seen. */
function step(by) {
  const all = rows();
  const row = here();
  if (row) return goTo(all[all.indexOf(row) + by]);
  goTo(all.find((row) => row.getBoundingClientRect().top >= 0) ?? all.at(-1));
}

/** Goes to the card beside this one: that in the same place of the next column which has any. */
function stepAside(by) {
  const sections = [...main().querySelectorAll(".board > section")].filter((column) => column.checkVisibility());
  const columns = sections.map((column) => [...column.querySelectorAll(".card")]).filter(([card]) => card);
  const at = columns.findIndex((cards) => cards.includes(here()));
  const beside = at >= 0 && columns[at + by];
  if (beside) goTo(beside[Math.min(columns[at].indexOf(here()), beside.length - 1)]);
}

/** Opens a part and goes on in it, behind what is in its first field; presses anything else. */
export function act(element) {
  const part = element?.closest("details");
  if (part) part.open = true;
  if (!element?.matches("details, input")) return element?.click();
  const field = part?.querySelector("textarea, input:not([type=hidden]), form button") ?? element;
  focusOn(field);
  field.setSelectionRange?.(field.value.length, field.value.length);
}

function edit() {
  const job = here()?.querySelector("form.fields[action$='/update']");
  act(job?.closest("details") ?? find(PARTS.e));
}

/** Sets the status of what is selected, of the row with the focus, or of the task of this page. */
function set(status) {
  const all = find("#main input[form=several]:checked") && find(`#several button[value="${status}"]`);
  if (all) return all.form.requestSubmit(all);
  const row = here();
  const own = find(`#main .statuses button[value="${status}"]`);
  if (!row && own) return own.form.requestSubmit(own);
  if (row) move(row, status);
}

/** Goes to the page of the navigation whose name begins so. */
function go(letter) {
  const pages = [...document.querySelectorAll("nav[aria-label=Pages] a")];
  act(pages.find((page) => page.textContent.toLowerCase().startsWith(letter)));
}

/** Closes what is open here, or else goes to what is above this page. */
function leave() {
  if (isSaid("refused")) return unsay("refused");
  const part = document.activeElement.closest("details[open]");
  if (part) {
    part.open = false;
    return focusOn(part.querySelector("summary"));
  }
  const above = [...document.querySelectorAll(".trail a")].at(-1);
  if (above || location.pathname !== "/") act(above ?? find(".product"));
}

/** Leaves a field, with what is typed in it. The browser empties a search field first. */
function leaveField(field) {
  if (field.type === "search" && field.value) return;
  if (field.closest("details[open]")) leave();
  else field.blur();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  h: () => stepAside(-1),
  l: () => stepAside(1),
  Escape: leave,
  e: edit,
  u: () => act(here()?.querySelector("a[href*='/undo?']") ?? find(PARTS.u)),
  x: () => here()?.querySelector("input[type=checkbox]")?.click(),
  "?": () => location.assign("/help#keys"),
};
for (const [key, part] of Object.entries(PARTS)) KEYS[key] ??= () => act(find(part));
for (const [key, status] of Object.entries(STATUSES)) KEYS[`s ${key}`] = () => set(status);

/** In a row, arrows do the same, and with Alt they move the row; elsewhere they scroll. */
const ARROWS = { ArrowDown: "j", ArrowUp: "k", ArrowLeft: "h", ArrowRight: "l" };

/** The keys that may be held down. */
const HELD = ["j", "k", "h", "l"];

function press(event) {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key === "k") {
    event.preventDefault();
    return openPalette();
  }
  const isField = target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.defaultPrevented || event.isComposing || isOff() || find("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || ["Shift", "CapsLock", "Alt"].includes(key)) return;
  if (isField) return key === "Escape" && leaveField(target);
  const row = here();
  const arrow = row && ARROWS[key];
  const way = event.altKey && arrow && key.replace("Arrow", "").toLowerCase();
  if (event.altKey && !(way && canMove(row, way))) return;
  const begun = event.timeStamp - pressedAt < PATIENCE ? first : "";
  const name = begun + (arrow || key);
  first = ["s", "g"].includes(name) && !way ? `${name} ` : "";
  pressedAt = event.timeStamp;
  if (way) {
    if (!event.repeat) move(row, way);
  } else if (begun === "g ") {
    go(key);
  } else if (first) {
    // The second is yet to come.
  } else if (KEYS[name] && (!event.repeat || HELD.includes(name))) {
    KEYS[name]();
  } else {
    return;
  }
  event.preventDefault();
}

async function openPalette() {
  (await import("./palette.js")).open();
}

const isOff = () => storage?.getItem(SWITCH) === "off";

/** Lets the page that lists the keys switch them on and off. */
function showSwitch() {
  const field = document.getElementById("keys-on");
  if (!field) return;
  field.checked = !isOff();
  field.closest("[hidden]")?.removeAttribute("hidden");
  field.addEventListener("change", () => storage?.setItem(SWITCH, field.checked ? "on" : "off"));
}

document.addEventListener("keydown", press);
document.addEventListener("click", async ({ target }) => {
  const copier = target.closest("[data-copy]");
  if (copier) (await import("./copy.js")).copy(copier);
  if (target.closest("[data-palette]")) openPalette();
});
showSwitch();
