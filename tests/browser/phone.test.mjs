// On a phone: what is wanted most stands in a bar below, the columns of a board are shown one at a time,
// and no page is wider than the window, which `read` sees of all pages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, button, call, focusIsOn, furnish, heading, made, open, plant, press, server } from "./desk.mjs";
import { NARROW, WIDE, go, visit } from "./support.mjs";

furnish();

const bar = (page) => page.getByRole("navigation", { name: "Shortcuts" });
const names = async (page) => (await bar(page).getByRole("link").allInnerTexts()).join();
const here = (page) => bar(page).locator("[aria-current]").allInnerTexts();
const tab = (page, status) => page.locator(`.columns a[href="#column-${status}"]`);
const shown = (page) => page.locator(".board > section:visible").evaluateAll((all) => all.map(({ id }) => id));

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? "with" : "without";
  test(`the bar leads to the process that is looked at, or to all, ${script} JavaScript`, async () => {
    const plan = await plant(call, `bar ${script}`);
    await visit(browser, server, { viewport: NARROW, hasTouch: true, javaScriptEnabled }, async (page) => {
      const tap = (name) => bar(page).getByRole("link", { name, exact: true }).tap();
      await go(page, "/");
      assert.deepEqual([await names(page), await here(page)], ["Home,Activity,Search", ["Home"]]);
      await page.getByRole("link", { name: `bar ${script}`, exact: true }).tap();
      await heading(page, `bar ${script}`);
      assert.deepEqual([await names(page), await here(page)], ["Home,Plan,Activity,Search", ["Plan"]]);
      await page.getByRole("link", { name: "soil", exact: true }).tap();
      await heading(page, "soil");
      assert.deepEqual(await here(page), ["Plan"]);
      await tap("Activity");
      await page.waitForURL(`**${plan}/activity`);
      assert.deepEqual(await here(page), ["Activity"]);
      await tap("Plan");
      await heading(page, `bar ${script}`);
      await tap("Search");
      await heading(page, "Search");
      assert.deepEqual([await names(page), await here(page)], ["Home,Activity,Search", ["Search"]]);
      await page.getByLabel("Search in everything").fill("beds");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "beds", exact: true }).first().waitFor();
      await tap("Activity");
      await page.waitForURL("**/activity");
      await tap("Home");
      await heading(page, "Processes");
    });
  });
}

test("the bar can be hit, and covers nothing that cannot be seen beside it", async () => {
  const plan = await plant(call, "room", Array.from({ length: 30 }, (_, index) => `task ${index + 1}`));
  for (const width of [320, 390, 640]) {
    await visit(browser, server, { viewport: { width, height: 640 } }, async (page) => {
      await go(page, plan);
      const place = await bar(page).boundingBox();
      assert.deepEqual([place.x, place.width, place.y + place.height], [0, width, 640]);
      for (const link of await bar(page).getByRole("link").all()) {
        const { width, height } = await link.boundingBox();
        assert.ok(width >= 44 && height >= 44, `${width} x ${height}`);
      }
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      const last = await page.locator("main > :last-child").boundingBox();
      assert.ok(last.y + last.height <= place.y, JSON.stringify({ last, place }));
      // Nor what the keys come to.
      await page.evaluate(() => scrollTo(0, 0));
      for (let steps = 0; steps < 60; steps += 1) {
        await page.keyboard.press("Tab");
        const bottom = await page.evaluate(() => {
          const { activeElement } = document;
          return activeElement.closest("main") ? activeElement.getBoundingClientRect().bottom : 0;
        });
        assert.ok(bottom <= place.y, `${bottom} is below ${place.y}`);
      }
    });
  }
  await visit(browser, server, { viewport: WIDE }, async (page) => {
    await go(page, plan);
    assert.equal(await bar(page).count(), 0);
    assert.ok(await page.getByLabel("Search in everything").isVisible());
  });
});

test("a board shows a task at once, and all ways to filter once one is begun", async () => {
  const plan = await plant(call, "at once", ["soil", "beds"]);
  await visit(browser, server, { viewport: { width: 400, height: 800 }, hasTouch: true }, async (page) => {
    await go(page, `${plan}?view=board`);
    const [card, below] = await Promise.all([page.locator(".card").first().boundingBox(), bar(page).boundingBox()]);
    assert.ok(card.y + 44 <= below.y, `the card begins at ${card.y}, the bar at ${below.y}`);
    const status = page.getByLabel("Only tasks of this status");
    assert.equal(await status.isVisible(), false);
    await page.getByLabel("Only tasks with this text").tap();
    await status.selectOption("done");
    await page.getByRole("button", { name: "Filter" }).tap();
    await page.getByText("No task fits.").waitFor();
  });
});

