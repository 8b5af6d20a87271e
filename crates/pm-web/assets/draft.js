// Keeps what is being typed in this browser, so that no change underneath, reload, crash or logout
// takes it away: it stays until it is saved or discarded.

import { button, say, unsay } from "./notice.js";
import { focusOn, isOfForm, main, typed } from "./page.js";

/** What begins the names under which drafts are kept, before the address of a form and a field. */
const KEPT = "draft ";

/** How long after a key it is written down, in milliseconds. */
const PAUSE = 300;

/** How long a draft is kept that nobody comes back to, in milliseconds. */
const LONGEST = 30 * 24 * 60 * 60 * 1000;

/** The fields of changes that are typed into; tokens, and what is looked for, are none. */
const FIELDS = "#main form[method=post] :is(textarea, input:not([type], [hidden]))";

const storage = storageIfAllowed();

/** The names of what was typed in this window, which is put back without a question. */
const ours = new Set();

/** The fields with something that is not written down yet. */
const pending = new Set();
let timer;

const actionOf = (field) => field.form.getAttribute("action");
const keyOf = (field) => `${KEPT}${actionOf(field)}#${field.name}`;

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
  const fields = [...form.elements].filter((field) => field.matches(`${FIELDS}, select`));
  const done = fields.filter((field) => lines(sent.get(field.name)) === lines(field.value));
  for (const field of done) {
    mark(field, false);
    drop(field);
  }
  return done.length === fields.length;
}

/** Notes what was typed into a field. */
function note(field) {
  const isTyped = isOfForm() || field.value !== field.defaultValue;
  mark(field, isTyped);
  if (!isTyped) return drop(field);
  ours.add(keyOf(field));
  pending.add(field);
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
}

/** Says of a field whether it is left as it is, and what it began with, when the page changes. */
function mark(field, isTyped) {
  if (isTyped) field.dataset.dirty = keyOf(field);
  else delete field.dataset.dirty;
  beganWith(field)?.toggleAttribute("data-dirty", isTyped);
}

/** Keeps what was typed under the address that its form has now. */
function follow() {
  for (const field of typed()) {
    if (field.dataset.dirty === keyOf(field) || !field.matches(FIELDS)) continue;
    storage?.removeItem(field.dataset.dirty);
    note(field);
  }
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

/** Puts back what was typed in this window, and offers what was typed before. */
function offer() {
  const offered = new Map();
  for (const field of document.querySelectorAll(FIELDS)) {
    const draft = read(keyOf(field));
    if (!draft || field.hasAttribute("data-dirty")) continue;
    const isThere = field.value === draft.text;
    if (isThere && isOfForm()) note(field);
    else if (isThere && field.value === field.defaultValue) drop(field);
    else if (isThere || ours.has(keyOf(field))) put(field, draft);
    else offered.set(actionOf(field), [...(offered.get(actionOf(field)) ?? []), [field, draft]]);
  }
  for (const [action, drafts] of offered) offerOne(action, drafts);
}

/** Offers the draft of a form. */
function offerOne(action, drafts) {
  const [[first, { at }]] = drafts;
  const name = `${KEPT}${action}`;
  const title = first.closest("details")?.querySelector("summary") ?? first.labels[0];
  const what = title.firstChild.textContent.trim();
  const when = new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const keys = drafts.map(([field, draft]) => [keyOf(field), draft]);
  const use = button("Use it", () => {
    unsay(name);
    const fields = [...document.querySelectorAll(FIELDS)];
    for (const [key, draft] of keys) {
      const field = fields.find((field) => keyOf(field) === key);
      if (field) put(field, draft);
    }
    focusOn(fields.find((field) => keyOf(field) === keys[0][0]));
  });
  const discard = button("Discard", () => {
    unsay(name);
    for (const [key] of keys) if (!ours.has(key)) storage?.removeItem(key);
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

function prune() {
  for (const key of Object.keys(storage ?? {})) {
    const isOld = key.startsWith(KEPT) && !(read(key)?.at > Date.now() - LONGEST);
    if (isOld) storage.removeItem(key);
  }
}

function storageIfAllowed() {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

document.addEventListener("input", ({ target }) => target.matches(FIELDS) && note(target));
document.addEventListener("change", ({ target }) => {
  if (target.matches("#main form[method=post] select")) mark(target, true);
});
document.addEventListener("visibilitychange", flush);
document.addEventListener("shown", () => {
  follow();
  clear();
  offer();
});
addEventListener("pagehide", flush);
prune();
offer();
