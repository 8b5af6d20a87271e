// The palette: what can be gone to and done is found by its name, with keys alone or with a mouse.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  browser,
  call,
  focusIsOn,
  furnish,
  heading,
  isTheSamePage,
  live,
  made,
  open,
  plant,
  server,
} from "./desk.mjs";
import { visit } from "./support.mjs";

const HOSTILE = "<img src=x onerror=alert(1)> & co";

furnish(() => plant(call, HOSTILE));

const palette = (page) => page.getByRole("dialog", { name: "Go to, or do" });
const found = (page) => palette(page).getByRole("listitem");

/** Looks for something, and waits until this alone is found. */
async function look(page, text, ...hits) {
  // A page that was just gone to may be there before what takes its keys.
  while (!(await palette(page).isVisible())) {
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(100);
  }
  await page.keyboard.type(text);
  await page.waitForFunction((hits) => {
    const shown = [...document.querySelectorAll(".palette li")].map((hit) => hit.innerText.trim());
    return shown.join() === hits.join();
  }, hits);
}

test("keys find pages, processes, tasks and what the page does", async () => {
  const plan = await plant(call, "seeds and soil", ["order seeds", "sow"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, "/");
    await look(page, "soil see", "seeds and soil process");
    await page.keyboard.press("Enter");
    await heading(page, "seeds and soil");
    await look(page, "activity", "Activity", "Views: Activity");
    await page.keyboard.press("Escape");
    await palette(page).waitFor({ state: "hidden" });
    await look(page, "seeds", "order seeds task", "seeds and soil process");
    await page.keyboard.press("Enter");
    await heading(page, "order seeds");
    await page.evaluate(() => (window.isTheSamePage = true));
    await look(page, "status blo", "Set the status: blocked");
    await page.keyboard.press("Enter");
    await made(page).getByText("blocked").waitFor();
    await look(page, "rena", "Rename");
    await page.keyboard.press("Enter");
    await page.locator("#rename[open] input:focus").waitFor();
    // From a field, too; and what is taken up by nobody leaves the keys where they were.
    await look(page, "zebra");
    await page.keyboard.press("Escape");
    await palette(page).waitFor({ state: "hidden" });
    await page.locator("#rename input:focus").waitFor();
    await heading(page, "order seeds");
    assert.ok(await isTheSamePage(page));
    await look(page, "trash", "Trash");
    await page.keyboard.press("ArrowDown");
    await focusIsOn(page, "Trash");
    await page.keyboard.press("ArrowDown");
    await page.locator(".palette input:focus").waitFor();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await heading(page, "Trash");
    assert.ok(plan);
  });
});

test("a mouse does the same, also with what models called so to harm", async () => {
  await visit(browser, server, {}, async (page) => {
    await open(page, "/activity");
    await live(page);
    await page.getByRole("button", { name: "Ctrl-K" }).click();
    await palette(page).waitFor();
    await page.mouse.click(4, 4);
    await palette(page).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Ctrl-K" }).click();
    await page.keyboard.type("onerror");
    await found(page).filter({ hasText: "onerror" }).waitFor();
    assert.equal(await found(page).first().innerText(), `${HOSTILE} process`);
    assert.equal(await palette(page).locator("img").count(), 0);
    await page.getByRole("link", { name: HOSTILE }).last().click();
    await heading(page, HOSTILE);
  });
});

test("keys of the page are not taken while the palette is open", async () => {
  const plan = await plant(call, "quiet", ["soil", "beds"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await look(page, "soil", "soil task", "seeds and soil process");
    for (const key of ["ArrowDown", "j", "s", "d", "n"]) await page.keyboard.press(key);
    await focusIsOn(page, "soil");
    assert.equal(await page.locator("#add[open], .plan .status.done").count(), 0);
    await page.keyboard.press("Escape");
    await palette(page).waitFor({ state: "hidden" });
    await heading(page, "quiet");
  });
});

test("without JavaScript nothing offers it", async () => {
  await visit(browser, server, { javaScriptEnabled: false }, async (page) => {
    await page.goto("/");
    assert.equal(await page.getByRole("button", { name: "Ctrl-K" }).count(), 0);
  });
});