test("what leads on and what selects can be hit", async () => {
  const plan = await plant(call, "hit", ["soil", "beds"]);
  const soil = { task_name: "soil", process: "hit", code_name: "a.rs" };
  await call("task_code_add", { ...soil, code_content: "fn a() {}\n" });
  await call("task_code_update", { ...soil, new_content: "fn b() {}\n" });
  const targets = ":is(.trail, .task-head, .code-head, .code-acts, .near, .more, .rows, h2) a, a.name, label";
  for (const [path, least] of [["/", 1], [plan, 4], [`${plan}?view=board`, 4], [`${plan}/t/soil`, 5], [`${plan}/t/soil/c/a.rs`, 4]]) {
    await visit(browser, server, { viewport: NARROW, hasTouch: true }, async (page) => {
      await go(page, path);
      const sizes = await page.locator("main").locator(targets).evaluateAll((all) =>
        all
          .filter((one) => one.checkVisibility() && !one.querySelector("textarea, [type=range], [type=number]"))
          .map((one) => [one.innerText, one.getBoundingClientRect().height]),
      );
      assert.ok(sizes.length >= least, `${path}: ${sizes}`);
      assert.deepEqual(sizes.filter(([, height]) => height < 44), [], path);
    });
  }
});

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? "with" : "without";
  test(`a board shows the column whose tab was taken, ${script} JavaScript`, async () => {
    const plan = await plant(call, `tabs ${script}`, ["soil", "beds", "fence"]);
    await call("task_update", { task_name: "fence", status: "done", process: `tabs ${script}` });
    await visit(browser, server, { viewport: NARROW, javaScriptEnabled }, async (page) => {
      await go(page, `${plan}?view=board`);
      assert.deepEqual(await shown(page), ["column-todo"]);
      assert.equal(await tab(page, "todo").innerText(), "todo 2");
      assert.equal(await tab(page, "done").innerText(), "done 1");
      const weight = (status) => tab(page, status).evaluate((link) => getComputedStyle(link).fontWeight);
      assert.deepEqual([await weight("todo"), await weight("done")], ["600", "400"]);
      await tab(page, "done").click();
      assert.deepEqual(await shown(page), ["column-done"]);
      assert.deepEqual([await weight("todo"), await weight("done")], ["400", "600"]);
      assert.ok(await tab(page, "todo").isVisible(), "the tabs are still in the window");
      assert.ok((await tab(page, "todo").boundingBox()).y >= 0);
      await tab(page, "todo").click();
      assert.deepEqual(await shown(page), ["column-todo"]);
      await page.setViewportSize(WIDE);
      assert.equal((await shown(page)).length, 5);
    });
  });
}

test("keys stay in the column that is shown", async () => {
  const plan = await plant(call, "keys", ["soil", "beds", "fence"]);
  await call("task_update", { task_name: "beds", status: "done", process: "keys" });
  await visit(browser, server, { viewport: NARROW }, async (page) => {
    await open(page, `${plan}?view=board`);
    await press(page, "j", "j", "j", "l");
    await focusIsOn(page, "fence");
    await tab(page, "done").click();
    await press(page, "j");
    await focusIsOn(page, "beds");
  });
});

test("a column stays while the page changes, and its count follows", async () => {
  const plan = await plant(call, "stays");
  await visit(browser, server, { viewport: NARROW }, async (page) => {
    await open(page, `${plan}?view=board`);
    await page.locator("#live:has-text('live')").waitFor();
    await tab(page, "done").click();
    await call("task_update", { task_name: "beds", status: "done", process: "stays" });
    await page.locator("#column-done .card").getByText("beds").waitFor();
    assert.deepEqual(await shown(page), ["column-done"]);
    assert.equal(await tab(page, "todo").innerText(), "todo 1");
    await page.locator("#column-done .card").getByRole("link", { name: "Move…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "todo" }).click();
    await made(page).getByText("todo").waitFor();
    assert.deepEqual(await shown(page), ["column-done"]);
    await button(page, "Undo").click();
    await page.locator("#column-done .card").getByText("beds").waitFor();
  });
});
