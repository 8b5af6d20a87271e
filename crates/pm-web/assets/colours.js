// Has the server find the colours of code that the page shows plain, and asks for the page again.

import { ask } from "./page.js";

const asked = new Set();

async function colour() {
  const plain = [...document.querySelectorAll("[data-colours]")].map(({ dataset }) => dataset.colours);
  const wanted = plain.filter((path) => !asked.has(path));
  if (wanted.length === 0) return;
  for (const path of wanted) asked.add(path);
  try {
    await Promise.all(wanted.map((path) => fetch(path)));
    await ask();
  } catch {} // it stays plain
}

document.addEventListener("shown", colour);
colour();
