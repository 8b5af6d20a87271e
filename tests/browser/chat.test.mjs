// The plan in a chat: a host of MCP Apps in a page, with the client and the bridge that the authors
// of the extension give to hosts, shows the page that goes with an answer, and calls tools for it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chatting, startChat } from "./chat-host.mjs";
import { asName, payloads } from "./payloads.mjs";
import { connect, go, launch, startServer, startStranger, visit } from "./support.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const OPTIONS = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };

const VERSIONS = ["fn main() {\n    walk();\n}\n", "fn main() {\n    run();\n    stop();\n}\n"];

let browser;
let chat;
let server;
let stranger;

before(async () => {
  browser = await launch();
  chat = await startChat();
  stranger = await startStranger();
  server = await startServer();
});

after(async () => {
  await browser?.close();
  await Promise.all([server, chat, stranger].map((one) => one?.stop()));
});

/** Makes a plan with something of each kind. */
async function plant(at, process) {
  const call = await connect(at, { client: "gardener" });
  const update = (task_name, changes) => call("task_update", { process, task_name, ...changes });
  await call("process_new", { name: process });
  for (const task_name of ["soil test", "beds", "fence", "seeds", "greenhouse"]) {
    await call("task_new", { process, task_name, task_description: `About the ${task_name}.` });
  }
  for (const job_name of ["sample", "send"]) {
    await call("task_job_add", { process, task_name: "soil test", job_name });
  }
  const code = { process, task_name: "soil test", code_name: "main.rs" };
  await call("task_code_add", { ...code, code_content: VERSIONS[0] });
  await call("task_code_update", { ...code, new_content: VERSIONS[1] });
  await update("soil test", { status: "in_progress", note: "wet", priority: "high" });
  await update("beds", { depends_on: ["soil test"] });
  await update("fence", { status: "blocked" });
  await update("seeds", { status: "done" });
  await update("greenhouse", { status: "cancelled" });
  return call;
}

const rowOf = (frame, name) =>
  frame.locator(".plan > li").filter({ has: frame.getByRole("button", { name, exact: true }) });

/** Waits until a page says that it does nothing. */
const settled = (frame) => frame.locator("#plan:not([hidden]):not([aria-busy])").waitFor();

