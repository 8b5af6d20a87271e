// Tasks are moved with keys and with the menu of a card, on a phone and without JavaScript, too.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  browser,
  button,
  call,
  focusIsOn,
  furnish,
  heading,
  isTheSamePage,
  made,
  open,
  orderIs,
  plant,
  posts,
  press,
  refusal,
  server,
} from "./desk.mjs";
import { NARROW, expectStatus, go, visit } from "./support.mjs";

furnish();

test("keys move a task past the next, where it is said and the keys go on", async () => {
  const plan = await plant(call, "moved", ["soil", "beds", "fence", "bed 2"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await press(page, "j", "Alt+ArrowDown");
    await orderIs(page, "beds", "soil", "fence", "bed 2");
    await made(page).getByText(/moved the task .soil. from place 1 to place 2/).waitFor();
    await focusIsOn(page, "soil");
    await press(page, "Alt+ArrowUp");
    await orderIs(page, "soil", "beds", "fence", "bed 2");
    await focusIsOn(page, "soil");
    const sent = posts(page);
    await press(page, "Alt+ArrowUp", "Alt+ArrowLeft", "j");
    await focusIsOn(page, "beds");
    assert.deepEqual(sent, []);
    // What is not shown is no place to go to.
    await open(page, `${plan}?q=bed`);
    await press(page, "j", "j", "Alt+ArrowUp");
    await orderIs(page, "bed 2", "beds");
    await open(page, plan);
    await orderIs(page, "soil", "bed 2", "beds", "fence");
  });
});

test("keys move a card to the column beside, and past the others of its own", async () => {
  const plan = await plant(call, "carried", ["soil", "beds", "fence"]);
  await call("task_update", { task_name: "beds", status: "cancelled", process: "carried" });
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}?view=board`);
    await press(page, "j", "Alt+ArrowDown");
    await orderIs(page, "fence", "soil", "beds");
    for (const status of ["in_progress", "blocked", "done", "cancelled"]) {
      await press(page, "Alt+ArrowRight");
      await page.locator(`#column-${status} .card`).getByText("soil").waitFor();
      await focusIsOn(page, "soil");
    }
    await orderIs(page, "fence", "beds", "soil");
    await press(page, "Alt+ArrowRight", "Alt+ArrowUp");
    await orderIs(page, "fence", "soil", "beds");
    await press(page, "Alt+ArrowLeft");
    await page.locator("#column-done .card").getByText("soil").waitFor();
    assert.ok(await isTheSamePage(page));
    // Without a card in hand, what leads back is the browser's own.
    const isTaken = () =>
      page.evaluate(() => {
        const key = { key: "ArrowLeft", altKey: true, bubbles: true, cancelable: true };
        return !document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
      });
    await press(page, "Alt+ArrowRight");
    await page.locator("#column-cancelled .card").getByText("soil").waitFor();
    await focusIsOn(page, "soil");
    assert.equal(await isTaken(), true);
    await page.locator("#column-done .card").getByText("soil").waitFor();
    await page.evaluate(() => document.activeElement.blur());
    assert.equal(await isTaken(), false);
    await open(page, plan);
    await press(page, "j");
    assert.equal(await isTaken(), false);
  });
});

const menu = (page) => page.getByRole("dialog");

/** Has a column shown, if they are shown one at a time. */
async function turnTo(page, status) {
  const tab = page.locator(`.columns a[href="#column-${status}"]`);
  if (await tab.isVisible()) await tab.click();
}
const card = (page, status, name) => page.locator(`#column-${status} .card`, { hasText: name });

