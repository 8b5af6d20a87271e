// No page keeps anybody out, as far as a program can tell: axe finds nothing to complain of, light
// and dark, wide and narrow.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { GARDEN, eachPage, startServers } from "./garden.mjs";
import { NARROW, WIDE, expectStatus, go, launch, visit } from "./support.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** All rules of axe, also those that are off unless asked for and that hold here. */
const ALL = {
  resultTypes: ["violations"],
  rules: { "target-size": { enabled: true } },
};

/** Those that look at colours. */
const OF_COLOURS = {
  resultTypes: ["violations"],
  runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] },
};

/**
 * How each page is looked at, one way after the other: all rules at both widths, and at each of them
 * in both lights those that look at colours.
 */
const LOOKS = [
  ["wide and light", WIDE, "light", ALL],
  ["wide and dark", WIDE, "dark", OF_COLOURS],
  ["narrow and dark", NARROW, "dark", ALL],
  ["narrow and light", NARROW, "light", OF_COLOURS],
];

/** How many of the things that are all alike are judged: lines, cards, rows. */
const KEPT = 15;

let browser;
let servers;
let axe;

before(async () => {
  axe = await readFile(AXE, "utf8");
  browser = await launch();
  servers = await startServers();
});

after(async () => {
  await browser?.close();
  await servers?.stop();
});

/** Leaves the first of what is there many times. */
function shorten(most) {
  for (const items of [".code .l", ".plan > li", ".board li", ".changes tr"]) {
    for (const item of [...document.querySelectorAll(items)].slice(most)) {
      item.remove();
    }
  }
}

/** What axe complains of on a page, a line for each rule. */
async function complaints(page, options = ALL) {
  return page.evaluate(async (options) => {
    const { violations } = await window.axe.run(document, options);
    return violations.map(({ id, help, nodes }) => {
      const places = nodes.slice(0, 3).map((node) => `${node.target} (${node.any[0]?.message})`);
      return `${id}: ${help}: ${nodes.length} times, at ${places.join(" and ")}`;
    });
  }, options);
}

test("axe finds nothing, light and dark, wide and narrow", async () => {
  const found = {};
  await eachPage(browser, servers, {}, async (page, name, reach) => {
    await reach();
    await page.evaluate(axe);
    await page.evaluate(shorten, KEPT);
    for (const [look, viewport, colorScheme, options] of LOOKS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const complained = await complaints(page, options);
      if (complained.length > 0) {
        found[`${name}, ${look}`] = complained;
      }
    }
  });
  assert.deepEqual(found, {});
});

test("axe finds nothing in what is said above a page", async () => {
  for (const viewport of [WIDE, NARROW]) {
    await visit(browser, servers.garden, { viewport }, async (page) => {
      const task = `${GARDEN}/t/soil%20test`;
      expectStatus(page, `${task}/update`, 409);
      await go(page, task);
      await page.getByText("Leave a comment").click();
      await page.locator("textarea[name=comment]").fill("half a thought");
      await page.waitForFunction(() => Object.keys(localStorage).some((name) => name.startsWith("draft ")));
      await page.goto("about:blank");
      await go(page, task);
      await page.locator("#notices").getByText("Your draft of").waitFor();
      await page.getByRole("button", { name: "blocked" }).click();
      await page.getByRole("button", { name: "Take it over" }).waitFor();
      await page.evaluate(axe);
      assert.deepEqual(await complaints(page), []);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(width <= 0, `it is ${width} wider than the window`);
    });
  }
});

test("axe finds nothing in what opens above a page", async () => {
  for (const [colorScheme, viewport] of [["light", WIDE], ["dark", WIDE], ["light", NARROW]]) {
    await visit(browser, servers.garden, { colorScheme, viewport }, async (page) => {
      await go(page, `${GARDEN}?view=board`);
      await page.evaluate(axe);
      await page.getByRole("link", { name: "Move…" }).first().click();
      await page.locator("#card-menu[open]").waitFor();
      assert.deepEqual(await complaints(page), []);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.locator(".palette a").first().waitFor();
      assert.deepEqual(await complaints(page), []);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(width <= 0, `it is ${width} wider than the window`);
    });
  }
});

test("axe finds what is wrong", async () => {
  await visit(browser, servers.garden, {}, async (page) => {
    await go(page, "/help");
    await page.evaluate(() => {
      const button = document.createElement("button");
      button.className = "quiet";
      document.querySelector("main").append(button);
    });
    await page.evaluate(axe);
    const found = await complaints(page);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], /^button-name: /);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await complaints(page, OF_COLOURS), []);
    await page.evaluate(() => (document.querySelector("h1").className = "in-the-dark"));
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("@media (prefers-color-scheme: dark) { .in-the-dark { color: #333 } }");
      document.adoptedStyleSheets.push(sheet);
    });
    assert.match((await complaints(page, OF_COLOURS)).join(), /^color-contrast: /);
  });
});