for (const [era, client] of [
  ["with sessions", {}],
  ["without sessions", { versionNegotiation: { mode: { pin: "2026-07-28" } } }],
]) {
  test(`a plan is shown beside the answer of a tool, ${era}`, async () => {
    const name = `Garden ${era}`;
    await plant(server, name);
    await chatting(browser, chat, server, { client }, async ({ show }) => {
      const frame = await show("process_load", { name });
      await settled(frame);
      assert.equal(await frame.locator("h1").textContent(), name);
      const far = await frame.locator(".far").textContent();
      assert.equal(far, "1 of 4 done, 1 in progress, 1 blocked");
      const rows = await frame.locator("#open > li > .status").allTextContents();
      assert.deepEqual(rows, ["in progress", "todo", "blocked"]);
      assert.equal(await frame.locator("#closed summary").textContent(), "2 done or cancelled");
      const waits = await rowOf(frame, "beds").locator(".facts").textContent();
      assert.equal(waits, "waits for soil test");

      // The task that somebody is at is open.
      const task = rowOf(frame, "soil test");
      assert.match(await task.locator(".claim").textContent(), /^gardener #\w+ [12]:\d\d left$/);
      assert.equal(await task.locator(".priority").textContent(), "high priority");
      assert.equal(await task.locator(".note").textContent(), "wet");
      assert.equal(await task.locator(".lines").textContent(), "About the soil test.");
      assert.deepEqual(await task.locator(".jobs .name").allTextContents(), ["sample", "send"]);
      const lines = await task.locator(".code .l").allTextContents();
      const differ = [" fn main() {", "-    walk();", "+    run();", "+    stop();", " }"];
      assert.deepEqual(lines, differ);
      assert.equal(await task.locator(".code-head .quiet").textContent(), "version 2, +2 −1");
    });
  });
}

test("it looks as the pages do", async () => {
  await plant(server, "Looks");
  const marks = (root) =>
    root.locator(".plan > li > .status").evaluateAll((all) => {
      const seen = all.map((mark) => {
        const { color, display, gap } = getComputedStyle(mark);
        const { width, height } = getComputedStyle(mark.querySelector("svg"));
        return [mark.outerHTML, [color, display, gap, width, height]];
      });
      return Object.fromEntries(seen);
    });
  const inPage = await visit(browser, server, {}, async (page) => {
    await go(page, "/p/Looks");
    return marks(page);
  });
  await chatting(browser, chat, server, {}, async ({ show }) => {
    const frame = await show("task_list", { process: "Looks" });
    await settled(frame);
    assert.deepEqual(await marks(frame), inPage);
    assert.equal(Object.keys(inPage).length, 5);
  });
});

test("a job is ticked and a status set, by mouse and by keys, and the model is told", async () => {
  const call = await connect(server);
  await call("process_new", { name: "Steered" });
  const task = { process: "Steered", task_name: "beds" };
  await call("task_new", task);
  await call("task_job_add", { ...task, job_name: "saw" });
  await call("task_job_add", { ...task, job_name: "nail" });
  const stored = async () => {
    const { jobs, status } = await call("task_details_get", task);
    return [...jobs.map((job) => job.status), status];
  };
  await chatting(browser, chat, server, {}, async ({ show, page }) => {
    const frame = await show("task_list", { process: "Steered" });
    await settled(frame);
    await frame.getByRole("button", { name: "beds", exact: true }).click();
    await frame.getByRole("button", { name: "Done: saw" }).click();
    await frame.getByRole("button", { name: "Not done: saw" }).waitFor();
    await settled(frame);
    assert.deepEqual(await stored(), ["done", undefined, undefined]);

    await frame.getByRole("button", { name: "Done: nail" }).focus();
    await page.keyboard.press("Enter");
    const nail = frame.getByRole("button", { name: "Not done: nail" });
    await nail.waitFor();
    await settled(frame);
    assert.equal(await nail.evaluate((button) => button === document.activeElement), true);
    await page.keyboard.press("Space");
    await frame.getByRole("button", { name: "Done: nail", exact: true }).waitFor();
    await settled(frame);

    await frame.getByRole("button", { name: "in progress" }).click();
    await frame.locator("button[aria-pressed=true].in_progress").waitFor();
    await settled(frame);
    assert.deepEqual(await stored(), ["done", "todo", "in_progress"]);
    // The claim is that of the client, whose model goes on with it.
    assert.match(await frame.locator(".claim").textContent(), /^chat #/);
    await frame.getByRole("button", { name: "done", exact: true }).click();
    await frame.getByText("1 of 1 done").waitFor();
    await settled(frame);
    assert.deepEqual(await stored(), ["done", "todo", "done"]);
    const told = await page.evaluate(() => window.chat.told.at(-1));
    assert.match(told, /^Changed by a person.*"saw".*: done\..*"nail".*"beds" is now done\./);

    await call("task_new", { process: "Steered", task_name: "later" });
    await frame.getByRole("button", { name: "Read again" }).click();
    await rowOf(frame, "later").waitFor();
    await settled(frame);
    assert.deepEqual(await page.evaluate(() => window.chat.end()), {});
  });
});

test("a refusal is said as its sentence, and changes nothing", async () => {
  await plant(server, "Refused");
  await chatting(browser, chat, server, {}, async ({ show }) => {
    const frame = await show("task_list", { process: "Refused" });
    await settled(frame);
    await frame.getByRole("button", { name: "soil test", exact: true }).waitFor();
    await frame.getByRole("group", { name: "Set the status" }).getByText("blocked").click();
    const notice = frame.locator("#notices .notice span");
    await notice.waitFor();
    const sentence = await notice.textContent();
    assert.match(sentence, /^Nothing was changed: .*gardener #\w+.*\. /);
    await settled(frame);
    assert.equal(await rowOf(frame, "soil test").locator("> .status").textContent(), "in progress");
    await frame.getByRole("button", { name: "Close" }).click();
    assert.equal(await notice.count(), 0);

    const refused = await show("process_load", { name: "Refusd" });
    await refused.getByText("Nothing was opened").waitFor();
    const shown = await refused.locator("main").innerText();
    assert.match(shown, /^Nothing was opened: .*with name "Refused"\.\s*Close$/);
  });
});

test("it looks as the host does, takes the room that it needs, and fits into a narrow one", async () => {
  await plant(server, "Themes");
  const axe = await readFile(AXE, "utf8");
  await chatting(browser, chat, server, {}, async ({ show, page }) => {
    const paper = (frame) => frame.locator("body").evaluate((body) => {
      const { backgroundColor, color, fontFamily } = getComputedStyle(body);
      return { backgroundColor, color, fontFamily };
    });
    for (const width of [280, 400, 880]) {
      const frame = await show("task_list", { process: "Themes" }, { width, hostContext: { theme: "light" } });
      await settled(frame);
      const light = await paper(frame);
      const inside = page.frames().at(-1);
      await inside.evaluate(axe);
      for (const theme of ["light", "dark"]) {
        await page.evaluate((look) => window.chat.look(look), { theme });
        await frame.locator(`main[data-look=${theme}]`).waitFor();
        const complaints = await inside.evaluate(async (options) => {
          const { violations } = await window.axe.run(document, options);
          const told = ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`;
          return violations.map(told);
        }, OPTIONS);
        assert.deepEqual(complaints, [], `${theme}, ${width}`);
      }
      assert.notEqual((await paper(frame)).backgroundColor, light.backgroundColor);

      const { scrolled, height } = await frame.locator("html").evaluate((html) => {
        return { scrolled: html.scrollWidth - window.innerWidth, height: html.scrollHeight };
      });
      assert.ok(scrolled <= 0, `it is ${scrolled} wider than ${width}`);
      const last = () => page.evaluate(() => window.chat.sizes.at(-1));
      assert.deepEqual(await last(), { width, height });
      await frame.getByRole("button", { name: "soil test", exact: true }).click();
      await page.waitForFunction((before) => window.chat.sizes.at(-1).height < before, height);
    }
    const variables = {
      "--color-background-primary": "light-dark(rgb(250, 240, 230), rgb(10, 20, 30))",
      "--color-text-primary": "rgb(1, 2, 3)",
      "--font-sans": "Lucida",
    };
    await page.evaluate((look) => window.chat.look(look), { theme: "dark", styles: { variables } });
    const frame = page.frameLocator("iframe").frameLocator("iframe");
    await frame.locator("html[style*=Lucida]").waitFor();
    assert.deepEqual(await paper(frame), {
      backgroundColor: "rgb(10, 20, 30)",
      color: "rgb(1, 2, 3)",
      fontFamily: "Lucida",
    });
  });
});

test("what a server does not offer has no control, and what is offered works", async () => {
  for (const [tools, args, has] of [
    ["work", [], { statuses: 5, ticks: 2, diff: true, tool: "task_list" }],
    ["tiny", [], { statuses: 5, ticks: 2, diff: true, tool: "process_load" }],
    ["full", ["--read-only"], { statuses: 0, ticks: 0, diff: true, tool: "task_list" }],
  ]) {
    const files = {};
    const first = await startServer();
    try {
      await plant(first, "Offer");
      await first.crash();
      const other = await startServer({ again: first, args, env: { PM_TOOLS: tools }, files });
      first.stop = other.stop;
      await chatting(browser, chat, other, {}, async ({ show }) => {
        const called = has.tool === "task_list" ? { process: "Offer" } : { name: "Offer" };
        const frame = await show(has.tool, called);
        await settled(frame);
        const task = rowOf(frame, "soil test");
        assert.deepEqual(await task.locator(".jobs .name").allTextContents(), ["sample", "send"]);
        assert.equal(await task.locator(".statuses button").count(), has.statuses, tools);
        assert.equal(await task.locator(".tick").count(), has.ticks, tools);
        assert.equal(await task.locator(".code .added").count(), has.diff ? 2 : 0, tools);
        if (has.ticks > 0) {
          await task.locator(".tick").first().click();
          await task.locator(".jobs .over").waitFor();
        }
        if (has.statuses > 0) {
          await frame.getByRole("button", { name: "fence", exact: true }).click();
          await rowOf(frame, "fence").locator("button.done").click();
          await frame.getByText("2 of 4 done").waitFor();
          await settled(frame);
        }
      });
    } finally {
      await first.stop();
    }
  }
});

test("a host that calls no tools shows what the answer says", async () => {
  await plant(server, "Shown");
  await chatting(browser, chat, server, {}, async ({ show }) => {
    const frame = await show("process_load", { name: "Shown" }, { able: {} });
    await settled(frame);
    assert.equal(await frame.locator(".plan > li").count(), 5);
    assert.equal(await frame.getByRole("button", { name: "Read again" }).count(), 0);
    assert.equal(await frame.locator(".statuses button").count(), 0);
  });
});

test("long plans are read on, and what is over stands behind", async () => {
  const call = await connect(server);
  const tasks = Array.from({ length: 900 }, (_, index) => {
    return { name: `step ${index + 1} of a plan that is long`, description: "x".repeat(60) };
  });
  await call("plan_new", { process: "Long", description: "", tasks });
  await chatting(browser, chat, server, {}, async ({ show }) => {
    const frame = await show("task_list", { process: "Long" });
    await settled(frame);
    const more = frame.getByRole("button", { name: "more tasks" });
    for (let presses = 0; presses < 9 && (await more.isVisible()); presses += 1) {
      await more.click();
      await settled(frame);
    }
    assert.equal(await frame.locator("#open > li").count(), 900);
    const last = await frame.locator("#open > li .name").last().textContent();
    assert.equal(last, "step 900 of a plan that is long");
  });
});

test("what a model wrote stays a text, whatever the policy", async () => {
  const texts = payloads(stranger.url);
  const call = await connect(server, { client: texts[0] });
  const process = asName(texts[1]).trim();
  await call("process_new", { name: process });
  const names = texts.map((text, index) => `${asName(text).trim()} ${index}`);
  for (const [index, text] of texts.entries()) {
    const task = { process, task_name: names[index] };
    await call("task_new", { ...task, task_description: text });
    await call("task_job_add", { ...task, job_name: names[index] });
    const code = { ...task, code_name: names[index] };
    await call("task_code_add", { ...code, code_content: `1\n${text}` });
    await call("task_code_update", { ...code, new_content: `2\n${text}` });
    await call("task_update", { ...task, status: "in_progress", note: text });
  }
  await chatting(browser, chat, server, {}, async ({ show, page }) => {
    const frame = await show("task_list", { process }, { isSafe: false });
    await settled(frame);
    const inside = page.frames().at(-1);
    const more = frame.getByRole("button", { name: "more tasks" });
    while (await more.isVisible()) {
      await more.click();
      await settled(frame);
    }
    // One at a time is open, as all of them would be long.
    const shown = await inside.evaluate(async () => {
      const buttons = () => [...document.querySelectorAll(".plan > li > div > .name")];
      const done = async () => {
        while (document.querySelector("#plan[aria-busy]")) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      const seen = [];
      for (const [index, { textContent }] of buttons().entries()) {
        if (buttons()[index].getAttribute("aria-expanded") === "false") {
          buttons()[index].click();
          await done();
        }
        const part = buttons()[index].parentElement.querySelector(".part");
        seen.push([textContent, part.querySelectorAll(".code .added").length > 0]);
        buttons()[index].click();
      }
      return seen;
    });
    assert.deepEqual(shown, names.map((name) => [name, true]));
    assert.equal(await frame.locator("h1").textContent(), process);
    const allowed = await inside.evaluate(() => {
      const known = "html head meta title style body svg symbol circle path main p div section h1 h2 button rect span ol ul li details summary template script use pre";
      const all = [...document.querySelectorAll("*")];
      const strange = all.filter((element) => !known.split(" ").includes(element.localName));
      const handlers = all.flatMap((element) => element.getAttributeNames().filter((name) => /^on|^style$/.test(name)));
      return [strange.map((element) => element.outerHTML), handlers, window.__pwned ?? "nothing"];
    });
    assert.deepEqual(allowed, [[], [], "nothing"]);
  });
  assert.deepEqual(stranger.hits, []);
});

test("what the page may not load is told of", async () => {
  await plant(server, "Watched");
  const watched = chatting(browser, chat, server, {}, async ({ show, page }) => {
    await settled(await show("task_list", { process: "Watched" }));
    await page.frames().at(-1).evaluate((url) => {
      const picture = document.createElement("img");
      picture.src = url;
      document.body.append(picture);
      return new Promise((resolve) => {
        picture.addEventListener("error", resolve);
      });
    }, `${stranger.url}/picture.png`);
  });
  await assert.rejects(watched, /the policy was broken .*img-src/);
  assert.deepEqual(stranger.hits, []);
});

test("opened by itself it says what it is", async () => {
  const page = await readPage();
  await visit(browser, { url: "about:blank" }, { baseURL: undefined }, async (window) => {
    await window.setContent(page);
    assert.match(await window.locator("main").innerText(), /^This is the page on which a chat client/);
  });
});

/** The page, as a client reads it. */
async function readPage() {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "reader", version: "0" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const uri = "ui://process-manager/plan";
  const response = await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "resources/read",
      "mcp-name": uri,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri, _meta: meta } }),
  });
  const { result } = await response.json();
  return result.contents[0].text;
}
