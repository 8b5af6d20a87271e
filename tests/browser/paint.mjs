// How long people wait until they see something, in a real browser: `cargo xtask bench --only paint`
// starts it beside a server that it fills, and makes a table of the lines that it prints.
//
// It takes the server's address, how many rounds, how many large snippets there are, and how many
// changes.

import { connect, go, launch, WIDE } from "./support.mjs";

const [url, rounds, snippets, changes] = process.argv.slice(2);
const server = { url };
const browser = await launch();

/** Prints the name of what was measured, and its milliseconds. */
const tell = (what, times) => console.log(JSON.stringify({ what, times }));

/** Opens a window that has nothing of the server yet. */
async function inWindow(work) {
  const context = await browser.newContext({ baseURL: url, viewport: WIDE });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Milliseconds from the beginning of the visit until the page showed its first text. */
const firstPaint = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const seen = (entry) => entry.name === "first-contentful-paint" && resolve(entry.startTime);
        const look = (list) => list.getEntries().forEach(seen);
        new PerformanceObserver(look).observe({ type: "paint", buffered: true });
      }),
  );

for (const [what, path] of [
  ["Home", "/"],
  ["a board", "/p/Board?view=board"],
]) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    await inWindow(async (page) => {
      await go(page, path);
      times.push(await firstPaint(page));
    });
  }
  tell(`${what}, first paint`, times);
}

// Each snippet is coloured once, and known from then on.
const lines = [];
const coloured = [];
for (let snippet = 1; snippet <= snippets; snippet += 1) {
  await inWindow(async (page) => {
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector(".code i[class]")) window.colouredAt = performance.now();
        else requestAnimationFrame(look);
      };
      look();
    });
    await go(page, `/p/Snippet/t/task/c/large${snippet}.rs`);
    lines.push(await firstPaint(page));
    coloured.push(await (await page.waitForFunction(() => window.colouredAt)).jsonValue());
  });
}
tell("1 MiB of code, first lines", lines);
tell("1 MiB of code, coloured", coloured);

const call = await connect(server, { client: "paint" });
const times = [];
await inWindow(async (page) => {
  await go(page, "/p/Process%200");
  await page.locator("#live:has-text('live')").waitFor();
  for (let number = 0; number < changes; number += 1) {
    const name = `seen ${number}`;
    const shown = page.waitForFunction(
      (name) => document.querySelector("#main").innerText.includes(name) && performance.timeOrigin + performance.now(),
      name,
    );
    await call("task_new", { process: "Process 0", task_name: name, task_description: "x" });
    const answered = performance.timeOrigin + performance.now();
    const seen = await (await shown).jsonValue();
    times.push(seen - answered);
    // The next one comes after the pause that a page makes between two looks.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
});
tell("a change over MCP, until it is shown", times);
await browser.close();