for (const [size, options] of Object.entries({ wide: {}, narrow: { viewport: NARROW, hasTouch: true } })) {
  test(`the menu of a card moves it, ${size}`, async () => {
    const plan = await plant(call, `menu ${size}`, ["soil", "beds", "fence"]);
    await call("task_update", { task_name: "fence", status: "in_progress", process: `menu ${size}` });
    await visit(browser, server, options, async (page) => {
      await open(page, `${plan}?view=board`);
      const choose = async (status, name, choice) => {
        await turnTo(page, status);
        await card(page, status, name).getByRole("link", { name: "Move…" }).click();
        await menu(page).getByRole("heading", { name: `Move ${name}` }).waitFor();
        await menu(page).getByRole("button", { name: choice, exact: true }).click();
      };
      await choose("todo", "soil", "blocked");
      await made(page).getByText("soil").waitFor();
      await turnTo(page, "blocked");
      await card(page, "blocked", "soil").waitFor();
      await choose("blocked", "soil", "todo");
      await made(page).getByText("todo").waitFor();
      await turnTo(page, "todo");
      await card(page, "todo", "soil").waitFor();
      await choose("todo", "soil", "One down");
      await orderIs(page, "beds", "soil", "fence");
      const sent = posts(page);
      await choose("todo", "soil", "Leave it");
      await card(page, "todo", "soil").getByRole("link", { name: "Move…" }).click();
      await press(page, "Escape");
      await menu(page).waitFor({ state: "hidden" });
      assert.deepEqual(sent, []);
      expectStatus(page, `${plan}/t/fence/update`, 409);
      await choose("in_progress", "fence", "done");
      await refusal(page).getByText("has the task fence until").waitFor();
      await card(page, "in_progress", "fence").waitFor();
      assert.ok(await isTheSamePage(page));
    });
  });
}

test("the menu of a card renames and deletes its task, on the board", async () => {
  const plan = await plant(call, "menued", ["soil", "beds"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}?view=board`);
    const ask = (name) => card(page, "todo", name).getByRole("link", { name: "Move…" }).click();
    await ask("soil");
    const field = menu(page).getByLabel("Name");
    assert.equal(await field.inputValue(), "soil");
    await field.fill("ground");
    await press(page, "Enter");
    await orderIs(page, "ground", "beds");
    await ask("beds");
    await menu(page).getByRole("button", { name: "Delete" }).click();
    await orderIs(page, "ground");
    await button(page, "Undo").click();
    await orderIs(page, "ground", "beds");
    assert.ok(await isTheSamePage(page));
    assert.match(page.url(), /view=board/);
  });
});

test("a menu that is open stays so while a model works", async () => {
  const plan = await plant(call, "opened");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}?view=board`);
    await page.locator("#live:has-text('live')").waitFor();
    await card(page, "todo", "beds").getByRole("link", { name: "Move…" }).click();
    await call("task_update", { task_name: "beds", priority: "high", process: "opened" });
    await card(page, "todo", "beds").getByText("high priority").waitFor();
    await menu(page).getByRole("heading", { name: "Move beds" }).waitFor();
    await menu(page).getByRole("button", { name: "blocked" }).click();
    await card(page, "blocked", "beds").waitFor();
  });
});

test("on a phone cards are not dragged, and what moves them is large enough", async () => {
  const plan = await plant(call, "phone");
  await visit(browser, server, { viewport: NARROW, hasTouch: true }, async (page) => {
    const scripts = [];
    page.on("request", (request) => scripts.push(request.url()));
    await open(page, `${plan}?view=board`);
    const link = card(page, "todo", "soil").getByRole("link", { name: "Move…" });
    assert.ok((await link.boundingBox()).height >= 44);
    await link.tap();
    for (const choice of await menu(page).getByRole("button").all()) {
      assert.ok((await choice.boundingBox()).height >= 44);
    }
    await menu(page).getByRole("button", { name: "done" }).tap();
    await made(page).getByText("done").waitFor();
    await turnTo(page, "done");
    await card(page, "done", "soil").waitFor();
    assert.ok(!scripts.some((script) => script.endsWith("/sortable.js")));
  });
});

test("without JavaScript a card leads to where its task is moved", async () => {
  const plan = await plant(call, "plain");
  await visit(browser, server, { javaScriptEnabled: false }, async (page) => {
    await go(page, `${plan}?view=board`);
    await card(page, "todo", "soil").getByRole("link", { name: "Move…" }).click();
    await heading(page, "soil");
    await button(page, "One down").click();
    await made(page).getByText("moved the task").waitFor();
  });
});
