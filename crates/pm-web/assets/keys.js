// Single keys, for who likes them: moving between rows, opening, and what a form does, through that
// form. None is taken from a field, nor with Ctrl, Alt or Meta, and all can be switched off on the page
// that lists them.

import "./colours.js";
import { isSaid, unsay } from "./notice.js";
import { focusOn, main } from "./page.js";
import { sendTo } from "./send.js";

/** Where the browser keeps that they are switched off. */
const SWITCH = "keys";

/** How long the first of two keys waits for the second, in milliseconds. */
const PATIENCE = 2000;

/** What is gone through: the first of these that a page has. */
const ROWS = [".board .card", ".plan > li", ".processes > li", ".rows > li", ".jobs > li", ".changes tbody tr"];

const STATUSES = { t: "todo", i: "in_progress", b: "blocked", d: "done", c: "cancelled" };

let first; // of two keys
let timer;

const find = (selector) => document.querySelector(selector);
const click = (selector) => find(selector)?.click();

/** The rows that can take the focus. */
function rows() {
  const kind = ROWS.find((kind) => main().querySelector(kind)) ?? ROWS[0];
  return [...main().querySelectorAll(kind)].filter((row) => row.querySelector("a[href], button"));
}

/** The row with the focus. */
const here = () => rows().find((row) => row.contains(document.activeElement));

function goTo(row) {
  focusOn(row, { preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

/** Goes to the next row or to the one before; at first to that which is seen first. */
function step(by) {
  const all = rows();
  const row = here();
  if (row) return goTo(all[all.indexOf(row) + by]);
  goTo(all.find((row) => row.getBoundingClientRect().top >= 0) ?? all.at(-1));
}

/** Goes to the card beside this one: that in the same place of the next column which has any. */
function stepAside(by) {
  const row = here();
  if (!row?.matches(".card")) return;
  const columns = [...main().querySelectorAll(".board > section")].filter((one) => one.querySelector(".card"));
  const column = row.closest("section");
  const place = [...column.querySelectorAll(".card")].indexOf(row);
  const cards = columns[columns.indexOf(column) + by]?.querySelectorAll(".card");
  if (cards) goTo(cards[Math.min(place, cards.length - 1)]);
}

/** Opens the part that a form is in, and goes on behind what is in its first field. */
function open(form) {
  const part = form?.closest("details");
  if (!part) return;
  part.open = true;
  const field = part.querySelector("textarea, input:not([type=hidden])");
  focusOn(field);
  field?.setSelectionRange(field.value.length, field.value.length);
}

const formTo = (verb, within = main()) => within.querySelector(`form[action$="/${verb}"]`);
const withFields = (verb, within) => within?.querySelector(`form.fields[action$="/${verb}"]`);

function edit() {
  const job = here()?.closest(".jobs > li");
  open(withFields("update", job) ?? formTo("describe") ?? formTo("save"));
}

/** Sets the status of what is selected, of the row with the focus, or of the task of this page. */
function set(status) {
  const all = find("#main input[form=several]:checked") && find(`#several button[value="${status}"]`);
  if (all) return all.form.requestSubmit(all);
  const row = here();
  const own = find(`#main .statuses button[value="${status}"]`);
  if (!row && own) return own.form.requestSubmit(own);
  // Without forms nothing can be changed.
  const to = row && find("#main form[method=post]") && addressToChange(row);
  if (to) sendTo(to, { status });
}

/** Where the status of what a row shows is sent. */
function addressToChange(row) {
  const form = formTo("update", row);
  if (form) return form.getAttribute("action");
  const page = row.matches(".card, .plan > li") && row.querySelector(".name[href]");
  return page && `${page.getAttribute("href")}/update`;
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
  if (above) above.click();
  else if (location.pathname !== "/") click(".product");
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  h: () => stepAside(-1),
  l: () => stepAside(1),
  Escape: leave,
  n: () => open(find("#main form[action='/new']") ?? formTo("add") ?? formTo("add-job")),
  e: edit,
  "[": () => click("#main a[rel=prev]"),
  "]": () => click("#main a[rel=next]"),
  x: () => here()?.querySelector("input[type=checkbox]")?.click(),
  u: () => click("#main .made button"),
  "/": () => find("header .search input").focus(),
  "?": () => location.assign("/help#keys"),
  "g h": () => click("header nav a[href='/']"),
  "g a": () => click("header nav a[href='/activity']"),
  "g s": () => click("header nav a[href='/status']"),
};
for (const [key, status] of Object.entries(STATUSES)) KEYS[`s ${key}`] = () => set(status);

/** In a row, arrows do the same; elsewhere they scroll. */
const ARROWS = { ArrowDown: "j", ArrowUp: "k", ArrowLeft: "h", ArrowRight: "l" };

/** The keys that may be held down. */
const HELD = ["j", "k", "h", "l"];

function press(event) {
  const { key, target } = event;
  const isField = target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (isField || event.defaultPrevented || event.isComposing || isOff()) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (["Shift", "CapsLock"].includes(key)) return;
  const one = ARROWS[key] && here() ? ARROWS[key] : key;
  const name = first ? `${first} ${one}` : one;
  first = undefined;
  clearTimeout(timer);
  if (["s", "g"].includes(name)) {
    first = name;
    timer = setTimeout(() => (first = undefined), PATIENCE);
  } else if (KEYS[name] && (!event.repeat || HELD.includes(name))) {
    KEYS[name]();
  } else {
    return;
  }
  event.preventDefault();
}

function isOff() {
  try {
    return localStorage.getItem(SWITCH) === "off";
  } catch {
    return false;
  }
}

/** Has the page that lists the keys switch them. */
function showSwitch() {
  const field = document.getElementById("keys-on");
  if (!field) return;
  field.checked = !isOff();
  field.closest("[hidden]")?.removeAttribute("hidden");
  field.addEventListener("change", () => localStorage.setItem(SWITCH, field.checked ? "on" : "off"));
}

/** Has cards dragged as well, on a board that may be changed. */
async function followCards() {
  if (!find("#main .board") || !find("#main form[method=post]")) return;
  const { follow } = await import("./move.js");
  follow();
}

document.addEventListener("keydown", press);
document.addEventListener("shown", followCards);
followCards();
showSwitch();
