// Keeps what is being typed or chosen in this browser, so that no change underneath, reload, crash or
// logout takes it away: it stays until it is saved or discarded.

import { button, isSaid, say, unsay } from "./notice.js";
import { counterpart, focusOn, isOfForm, lastChange, main, storage, typed } from "./page.js";

/** What begins the names under which drafts are kept, before the address of a form and a field. */
const KEPT = "draft ";

/** How long after a key a text is written down, in milliseconds. */
const PAUSE = 300;

/** How long a draft is kept that nobody comes back to, in milliseconds. */
const LONGEST = 30 * 24 * 60 * 60 * 1000;

/** The fields of forms that change something; those for a token or a search are not among them. */
const FIELDS = "#main form[method=post]:not([enctype]) :is(textarea, select, input:not([type], [hidden]))";

/** The names of what was typed in this window, which is put back without a question. */
const ours = new Set();

/** The fields with something that is not written down yet. */
const pending = new Set();
let timer;

/** Who changed the text of a field in which somebody types, and when that was first seen. */
const changes = new Map();

const fields = () => [...document.querySelectorAll(FIELDS)];
const actionOf = (field) => field.form.getAttribute("action");
const keyOf = (field) => `${KEPT}${actionOf(field)}#${field.name}`;
const first = (field) => field.querySelector("[selected]")?.value ?? field.defaultValue;

/** The checksum of what a field began with, if its form has one. */
const beganWith = (field) => field.form.elements.namedItem(`was-${field.name}`);

/** Writes down what was typed and is not yet. */
export function flush() {
  for (const field of pending) {
    const draft = { text: field.value, from: beganWith(field)?.value, at: Date.now() };
    try {
      storage?.setItem(keyOf(field), JSON.stringify(draft));
    } catch {
      // The browser keeps no more. The text is still in its field.
    }
  }
  pending.clear();
}

/** Forgets what was typed into a form and sent; answers whether nothing was typed since. */
export function forget(form, sent) {
  const lines = (text) => text?.replaceAll("\r\n", "\n");
  const all = [...form.elements].filter((field) => field.matches(FIELDS));
  const done = all.filter((field) => lines(sent.get(field.name)) === lines(field.value));
  for (const field of done) {
    mark(field, false);
    drop(field);
  }
  return done.length === all.length;
}

/** Notes what was typed into a field. */
function note(field) {
  const isTyped = isOfForm() || field.value !== first(field);
  mark(field, isTyped);
  if (!isTyped) return drop(field);
  ours.add(keyOf(field));
  pending.add(field);
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
}

/** Marks a field, and what it began with, to stay as they are when the page changes; or not. */
function mark(field, isTyped) {
  if (isTyped) field.dataset.dirty = keyOf(field);
  else delete field.dataset.dirty;
  beganWith(field)?.toggleAttribute("data-dirty", isTyped);
}

function drop(field) {
  pending.delete(field);
  ours.delete(keyOf(field));
  storage?.removeItem(keyOf(field));
}

/** Puts a draft into its field. */
function put(field, { text, from }) {
  field.value = text;
  if (from && beganWith(field)) beganWith(field).value = from;
  mark(field, true);
  ours.add(keyOf(field));
  const part = field.closest("details");
  if (part) part.open = true;
}

function read(key) {
  try {
    return JSON.parse(storage?.getItem(key) ?? null);
  } catch {
    return null;
  }
}

/** Keeps what was typed under the address that its form has now. */
function follow() {
  for (const field of typed()) {
    if (field.dataset.dirty === keyOf(field) || !field.matches(FIELDS)) continue;
    storage?.removeItem(field.dataset.dirty);
    note(field);
  }
}

/** Puts back what was typed in this window, and offers what was typed before. */
function restore() {
  for (const field of fields()) {
    const draft = read(keyOf(field));
    if (!draft || field.hasAttribute("data-dirty")) continue;
    const isThere = field.value === draft.text;
    if (isThere && isOfForm()) note(field);
    else if (isThere && field.value === first(field)) drop(field);
    else if (isThere || ours.has(keyOf(field))) put(field, draft);
    else offer(field, draft);
  }
}

/** Offers the draft of the form that a field is in. */
function offer(field, { at }) {
  const action = actionOf(field);
  const name = `${KEPT}${action}`;
  if (isSaid(name)) return;
  const title = field.closest("details")?.querySelector("summary") ?? field.labels[0];
  const what = title.firstChild.textContent.trim();
  const when = new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const use = button("Use it", () => {
    unsay(name);
    const others = fields().filter((other) => actionOf(other) === action && !("dirty" in other.dataset));
    const drafts = others.map((other) => [other, read(keyOf(other))]).filter(([, draft]) => draft);
    for (const [other, draft] of drafts) put(other, draft);
    focusOn(drafts[0]?.[0]);
  });
  const discard = button("Discard", () => {
    unsay(name);
    const keys = Object.keys(storage).filter((key) => key.startsWith(`${name}#`) && !ours.has(key));
    for (const key of keys) storage.removeItem(key);
    focusOn(main().querySelector("h1"));
  });
  say(name, "status", `Your draft of “${what}”, from ${when}.`, use, discard);
}

/** Takes back the offers for forms that are not on the page. */
function clear() {
  const forms = [...document.querySelectorAll("#main form")];
  const actions = new Set(forms.map((form) => `${KEPT}${form.getAttribute("action")}`));
  for (const { dataset } of document.querySelectorAll("#notices > .notice")) {
    if (dataset.name.startsWith(KEPT) && !actions.has(dataset.name)) unsay(dataset.name);
  }
}

/** Says behind each field in which somebody types that what it began with was changed, and to what. */
function compare({ detail: { tasks } }) {
  for (const field of typed()) {
    const present = counterpart(tasks[0].fragment, field);
    const [was, is] = [field, present].map((one) => one && beganWith(one)?.value);
    if (!is || is === was) continue;
    const change = changes.get(`${keyOf(field)} ${is}`) ?? lastChange();
    changes.set(`${keyOf(field)} ${is}`, change);
    const part = document.createElement("details");
    part.className = "act changed";
    part.id = `changed-${actionOf(present)}#${present.name}`;
    part.innerHTML = `<summary>changed by <b dir="auto"></b> <time></time>: compare</summary><pre class="theirs" tabindex="0"></pre>`;
    const [by, time, text] = part.querySelectorAll("b, time, pre");
    by.textContent = change.by;
    time.dateTime = change.at;
    time.textContent = ago(change.at);
    text.textContent = present.selectedOptions?.[0].text ?? present.value;
    present.closest("label").after(part);
  }
}

function ago(at) {
  const seconds = Math.round((Date.now() - Date.parse(at)) / 1000);
  return seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}

function prune() {
  for (const key of Object.keys(storage ?? {})) {
    const isOld = key.startsWith(KEPT) && !(read(key)?.at > Date.now() - LONGEST);
    if (isOld) storage.removeItem(key);
  }
}

document.addEventListener("input", ({ target }) => target.matches(FIELDS) && note(target));
document.addEventListener("click", ({ target }) => {
  const { elements = [] } = target.closest("[data-forget]")?.closest("form") ?? {};
  [...elements].filter((field) => field.matches(FIELDS)).forEach(drop);
});
document.addEventListener("visibilitychange", flush);
document.addEventListener("htmx:before:swap", compare);
document.addEventListener("shown", () => {
  follow();
  clear();
  restore();
});
addEventListener("pagehide", flush);
setInterval(() => {
  for (const time of document.querySelectorAll(".changed time")) time.textContent = ago(time.dateTime);
}, 1000);
prune();
restore();
