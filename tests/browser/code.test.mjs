// Long code: its colours come where its reader is, and every line of it can be led to.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect, go, launch, startServer, visit } from "./support.mjs";

const LINES = 3000;
const CODE = "/p/Parser/t/tokens/c/long.rs";

/** Code with so many lines, of which each has a name of its own. */
const linesOf = (name) =>
  Array.from({ length: LINES }, (_, index) => `let ${name}_${index + 1} = "${index}";\n`).join("");

let browser;
let server;
let call;

before(async () => {
  browser = await launch();
  server = await startServer();
  call = await connect(server, { client: "llama-ui" });
  await call("process_new", { name: "Parser" });
  await call("task_new", { task_name: "tokens" });
  await call("task_code_add", { task_name: "tokens", code_name: "long.rs", code_content: linesOf("line") });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const line = (page, number) => page.locator(`#L${number}`);

/** Lines whose colours are to come, or came; those of code that takes long stay plain. */
const partOf = (page, number) => page.locator(`.part:has(#L${number})`);
const isPlain = (page, number) => partOf(page, number).getAttribute("data-colours");
const isColoured = (page, number) => page.locator(`.part:not([data-colours]):has(#L${number})`).waitFor();

/** Waits until a line is in the window, and the one that the address names. */
const isLedTo = (page, number) =>
  page.waitForFunction((number) => {
    const line = document.querySelector(`#L${number}:target`);
    const { top, bottom } = line?.getBoundingClientRect() ?? {};
    return top >= 0 && bottom <= innerHeight;
  }, number);

test("colours come where the reader is, and stay there when something changes", async () => {
  const code = { process: "Parser", task_name: "tokens", code_name: "read.rs" };
  await call("task_code_add", { ...code, code_content: linesOf("word") });
  await visit(browser, server, {}, async (page) => {
    await go(page, "/p/Parser/t/tokens/c/read.rs?v=1");
    await page.locator("#live:has-text('live')").waitFor();
    await line(page, 1).locator("i.k", { hasText: "let" }).waitFor();
    assert.notEqual(await isPlain(page, 800), null);
    await line(page, 790).scrollIntoViewIfNeeded();
    await isColoured(page, 800);
    assert.equal(await line(page, 790).innerText(), 'let word_790 = "789";');
    const before = await page.evaluate(() => {
      window.isTheSamePage = true;
      return scrollY;
    });
    await call("task_code_update", { ...code, new_content: "fn a() {}\n" });
    await page.getByText("version 1 of 2", { exact: true }).waitFor();
    await isColoured(page, 800);
    const after = await page.evaluate(() => [window.isTheSamePage, document.querySelector("#L790").getBoundingClientRect().top < innerHeight]);
    assert.deepEqual(after, [true, true], `it was at ${before}`);
  });
});

test("what has got its colours meanwhile is not asked for again", async () => {
  await visit(browser, server, {}, async (page) => {
    await go(page, CODE);
    await isColoured(page, 1);
    const asked = page.waitForRequest((request) => request.url().includes("undefined"), { timeout: 500 });
    await page.evaluate(async () => {
      const [part] = document.querySelectorAll(".part");
      part.dataset.colours = location.pathname;
      document.dispatchEvent(new Event("shown"));
      delete part.dataset.colours;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
    await assert.rejects(asked, /Timeout/);
  });
});

test("a line on another page is led to", async () => {
  await visit(browser, server, {}, async (page) => {
    await go(page, `${CODE}#L2345`);
    await isLedTo(page, 2345);
    await page.evaluate(() => (location.hash = "#L7"));
    await isLedTo(page, 7);
    await page.evaluate(() => (location.hash = "#L2400"));
    await isLedTo(page, 2400);
    // There is no such line anywhere.
    await go(page, `${CODE}#L${LINES + 1}`);
    await line(page, LINES).waitFor();
  });
});

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? "with" : "without";
  test(`what is found in code is led to ${script} JavaScript`, async () => {
    await visit(browser, server, { javaScriptEnabled }, async (page) => {
      await go(page, "/search?q=line_2600");
      await page.getByRole("link", { name: "long.rs" }).click();
      await isLedTo(page, 2600);
    });
  });
}
