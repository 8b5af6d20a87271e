// What is new to a reader is known in their browser: beside each process, on its page, and part by
// part where all that changed is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, button, call, furnish, heading, live, made, open, plant, server } from "./desk.mjs";
import { go, visit } from "./support.mjs";

furnish();

const news = (page) => page.locator(".news:visible");
const tick = (page, name) => page.getByLabel(`Seen: ${name}`, { exact: true });

/** The places where the pages of a browser may keep more than they say. */
const cookies = async (page) => (await page.context().cookies()).length;

test("what a model did since somebody looked is counted, and led to", async () => {
  const plan = await plant(call, "counted");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await live(page);
    assert.equal(await news(page).count(), 0);
    await call("task_update", { task_name: "soil", note: "wet", process: "counted" });
    await news(page).filter({ hasText: "1 new" }).waitFor();
    await call("task_update", { task_name: "beds", note: "dry", process: "counted" });
    await news(page).filter({ hasText: "2 new" }).waitFor();
    await page.reload();
    await news(page).click();
    await heading(page, "Changes");
    assert.match(page.url(), /\/p\/counted\/since\/1$/);
    assert.equal(await page.locator(".differences > li").count(), 2);
    assert.equal(await cookies(page), 0);
  });
});

test("what was ticked stays ticked until it changes again, and with all ticked nothing is new", async () => {
  const plan = await plant(call, "ticked");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    for (const task of ["soil", "beds"]) {
      await call("task_update", { task_name: task, note: "wet", process: "ticked" });
    }
    await page.goto(`${plan}/since/1`);
    await live(page);
    assert.equal(await tick(page, "soil").isChecked(), false);
    await tick(page, "soil").check();
    await page.locator("#t-soil .part").waitFor({ state: "hidden" });
    await page.reload();
    assert.equal(await tick(page, "soil").isChecked(), true);
    assert.equal(await tick(page, "beds").isChecked(), false);
    await call("task_update", { task_name: "soil", note: "dry", process: "ticked" });
    await page.locator("#t-soil .part").getByText("dry").waitFor();
    assert.equal(await tick(page, "soil").isChecked(), false);
    await tick(page, "soil").check();
    assert.equal(await button(page, "Mark all as seen").isVisible(), true);
    await tick(page, "beds").check();
    await button(page, "Mark all as seen").waitFor({ state: "hidden" });
    assert.equal(await page.locator(".part:visible").count(), 0);
    // Who comes back to what was seen wants to see it.
    await page.reload();
    await page.locator("#t-beds .part").getByText("wet").waitFor();
    assert.equal(await tick(page, "beds").isChecked(), true);
    await tick(page, "beds").uncheck();
    await button(page, "Mark all as seen").waitFor({ state: "hidden" });
    await page.goto(plan);
    await heading(page, "ticked");
    assert.equal(await news(page).count(), 0);
  });
});

test("all is marked as seen at once, and what follows is new again", async () => {
  const plan = await plant(call, "marked");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await call("task_update", { task_name: "soil", note: "wet", process: "marked" });
    await page.goto(`${plan}/since/1`);
    await button(page, "Mark all as seen").click();
    await button(page, "Mark all as seen").waitFor({ state: "hidden" });
    assert.equal(await tick(page, "soil").isChecked(), true);
    await call("task_update", { task_name: "beds", note: "wet", process: "marked" });
    await page.goto(plan);
    await news(page).filter({ hasText: "1 new" }).waitFor();
    assert.equal(await page.locator("a:has(.news)").getAttribute("href"), `${plan}/since/2`);
    await page.getByRole("link", { name: /^Changes/ }).click();
    await heading(page, "Changes");
    assert.match(page.url(), /\/since\/2$/);
  });
});

test("what somebody did on a page is nothing new to them", async () => {
  const plan = await plant(call, "own");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await page.getByText("Add a task").click();
    await page.locator("#add").getByLabel("Name").fill("pond");
    await button(page, "Add the task").click();
    await made(page).getByText("added the task").waitFor();
    await page.goto(plan);
    await heading(page, "own");
    assert.equal(await news(page).count(), 0);
  });
});

test("home says beside each process whether it has something new", async () => {
  await plant(call, "first");
  await plant(call, "second");
  await visit(browser, server, {}, async (page) => {
    const isNew = (name) => page.locator(`#p-${name} .new`);
    await open(page, "/");
    await live(page);
    await heading(page, "Processes");
    assert.equal(await page.locator(".new:visible").count(), 0);
    await call("task_update", { task_name: "soil", note: "wet", process: "second" });
    await isNew("second").waitFor();
    await plant(call, "third");
    await isNew("third").waitFor();
    assert.equal(await isNew("first").isVisible(), false);
    await isNew("second").click();
    await heading(page, "Changes");
    assert.match(page.url(), /\/p\/second\/since\/1$/);
    await button(page, "Mark all as seen").click();
    await go(page, "/p/third");
    await go(page, "/");
    assert.equal(await page.locator(".new:visible").count(), 0);
  });
});

test("a browser that keeps nothing shows the pages as they are", async () => {
  const plan = await plant(call, "forgetful");
  await visit(browser, server, {}, async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", { get: () => { throw new Error("not allowed"); } });
    });
    await call("task_update", { task_name: "soil", note: "wet", process: "forgetful" });
    await open(page, plan);
    assert.equal(await news(page).count(), 0);
    await page.getByRole("link", { name: /^Changes/ }).click();
    await heading(page, "Changes");
    assert.equal(await page.locator(".differences > li").count(), 1);
    assert.equal(await page.getByRole("checkbox").count(), 0);
  });
});

test("without JavaScript the changes are told, and nothing is ticked", async () => {
  const plan = await plant(call, "plain");
  await call("task_update", { task_name: "soil", note: "wet", process: "plain" });
  await visit(browser, server, { javaScriptEnabled: false }, async (page) => {
    await go(page, plan);
    await page.getByRole("link", { name: /^Changes/ }).click();
    await heading(page, "Changes");
    await page.locator("#t-soil").getByText("wet").waitFor();
    assert.equal(await page.getByRole("checkbox").count(), 0);
  });
});
