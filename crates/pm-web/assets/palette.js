// All that can be gone to or done from a page, by its name: other pages, processes, the tasks of this
// one, and what this page does, found in it as its readers find it.

import { act } from "./keys.js";
import { button } from "./notice.js";
import { main, parse } from "./page.js";

/** What a page does. What it does to each row of many has no name of its own. */
const OWN = [
  "nav[aria-label=Pages] a",
  "header form:not(.search) button",
  "#main nav:not(.trail) a",
  "#main .task-head a",
  "#main .acts > a",
  "#main .act:not(li *) > summary",
  "#main form[method=post]:not(details *) button",
].join();

const dialog = document.createElement("dialog");
dialog.className = "palette";
dialog.setAttribute("aria-label", "Go to, or do");
dialog.innerHTML = `<input autocomplete="off" aria-label="Name of a page, a process, a task or what to do"><ul></ul>`;
const [field, list] = dialog.children;
document.body.append(dialog);

let asked = 0;

/** Shows the palette, with nothing looked for yet. */
export function open() {
  if (dialog.open) return;
  field.value = "";
  dialog.showModal();
  look();
}

/** Lists what has all words that are looked for. */
async function look() {
  asked += 1;
  const ask = asked;
  const words = field.value.toLowerCase().split(/\s+/);
  const own = [...document.querySelectorAll(OWN)]
    .filter((element) => element.checkVisibility())
    .map((element) => [element, nameOf(element)])
    .filter(([, name]) => words.every((word) => name.toLowerCase().includes(word)));
  list.replaceChildren(...own.map(([element, name]) => item(element, name)));
  const query = new URLSearchParams({ q: field.value, process: main().dataset.process ?? "" });
  const answer = await fetch(`/palette?${query}`).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  const names = parse(await answer.text()).querySelectorAll("li");
  if (ask === asked) list.append(...names);
}

/** What something is called, with the name of what it is in if that has one. */
function nameOf(element) {
  const name = element.getAttribute("aria-label") ?? element.innerText;
  const group = element.closest("form, nav")?.getAttribute("aria-label");
  return (group && element.matches("button, #main a") ? `${group}: ${name}` : name).trim();
}

function item(element, name) {
  const made = document.createElement("li");
  const choose = () => {
    dialog.close();
    act(element.matches("summary") ? element.parentElement : element);
  };
  made.append(button(name, choose));
  return made;
}

field.addEventListener("input", look);
dialog.addEventListener("keydown", (event) => {
  const stops = [field, ...list.querySelectorAll("a, button")];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isChosen = event.key === "Enter" && event.target === field;
  if (by) stops.at((stops.indexOf(event.target) + by) % stops.length).focus();
  if (isChosen) stops[1]?.click();
  if (by || isChosen) event.preventDefault();
});
// A click beside the palette closes it.
dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
