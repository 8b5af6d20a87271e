// Status, and what readers choose there: conflicts are settled by mouse, by keys and without JavaScript,
// a name and a look are kept, and calls that are refused are seen without a reload.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startInConflict } from "./conflict.mjs";
import { button, focusIsOn, heading, made, open, press, refusal } from "./desk.mjs";
import { connect, expectStatus, go, launch, startServer, visit } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

const conflicts = (page) => page.locator("#conflicts");

/** Settles a conflict with a button of this name, as a reader does who has no mouse. */
async function pressed(page, name) {
  for (let steps = 0; steps < 100; steps += 1) {
    await press(page, "Tab");
    if (await page.evaluate((name) => document.activeElement.innerText === name, name)) break;
  }
  await focusIsOn(page, name);
  await press(page, "Enter");
}

const HANDS = {
  "by mouse": [{}, (page, name) => button(page, name).click()],
  "by keys": [{}, pressed],
  "without JavaScript": [{ javaScriptEnabled: false }, (page, name) => button(page, name).click()],
};

for (const [hand, [options, settle]] of Object.entries(HANDS)) {
  test(`a conflict is settled, ${hand}`, async () => {
    for (const [name, left] of [
      ["Apply the changes", "dug by a program"],
      ["Keep what is there", "dug by a person"],
    ]) {
      const server = await startInConflict();
      try {
        await visit(browser, server, options, async (page) => {
          await go(page, "/");
          await page.locator(".warning").getByText("did not fit").waitFor();
          await go(page, "/status");
          await conflicts(page).getByText("dug by a program").first().waitFor();
          await conflicts(page).getByText("dug by a person").first().waitFor();
          await settle(page, name);
          await page.waitForURL(name === "Apply the changes" ? "**/p/garden?made=*" : "**/status");
          await go(page, "/status");
          await page.locator("#callers").waitFor();
          assert.equal(await conflicts(page).count(), 0);
          await go(page, "/p/garden/t/beds");
          await page.locator("section.text").getByText(left).waitFor();
        });
      } finally {
        await server.stop();
      }
    }
  });
}

test("a conflict about which something changed meanwhile is looked at once more", async () => {
  const server = await startInConflict();
  try {
    const call = await connect(server);
    // What is seen is not what is there any more, which no page can hear of here.
    await visit(browser, server, { javaScriptEnabled: false }, async (page) => {
      await go(page, "/status");
      const beds = { task_name: "beds", process: "garden" };
      await call("task_update_description", { ...beds, new_description: "dug by nobody" });
      const seen = await page.locator("#conflicts form").first().getAttribute("action");
      expectStatus(page, seen, 409);
      await button(page, "Apply the changes").click();
      await heading(page, "Not so");
      assert.equal(await page.locator("#main form").count(), 0, "the same would be refused again");
      await page.getByRole("link", { name: "The changes that did not fit" }).click();
      await conflicts(page).getByText("dug by nobody").first().waitFor();
      await button(page, "Apply the changes").click();
      await made(page).getByText("applied the changes").waitFor();
    });
  } finally {
    await server.stop();
  }
});

test("with scripts, too, what is refused of a conflict is not sent again", async () => {
  const server = await startInConflict();
  try {
    await visit(browser, server, {}, async (page) => {
      await open(page, "/status");
      expectStatus(page, await page.locator("#conflicts form").first().getAttribute("action"), 409);
      // As if something had changed since the page was asked for the last time.
      await page.route("**/apply", (route) => route.continue({ postData: "seen=0123456789abcdef" }));
      await button(page, "Apply the changes").click();
      await refusal(page).getByText("Look at both texts once more").waitFor();
      assert.deepEqual(await page.locator("#notices").getByRole("button").allInnerTexts(), ["Close"]);
    });
  } finally {
    await server.stop();
  }
});

for (const [script, options] of Object.entries({ with: {}, without: { javaScriptEnabled: false } })) {
  test(`a name and a look are kept in this browser, ${script} JavaScript`, async () => {
    const server = await startServer();
    try {
      await visit(browser, server, { colorScheme: "light", ...options }, async (page) => {
        const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await go(page, "/status");
        const light = await paper();
        await page.getByLabel("In whose name").fill("Änne <b>");
        await page.getByLabel("Look").selectOption("dark");
        await button(page, "Keep it in this browser").click();
        await page.locator("main[data-look=dark]").waitFor();
        await go(page, "/");
        assert.notEqual(await paper(), light);
        await page.getByText("New process").click();
        await page.locator("#new").getByLabel("Name").fill("garden");
        await button(page, "Make the process").click();
        await heading(page, "garden");
        await page.locator("#add").getByLabel("Name").fill("beds");
        await button(page, "Add the task").click();
        await page.getByRole("link", { name: "beds", exact: true }).waitFor();
        await go(page, "/p/garden/activity");
        await page.getByRole("link", { name: "Änne <b>" }).waitFor();
        await go(page, "/status");
        assert.equal(await page.getByLabel("In whose name").inputValue(), "Änne <b>");
        await page.getByLabel("In whose name").fill("");
        await page.getByLabel("Look").selectOption("light");
        await button(page, "Keep it in this browser").click();
        await page.locator("main[data-look=light]").waitFor();
        assert.equal(await paper(), light);
        await page.getByLabel("Look").selectOption("");
        await button(page, "Keep it in this browser").click();
        await page.locator("main:not([data-look])").waitFor();
        assert.equal(await paper(), light);
      });
    } finally {
      await server.stop();
    }
  });
}

test("a call that is refused is seen on a page that is open", async () => {
  const server = await startServer();
  try {
    const call = await connect(server);
    await visit(browser, server, {}, async (page) => {
      await open(page, "/status");
      await page.getByText("No call was refused lately.").waitFor();
      await assert.rejects(call("process_load", { name: "zebra" }));
      await page.locator("#refused").getByText("process_load").waitFor({ timeout: 10_000 });
      assert.equal(await page.evaluate(() => window.isTheSamePage), true);
    });
  } finally {
    await server.stop();
  }
});
