// Dragging on the board, for who has a pointer: a card that is let go in another column gets the
// status of that, as it does by keys.

import "./sortable.js";
import { ask, hold, main, turns } from "./page.js";
import { sendTo } from "./send.js";

/** How long a finger rests on a card before it takes it along, in milliseconds. */
const REST = 300;

const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Has the cards of the columns that are shown taken along. */
export function follow() {
  for (const cards of main().querySelectorAll(".board ul")) {
    if (Sortable.get(cards)) continue;
    Sortable.create(cards, {
      group: "board",
      draggable: ".card",
      sort: false,
      animation: isCalm ? 0 : 100,
      delay: REST,
      delayOnTouchOnly: true,
      filter: "input",
      preventOnFilter: false,
      onStart: () => hold(true),
      onEnd: letGo,
    });
  }
}

async function letGo({ item, from, to, oldIndex }) {
  hold(false);
  const began = turns();
  if (from !== to) {
    const status = to.closest("section").id.replace("column-", "");
    await sendTo(`${item.querySelector(".name").getAttribute("href")}/update`, { status });
    // What is refused is where it was.
    if (began === turns()) from.insertBefore(item, from.children[oldIndex] ?? null);
  }
  // Something may have come meanwhile.
  await ask().catch(() => {});
}
