// What the reader has seen of each process, kept in this browser alone: up to which revision all of
// it, and the parts that were ticked since. What is there at a first visit counts as seen.

import { main } from "./page.js";

/** The parts that were ticked one by one: these are folded, and what was seen before is not. */
const folded = new Set();

/** Has `work` read and change what is kept. */
function keep(work) {
  try {
    const kept = JSON.parse(localStorage.getItem("seen")) ?? { first: Date.now(), of: {} };
    work(kept.of, kept.first);
    localStorage.setItem("seen", JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing knows of nothing new.
  }
}

/** What was seen of a process. If it has fewer revisions than that, it is another of its name. */
function seenOf(of, process, revision) {
  return of[process]?.at <= revision ? of[process] : (of[process] = { at: revision, parts: {} });
}

const since = (process, { at }) => `/p/${process}/since${at > 0 ? `/${at}` : ""}`;
const parts = () => [...main().querySelectorAll(".differences > li:has(.see)")];
const tick = (part) => part.querySelector(".see input");
const named = (part) => `${main().dataset.process}#${part.id}`;

function showProcess(of, { process, revision }) {
  const seen = seenOf(of, process, Number(revision));
  const made = Number(new URLSearchParams(location.search).get("made"));
  // Nobody looked here before; and what its reader just did is nothing new to them.
  if (seen.at === 0) seen.at = Number(revision);
  else if (made === seen.at + 1) seen.at = made;
  for (const link of main().querySelectorAll("[data-since]")) link.href = since(process, seen);
  const news = main().querySelector(".news");
  if (news) news.textContent = `${revision - seen.at} new`;
  for (const part of parts()) {
    const isSeen = part.dataset.revision <= (seen.parts[part.id] ?? seen.at);
    if (seen.parts[part.id] > 0) folded.add(named(part));
    part.toggleAttribute("data-folded", isSeen && folded.has(named(part)));
    tick(part).checked = isSeen;
    tick(part).parentElement.hidden = false;
  }
  for (const one of [news, document.getElementById("all-seen")]) if (one) one.hidden = revision <= seen.at;
}

function showRow(of, first, row) {
  const process = row.id.slice("p-".length);
  // It came since the first visit, and nobody has looked at it.
  if (Date.parse(row.querySelector("time")?.dateTime) > first) of[process] ??= { at: 0, parts: {} };
  const seen = seenOf(of, process, Number(row.dataset.revision));
  const link = row.querySelector(".new");
  link.href = since(process, seen);
  link.hidden = row.dataset.revision <= seen.at;
}

function show() {
  keep((of, first) => {
    if (main().dataset.revision) showProcess(of, main().dataset);
    for (const row of main().querySelectorAll(".processes > li")) showRow(of, first, row);
  });
}

/** Notes that a part was ticked or is not any more, or that all was seen, as with the last tick. */
function note(part) {
  const { process, revision } = main().dataset;
  const isWhole = !main().querySelector("[data-parts]") && parts().every((part) => tick(part).checked);
  keep((of) => {
    if (!part || isWhole) of[process] = { at: Number(revision), parts: {} };
    else seenOf(of, process, Number(revision)).parts[part.id] = tick(part).checked ? Number(part.dataset.revision) : 0;
  });
  show();
}

document.addEventListener("change", ({ target }) => {
  if (!target.closest(".see")) return;
  const part = target.closest("li");
  if (target.checked) folded.add(named(part));
  else folded.delete(named(part));
  note(part);
});
document.addEventListener("click", ({ target }) => target.id === "all-seen" && note());
document.addEventListener("shown", show);
show();
