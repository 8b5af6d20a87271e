// Sends forms without leaving the page: what was changed is shown in its place, what was refused is
// said where the reader is, and nothing that was typed is lost.

import { flush, forget } from "./draft.js";
import { button, say, unsay } from "./notice.js";
import { ask, focusOn, goOnAt, isOfForm, leave, main, parse, show, turnTo, turns } from "./page.js";

/** The forms that are on their way. */
const sending = new WeakSet();

/** Whether a form changes something, other than who is logged in. */
function isChange(form) {
  const isPost = form.getAttribute("method") === "post" && form.closest("#main, #notices");
  // A file is for the browser to send.
  return isPost && !form.matches("[enctype]") && !form.querySelector("[type=password]");
}

/** Whether a form has a field to type in, and not only something to choose. */
function isTyped(form) {
  return form.querySelector("textarea, input:not([type=hidden], [type=checkbox])") !== null;
}

/** Sends a form as one of its buttons does, unless it is on its way already. */
export async function send(form, submitter) {
  if (sending.has(form)) return;
  sending.add(form);
  form.setAttribute("aria-busy", "true");
  flush();
  try {
    await carry(form, submitter);
  } finally {
    sending.delete(form);
    form.removeAttribute("aria-busy");
  }
}

/** Sends what no form on the page has, such as the status of a card that is moved. */
export function sendTo(action, fields) {
  const form = document.createElement("form");
  form.setAttribute("action", action);
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  return send(form);
}

async function carry(form, submitter) {
  const fields = new FormData(form, submitter);
  const to = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  const again = button("Try again", () => send(form, submitter));
  const began = turns();
  let answer, text;
  try {
    const [body, headers] = [new URLSearchParams(fields), { Accept: "text/html" }];
    answer = await fetch(to, { method: "POST", body, headers, cache: "no-store" });
    text = await answer.text();
  } catch {
    return say("refused", "alert", "No answer: it is not certain whether this was kept. Look before you try again.", again);
  }
  if (answer.redirected) {
    await taken(form, fields, answer, text);
    // A page that was put in place meanwhile may have been a newer one.
    if (turns() > began + 1) await ask().catch(() => {});
  } else if (answer.status === 401) {
    leave("Not sent: you are not logged in any more.", again);
  } else {
    refused(form, answer, parse(text));
  }
}

/** Shows what a change led to. */
async function taken(form, fields, answer, text) {
  unsay("refused");
  const isDone = forget(form, fields);
  // The change was made, and the page that shows it did not come: the browser goes there.
  if (!answer.ok) return location.assign(answer.url);
  const isRename = form.getAttribute("action") === `${location.pathname}/rename`;
  if (!isOfForm() && (isRename || new URL(answer.url).pathname === location.pathname)) {
    goOnAt(answer.url);
    await show(answer, text);
    if (isDone && form.isConnected) settle(form);
  } else {
    history.pushState(null, "", answer.url);
    turnTo(answer, parse(text));
  }
  if (document.activeElement === document.body) focusOn(main().querySelector("h1"));
}

/** Puts a form back to what it was before it was filled in, and closes the part that it is in. */
function settle(form) {
  form.reset();
  const part = form.closest("details");
  if (!part || !isTyped(form)) return;
  const isWithin = part.contains(document.activeElement) || document.activeElement === document.body;
  part.open = false;
  if (isWithin) focusOn(part.querySelector("summary"));
}

/** Says why a change was not made. */
function refused(form, answer, page) {
  const reason = page.getElementById("reason");
  const again = page.querySelector("#main form[method=post]");
  if (isTyped(form) && again?.querySelector("textarea")) {
    if (!isOfForm()) history.pushState(null, "", location.href);
    turnTo(answer, page, { ofForm: true });
    return focusOn(document.getElementById("reason"));
  }
  const words = reason ? [...reason.childNodes] : `The server refuses it (${answer.status}).`;
  say("refused", "alert", words, ...ways(again));
}

/** What can be sent in place of what was refused. */
function ways(again) {
  for (const other of again?.querySelectorAll(".buttons > :not(button[name])") ?? []) other.remove();
  return again?.querySelector("button") ? [document.adoptNode(again)] : [];
}

addEventListener("submit", (event) => {
  if (!isChange(event.target)) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

// The second click of a double click does not count, nor does a key that is held down.
addEventListener("click", (event) => {
  const isAgain = event.detail > 1 && event.target.closest("form[method=post] button");
  if (isAgain) event.preventDefault();
}, true);

addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.repeat && event.target.closest("form[method=post] button")) event.preventDefault();
  const isSave = (event.ctrlKey || event.metaKey) && event.target.form?.closest("#main");
  if (isSave && isChange(event.target.form)) event.target.form.requestSubmit();
});
