// Code: asks for the colours of lines when these come near the window, leads to a line that is on
// another page of the code, and says at what a slider stands. It uses no other script, so that it
// waits for none.

/** How many lines stand above one that is led to. */
const ABOVE = 100;

/** What asks for colours does so while lines are a window's height away. */
const near = new IntersectionObserver(
  (parts) => parts.filter((part) => part.isIntersecting).forEach(({ target }) => colour(target)),
  { rootMargin: "100%" },
);

/** Puts the colours of lines in, behind their numbers. */
async function colour(part) {
  near.unobserve(part);
  const path = part.dataset.colours;
  if (!path) return; // they came after the browser had noticed that it is near
  const answer = await fetch(path).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return; // it stays plain
  const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
  // Another page may have been put in the place of this one.
  if (part.dataset.colours !== path) return;
  delete part.dataset.colours;
  for (const [at, line] of [...body.children].entries()) {
    const shown = part.children[at];
    shown?.replaceChildren(shown.firstChild, ...line.childNodes);
  }
}

const look = () => document.querySelectorAll("[data-colours]").forEach((part) => near.observe(part));

/** Goes to the line that the address names, if it is not among those that are shown. */
function lead() {
  const line = /^#L(\d+)$/.exec(location.hash)?.[1];
  if (!line || document.getElementById(`L${line}`) || !document.querySelector(".part > [id]")) return;
  const to = new URL(location);
  to.searchParams.set("from", Math.max(line - ABOVE, 1));
  if (to.href !== location.href) location.replace(to);
}

// What is chosen with a slider stands beside it.
document.addEventListener("input", ({ target }) => {
  const said = target.matches("[type=range]") && target.parentElement.querySelector("output");
  if (said) said.value = target.value;
});

document.addEventListener("shown", look);
addEventListener("hashchange", lead);
look();
lead();
