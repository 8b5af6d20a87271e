// Pages that are open while a model works: they show what it does, lose nothing of what their reader
// was at, share one stream, and catch up after a server that was away.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { connect, go, launch, startServer, visit } from "./support.mjs";

let browser;
let server;
let call;

before(async () => {
  browser = await launch();
  server = await startServer();
  call = await connect(server, { client: "llama-ui" });
  await call("process_new", { name: "a/b & c", description: "" });
  await call("process_new", { name: "garden", description: "" });
  for (let number = 1; number <= 40; number += 1) {
    await call("task_new", { task_name: `task ${number}`, task_description: "dig" });
  }
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a page, and waits until it hears of changes. */
async function open(page, address) {
  await go(page, address);
  await page.locator("#live:has-text('live')").waitFor();
}

/** Waits until a page has asked for what it may have missed before it heard of changes. */
async function settle(page) {
  await page.waitForFunction(() => {
    const loaded = performance.getEntriesByType("resource").length;
    if (loaded !== window.loaded) {
      [window.loaded, window.since] = [loaded, performance.now()];
    }
    return performance.now() - window.since > 1500;
  });
}

const row = (page, task) => page.locator(`li:has(a.name:text-is("${task}"))`);

test("a change is seen without a reload, where the reader is", async () => {
  await visit(browser, server, {}, async (page) => {
    await open(page, "/p/garden");
    await page.evaluate(() => (window.isTheSamePage = true));
    await page.locator(".filter input[type=search]").fill("half typed");
    await row(page, "task 30").scrollIntoViewIfNeeded();
    await page.locator(".filter input[type=search]").evaluate((field) => {
      field.focus({ preventScroll: true });
      field.setSelectionRange(2, 6);
    });
    // What stands above may grow: what the reader looks at stays where it is.
    const top = () => row(page, "task 30").evaluate((seen) => seen.getBoundingClientRect().top);
    const before = await top();
    await call("task_update", { task_name: "task 20", status: "done", process: "garden" });
    await row(page, "task 20").locator(".status.done").waitFor();
    const now = await page.evaluate(() => {
      const { value, selectionStart, selectionEnd } = document.activeElement;
      return { value, selectionStart, selectionEnd, same: window.isTheSamePage };
    });
    const expected = { value: "half typed", selectionStart: 2, selectionEnd: 6, same: true };
    assert.deepEqual(now, expected);
    assert.equal(await top(), before);
  });
});

for (const [reducedMotion, milliseconds] of [["no-preference", 150], ["reduce", 0]]) {
  test(`what just changed glows, and nothing else, with ${reducedMotion} for motion`, async () => {
    await visit(browser, server, { reducedMotion }, async (page) => {
      await open(page, "/p/garden?view=board");
      await settle(page);
      const glowed = page.evaluate(
        () =>
          new Promise((resolve) => {
            const told = ({ target, elapsedTime }) => resolve([target.id, Math.round(elapsedTime * 1000)]);
            document.addEventListener("animationend", told);
          }),
      );
      await call("task_update", { task_name: "task 3", note: reducedMotion, process: "garden" });
      assert.deepEqual(await glowed, ["t-task%203", milliseconds]);
    });
  });
}

test("what glows follows the light of the system", async () => {
  await visit(browser, server, { colorScheme: "light" }, async (page) => {
    await open(page, "/p/garden");
    await settle(page);
    await call("task_update", { task_name: "task 5", note: "in the light", process: "garden" });
    const glowing = page.locator("li.glow");
    await glowing.waitFor();
    const background = () => glowing.evaluate((row) => getComputedStyle(row).backgroundColor);
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await background(), light);
  });
});

test("a page hears of its own process alone, whatever that is called", async () => {
  await visit(browser, server, {}, async (page) => {
    await open(page, "/p/a%2Fb%20%26%20c");
    await settle(page);
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await call("task_update", { task_name: "task 4", note: "x", process: "garden" });
    await call("task_new", { task_name: "new one", task_description: "", process: "a/b & c" });
    await row(page, "new one").waitFor();
    assert.equal(asked.length, 1, asked.join(" "));
  });
});

test("a page of a task asks at once for what it shows, and later for what moved around it", async () => {
  await visit(browser, server, {}, async (page) => {
    await page.addInitScript(() => {
      const every = globalThis.setInterval;
      globalThis.setInterval = (work, time) => (time === 5000 ? (window.later = work) : every(work, time));
    });
    await open(page, "/p/garden/t/task%2010");
    await settle(page);
    const place = async () => page.locator(".task-head .quiet").textContent();
    const [before, asked] = [await place(), []];
    page.on("request", (request) => asked.push(request.url()));
    await call("task_new", { task_name: "elsewhere", task_description: "", process: "garden" });
    await call("task_update", { task_name: "task 10", note: "own", process: "garden" });
    await page.locator("p.note").getByText("own").waitFor();
    assert.equal(asked.length, 1, asked.join(" "));
    const between = await place();
    assert.notEqual(between, before);
    await call("task_delete", { task_name: "elsewhere", process: "garden" });
    await page.locator("#live[title*=elsewhere]").waitFor();
    assert.equal(asked.length, 1, asked.join(" "));
    await page.evaluate(() => window.later());
    await page.locator(".task-head").getByText(before).waitFor();
  });
});

test("what people change in a file is seen, too", async () => {
  await visit(browser, server, {}, async (page) => {
    await open(page, "/");
    const process = { process_name: "by hand", description: "typed", tasks: {} };
    await writeFile(path.join(server.folder, "by hand.json"), JSON.stringify(process));
    await page.getByRole("link", { name: "by hand" }).waitFor();
  });
});

test("a page goes on at the new name of what it shows", async () => {
  await call("process_new", { name: "shed", description: "" });
  await call("task_new", { task_name: "paint", task_description: "", process: "shed" });
  await visit(browser, server, {}, async (page) => {
    await open(page, "/p/shed/t/paint?x=1");
    await page.evaluate(() => (window.isTheSamePage = true));
    const names = { old_task_name: "paint", new_task_name: "varnish", process: "shed" };
    await call("task_name_change", names);
    await page.waitForURL("/p/shed/t/varnish?x=1");
    assert.match(await page.title(), /^varnish /);
    // A process is renamed by hand: no tool does it.
    const file = path.join(server.folder, "shed.json");
    const text = async () => readFile(file, "utf8").catch(() => "");
    while (!(await text()).includes("varnish")) {
      await page.waitForTimeout(50);
    }
    await writeFile(file, (await text()).replace('"shed"', '"barn"'));
    await page.waitForURL("/p/barn/t/varnish?x=1");
    await page.locator(".trail").getByRole("link", { name: "barn" }).waitFor();
    await call("task_update", { task_name: "varnish", note: "two coats", process: "barn" });
    await page.locator("p.note").getByText("two coats").waitFor();
    assert.equal(await page.evaluate(() => window.isTheSamePage), true);
  });
});

test("on a phone the sign of being live stands beside the name", async () => {
  for (const width of [320, 390]) {
    await visit(browser, server, { viewport: { width, height: 640 } }, async (page) => {
      await open(page, "/");
      const [sign, name] = await Promise.all(
        ["#live", ".product"].map((selector) => page.locator(selector).boundingBox()),
      );
      const middle = sign.y + sign.height / 2;
      assert.ok(middle > name.y && middle < name.y + name.height, JSON.stringify({ sign, name }));
      assert.ok(sign.x >= name.x + name.width && sign.x + sign.width <= width);
    });
  }
});

test("twelve tabs share one stream and all follow", async () => {
  await visit(browser, server, {}, async (first, context) => {
    const streams = [];
    context.on("request", (request) => {
      if (new URL(request.url()).pathname === "/events") {
        streams.push(request.method());
      }
    });
    const pages = [first];
    while (pages.length < 12) {
      pages.push(await context.newPage());
    }
    for (const page of pages) {
      await open(page, "/p/garden");
    }
    await call("task_new", { task_name: "for all", task_description: "", process: "garden" });
    for (const page of pages) {
      await page.bringToFront();
      await row(page, "for all").waitFor();
    }
    assert.ok(streams.length <= 1, `${streams.length} streams`);
  });
});

test("without a worker each page listens by itself", async () => {
  await visit(browser, server, {}, async (page) => {
    await page.addInitScript(() => delete globalThis.SharedWorker);
    await open(page, "/p/garden");
    await call("task_update", { task_name: "task 6", status: "done", process: "garden" });
    await row(page, "task 6").locator(".status.done").waitFor();
  });
});

test("a page says that its server is away, and catches up when it is back", async () => {
  const lost = await startServer();
  const tell = await connect(lost);
  await tell("process_new", { name: "plan", description: "" });
  const context = await browser.newContext({ baseURL: lost.url });
  try {
    const page = await context.newPage();
    await open(page, "/p/plan");
    assert.equal(await page.locator("#lost").isVisible(), false);
    await lost.crash();
    await page.locator("#live:has-text('offline')").waitFor();
    await page.locator("#lost").waitFor();
    const back = await startServer({ again: lost });
    try {
      const again = await connect(back);
      await again("task_new", { task_name: "meanwhile", task_description: "", process: "plan" });
      await row(page, "meanwhile").waitFor();
      await page.locator("#live:has-text('live')").waitFor();
      assert.equal(await page.locator("#lost").isVisible(), false);
    } finally {
      await back.stop();
    }
  } finally {
    await context.close();
  }
});

/** The processes in which a browser runs its pages and their workers. */
async function renderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

// What runs pages is stopped, as all is while a laptop sleeps; what was sent meanwhile reaches the
// machine, or does not, as the connection was cut in between.
for (const [how, cut] of [["and heard all the same", false], ["and was cut off", true]]) {
  test(`a page catches up that slept ${how}`, async () => {
    const asleep = await startServer();
    const sleeper = await launch();
    try {
      const tell = await connect(asleep);
      await tell("process_new", { name: "plan", description: "" });
      const context = await sleeper.newContext({ baseURL: asleep.url });
      const page = await context.newPage();
      await open(page, "/p/plan");
      await page.evaluate(() => (window.isTheSamePage = true));
      const stopped = await renderers(sleeper);
      assert.ok(stopped.length > 0);
      let server = asleep;
      for (const id of stopped) process.kill(id, "SIGSTOP");
      try {
        // More than waits for one listener, and than is folded into one message.
        for (let number = 1; number <= 300; number += 1) {
          await tell("task_new", { task_name: `missed ${number}`, task_description: "", process: "plan" });
        }
        if (cut) {
          await asleep.crash();
          server = await startServer({ again: asleep });
        }
      } finally {
        for (const id of stopped) process.kill(id, "SIGCONT");
      }
      try {
        await row(page, "missed 300").waitFor();
        assert.equal(await page.evaluate(() => window.isTheSamePage), true);
        await page.locator("#live:has-text('live')").waitFor();
        const again = await connect(server);
        await again("task_update", { task_name: "missed 1", priority: "high", process: "plan" });
        await row(page, "missed 1").getByText("high priority").waitFor();
      } finally {
        await server.stop();
      }
    } finally {
      await sleeper.close();
    }
  });
}

test("a page that the browser froze catches up", async () => {
  await visit(browser, server, {}, async (page, context) => {
    await open(page, "/p/garden");
    const session = await context.newCDPSession(page);
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await call("task_new", { task_name: "while frozen", task_description: "", process: "garden" });
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await row(page, "while frozen").waitFor();
  });
});

test("how long a change takes to be seen", async (report) => {
  await visit(browser, server, {}, async (page) => {
    await open(page, "/p/garden");
    const taken = [];
    for (let number = 1; number <= 20; number += 1) {
      const note = `seen ${number}`;
      const begin = performance.now();
      await call("task_update", { task_name: "task 1", status: "blocked", note, process: "garden" });
      await row(page, "task 1").getByText(note, { exact: true }).waitFor();
      taken.push(performance.now() - begin);
      await page.waitForTimeout(300);
    }
    taken.sort((a, b) => a - b);
    report.diagnostic(`from the call: median ${taken[10].toFixed()} ms, p95 ${taken[18].toFixed()} ms`);
  });
});
