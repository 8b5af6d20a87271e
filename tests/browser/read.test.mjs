// Every page is read: by mouse, by keys alone, without JavaScript, wide and narrow.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GARDEN, eachPage, startServers } from "./garden.mjs";
import { NARROW, WIDE, go, launch, visit } from "./support.mjs";

let browser;
let servers;

before(async () => {
  browser = await launch();
  servers = await startServers();
});

after(async () => {
  await browser?.close();
  await servers?.stop();
});

/** What is wrong with a page as it stands in the window. */
async function faultsOfPage() {
  const faults = [];
  const root = document.documentElement;
  if (!/^.+ · Process manager$/u.test(document.title)) {
    faults.push(`the title is ${document.title}`);
  }
  const headings = [...document.querySelectorAll("h1")];
  if (headings.length !== 1 || headings[0].innerText.trim() === "") {
    faults.push(`there are ${headings.length} headings of the page`);
  }
  if (root.lang !== "en" || document.querySelectorAll("main").length !== 1) {
    faults.push("it has no language, or no main part");
  }
  if (root.scrollWidth > root.clientWidth) {
    faults.push(`it is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size < ids.length) {
    faults.push("an id is there twice");
  }
  if ((await navigator.serviceWorker.getRegistrations()).length > 0) {
    faults.push("it has installed a service worker");
  }
  return faults;
}

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? "with" : "without";
  test(`every page is whole, wide and narrow, ${script} JavaScript`, async () => {
    const faults = {};
    await eachPage(browser, servers, { javaScriptEnabled }, async (page, name, reach) => {
      await reach();
      for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
        await page.setViewportSize(viewport);
        const found = await page.evaluate(faultsOfPage);
        if (found.length > 0) {
          faults[`${name}, ${size}`] = found;
        }
      }
    });
    assert.deepEqual(faults, {});
  });
}

/** Where a link is that is a heading as well, and not in a list of links. */
const HEADING = "a heading";

/** Walks through the pages as a reader does; `hand` is what follows links and fills in fields. */
async function walk(page, hand) {
  const heading = (name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  const at = (end) => page.waitForURL(`**${end}`);
  await go(page, "/");
  await heading("Processes");
  await hand.follow("Garden Planner");
  await heading("Garden Planner");
  await hand.follow("Board");
  await at(`${GARDEN}?view=board`);
  await hand.follow("soil test");
  await heading("soil test");
  await hand.follow("Next");
  await heading("beds");
  await hand.follow("Previous");
  await hand.follow("tokens.rs", HEADING);
  await heading("tokens.rs");
  await page.getByText("version 3 of 3", { exact: true }).waitFor();
  await hand.follow("version 1");
  await page.getByText("version 1 of 3", { exact: true }).waitFor();
  await hand.fill("beside version", "3");
  await page.getByText("what changed from version 1 to version 3").waitFor();
  await hand.follow("Garden Planner", "Trail");
  await hand.choose("Only tasks of this status", "blocked", "Filter");
  await page.getByText("the neighbour has to agree").waitFor();
  assert.equal(await page.getByRole("link", { name: "beds" }).count(), 0);
  await hand.follow("All tasks");
  await hand.follow("Activity", "Views");
  await at(`${GARDEN}/activity`);
  await heading("Activity");
  await hand.follow("Trash");
  await page.getByText("Old plan").waitFor();
  await hand.fill("Search in everything", "larch");
  await heading("Search");
  await hand.follow("beds");
  await heading("beds");
  await hand.follow("Help");
  await heading("Help");
  await hand.follow("Process manager");
  await heading("Processes");
}

/** Reads with the mouse. */
function mouse(page) {
  return {
    async follow(name, within) {
      const part =
        within === HEADING
          ? page.getByRole("heading")
          : within
            ? page.getByRole("navigation", { name: within })
            : page;
      await part.getByRole("link", { name, exact: true }).first().click();
    },
    async fill(label, text) {
      const field = page.getByLabel(label, { exact: true });
      await field.fill(text);
      await page.locator("form", { has: field }).getByRole("button").click();
    },
    async choose(label, value, button) {
      await page.getByLabel(label).selectOption(value);
      await page.getByRole("button", { name: button }).click();
    },
  };
}

/** What has the focus: what it is called, in what it is, and whether that can be seen. */
function focused() {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const inWindow = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    name: element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).innerText.trim(),
    within:
      element.closest("nav")?.getAttribute("aria-label") ??
      (element.closest("h1, h2, h3") ? "a heading" : undefined),
    isPage: element === document.body,
    isSeen: inWindow && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
  };
}

/** Reads with the keyboard alone, and sees where it is at each step. */
function keyboard(page) {
  const reach = async (name, within) => {
    const seen = [];
    for (let steps = 0; steps < 150; steps += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(focused);
      if (focus.isPage) {
        // Between the last link and the first one.
        continue;
      }
      assert.ok(focus.isSeen, `the focus on ${focus.name} is not seen on ${page.url()}`);
      seen.push(focus.name);
      if (focus.name === name && (!within || focus.within === within)) {
        return;
      }
    }
    assert.fail(`${name} is not reached on ${page.url()}, but ${seen.join(", ")}`);
  };
  const enter = () => Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  return {
    async follow(name, within) {
      await reach(name, within);
      await enter();
    },
    async fill(label, text) {
      await reach(label);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
      await enter();
    },
    async choose(label, value, button) {
      await reach(label);
      await page.keyboard.type(value);
      await reach(button);
      await enter();
    },
  };
}

test("a reader with a mouse gets everywhere", async () => {
  await visit(browser, servers.garden, {}, (page) => walk(page, mouse(page)));
});

test("a reader with keys alone gets everywhere, and sees where they are", async () => {
  await visit(browser, servers.garden, {}, (page) => walk(page, keyboard(page)));
});

test("a reader without JavaScript gets everywhere", async () => {
  const options = { javaScriptEnabled: false };
  await visit(browser, servers.garden, options, (page) => walk(page, mouse(page)));
});

test("the first key leads past what is on every page", async () => {
  await visit(browser, servers.garden, {}, async (page) => {
    await go(page, GARDEN);
    await page.keyboard.press("Tab");
    assert.deepEqual(await page.evaluate(focused), {
      name: "To the content",
      within: undefined,
      isPage: false,
      isSeen: true,
    });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
  });
});

test("what is wrong with a page is found", async () => {
  const found = visit(browser, servers.garden, { viewport: NARROW }, async (page) => {
    await go(page, "/");
    await page.evaluate(() => {
      document.querySelector("h1").remove();
      document.querySelector("main").append("x".repeat(1000));
      document.querySelector("main").style.overflowWrap = "normal";
    });
    const faults = await page.evaluate(faultsOfPage);
    assert.deepEqual(faults.map((fault) => fault.replace(/\d+/g, "N")), [
      "there are N headings of the page",
      "it is N wide in a window of N",
    ]);
    // Any of these fails the visit.
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "1";
      document.body.append(script);
      setTimeout(() => {
        throw new Error("thrown");
      });
    });
    await page.evaluate((url) => fetch(url).catch(() => {}), "http://127.0.0.1:9/");
  });
  await assert.rejects(found, (error) => {
    for (const part of ["the policy was broken", "thrown", "error on"]) {
      assert.ok(error.message.includes(part), error.message);
    }
    return true;
  });
});
