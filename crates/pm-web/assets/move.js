// Moving what rows show: a card that is moved to another column gets its status, and a row that is
// moved to another place changes the order. Keys do it, the menu of a card, which also renames and
// deletes its task, and a drag, if there is room for one.

import { say } from "./notice.js";
import { ask, hold, main, turns } from "./page.js";
import { sendTo } from "./send.js";

/** How long a finger rests on a card before it takes the card along, in milliseconds. */
const REST = 300;

const isNarrow = matchMedia("(max-width: 720px)");
const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const statusOf = (column) => column.id.replace("column-", "");
const nameOf = (row) => decodeURIComponent(addressOf(row).split("/").at(-1));

/** Where changes of what a row shows are sent, before the verb; nowhere if nothing may be changed. */
function addressOf(row) {
  const form = row.querySelector("form[action$='/update']");
  if (form) return form.getAttribute("action").replace(/\/update$/, "");
  const page = row.matches(".card, .plan > li") && main().querySelector("form[method=post]");
  return page && row.querySelector(".name").getAttribute("href");
}

/** Whether what a row shows can be moved in this direction. */
export const canMove = (row, way) => addressOf(row) && (row.matches(".card") || ["up", "down"].includes(way));

/**
 * Moves what a row shows: "left" or "right" to the next column, "up" or "down" past the next row, or to
 * the column of a status.
 */
export function move(row, to) {
  const address = addressOf(row);
  const isForward = { left: false, right: true, up: false, down: true }[to];
  const beside = isForward ? "nextElementSibling" : "previousElementSibling";
  if (!address) return;
  if (isForward === undefined) return sendTo(`${address}/update`, { status: to });
  if (["left", "right"].includes(to)) {
    const column = row.closest(".board > section")?.[beside];
    return column && move(row, statusOf(column));
  }
  if (row.closest("#column-done")) return say("refused", "status", "Done tasks stand by when they were done.");
  if (row[beside]) return put(row, isForward ? "after" : "before", row[beside]);
}

/** Moves what a row shows beside what another row shows. */
const put = (row, to, beside) => sendTo(`${addressOf(row)}/move`, { to, [to]: nameOf(beside) });

/** Asks what is to be done with a card. */
function askWhere(card) {
  const menu = document.getElementById("card-menu");
  menu.querySelector("h2").textContent = `Move ${card.querySelector(".name").innerText}`;
  const name = menu.querySelector("input");
  name.value = nameOf(card).trim();
  menu.returnValue = "";
  menu.onclose = () => {
    const [row, to] = [document.getElementById(card.id), menu.returnValue];
    const fields = { rename: { name: name.value }, delete: {} }[to];
    if (row && fields) sendTo(`${addressOf(row)}/${to}`, fields);
    else if (row && to) move(row, to);
  };
  menu.showModal();
}

/** Lets the cards of the columns that are shown be dragged. */
async function followCards() {
  if (isNarrow.matches || !main().querySelector(".board") || !main().querySelector("form[method=post]")) return;
  await import("./sortable.js");
  for (const cards of main().querySelectorAll(".board ul")) {
    if (Sortable.get(cards)) continue;
    Sortable.create(cards, {
      group: "board",
      draggable: ".card",
      sort: cards.parentElement.id !== "column-done",
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

async function letGo({ item, from, to, oldIndex, newIndex }) {
  hold(false);
  const began = turns();
  const { previousElementSibling: above, nextElementSibling: below } = item;
  if (from !== to || oldIndex !== newIndex) {
    if (from !== to) await move(item, statusOf(to.closest("section")));
    else await put(item, above ? "after" : "before", above ?? below);
    // If the move was refused, the card goes back to where it was.
    if (began === turns()) {
      item.remove();
      from.insertBefore(item, from.children[oldIndex] ?? null);
    }
  }
  // Something may have come meanwhile.
  await ask().catch(() => {});
}

document.addEventListener("click", (event) => {
  const card = event.target.closest(".move")?.closest(".card");
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  askWhere(card);
});
document.addEventListener("shown", followCards);
followCards();
