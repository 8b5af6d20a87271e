// What pages weigh on their way to the browser, as it counts the bytes itself: all files of a first
// visit, and those of the next page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GARDEN, PAGES, startServers } from "./garden.mjs";
import { launch, visit } from "./support.mjs";

/** The most bytes of a first visit, and of each page after it. */
const FIRST = 60_000;
const NEXT = 20_000;

/** Pages that are long because what they show is: measured, and not held against it. */
const LONG = ["long list"];

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

/** Counts the bytes that came over the network since it was asked for the last time. */
async function scales(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  let files = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    files += encodedDataLength > 0 ? 1 : 0;
  });
  return async () => {
    // An answer in this session comes after all that it had to tell before.
    await session.send("Network.enable");
    const weight = { bytes, files };
    [bytes, files] = [0, 0];
    return weight;
  };
}

/** As it was, a board has nothing to drag. */
const isBoard = (path) => path.includes("view=board") && !path.includes("/at/");

/** Waits for what comes last and once: the icon, and on a board what drags cards; notes that it came. */
function arrived(page, path, come = new Set()) {
  const last = isBoard(path) ? ["/icon.svg", "/sortable.js"] : ["/icon.svg"];
  const missing = last.filter((end) => !come.has(end));
  missing.forEach((end) => come.add(end));
  const isIt = (end) => (request) => request.url().endsWith(end);
  return Promise.all(missing.map((end) => page.waitForEvent("requestfinished", isIt(end))));
}

/** A page of the same kind, after which only what is new of a page comes. */
function pageBefore(path) {
  if (isBoard(path)) return path.startsWith(GARDEN) ? "/p/Parser?view=board" : `${GARDEN}?view=board`;
  return path === GARDEN ? "/" : GARDEN;
}

test("a first visit is light", async (t) => {
  const weights = {};
  for (const { name, of, path } of PAGES.filter(({ status }) => status === 200)) {
    await visit(browser, servers[of], {}, async (page) => {
      const weigh = await scales(page);
      await Promise.all([arrived(page, path), page.goto(path)]);
      const { bytes, files } = await weigh();
      assert.ok(files >= 3, `the browser has only loaded ${files} files of ${path}`);
      weights[name] = bytes;
    });
  }
  report(t, weights, FIRST);
});

test("the next page is light", async (t) => {
  const weights = {};
  await visit(browser, servers.garden, {}, async (page) => {
    const come = new Set();
    for (const { name, path } of PAGES.filter(({ of, status }) => of === "garden" && status === 200)) {
      const before = pageBefore(path);
      await Promise.all([arrived(page, before, come), page.goto(before)]);
      const weigh = await scales(page);
      await page.goto(path);
      const { bytes, files } = await weigh();
      // The page, and the word that it is as it was; the colours of its code; and the pictures on it.
      const most = 2 + (await page.locator(".code .part, main img").count());
      assert.ok(files <= most, `${files} files were loaded again for ${path}`);
      weights[name] = bytes;
    }
  });
  report(t, weights, NEXT);
});

/** Tells what was measured, and fails if a page is too heavy. */
function report(t, weights, most) {
  const heaviest = Object.entries(weights).sort(([, a], [, b]) => b - a);
  for (const [name, bytes] of heaviest.slice(0, 6)) {
    t.diagnostic(`${name}: ${(bytes / 1000).toFixed(1)} kB`);
  }
  assert.ok(heaviest.length > 10);
  const tooHeavy = heaviest.filter(([name, bytes]) => bytes > most && !LONG.includes(name));
  assert.deepEqual(tooHeavy, []);
}
