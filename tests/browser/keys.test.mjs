// A plan is steered with keys alone, one or two at a time, and nobody who types meets them.

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
  live,
  made,
  nothingRefused,
  open,
  orderIs,
  plant,
  posts,
  press,
  refusal,
  server,
} from "./desk.mjs";
import { expectStatus, startServer, visit } from "./support.mjs";

furnish();

/** Whether what has the focus is seen, and marked. */
const isSeen = (page) =>
  page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });

test("keys go from row to row, open one and lead back", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `task ${index + 1}`);
  const plan = await plant(call, "rows", names);
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await press(page, "j");
    await focusIsOn(page, "task 1");
    await press(page, "k");
    await focusIsOn(page, "task 1");
    for (let number = 2; number <= 30; number += 1) await press(page, "j");
    await focusIsOn(page, "task 30");
    assert.ok(await isSeen(page));
    await press(page, "ArrowDown", "k", "ArrowUp");
    await focusIsOn(page, "task 29");
    await press(page, "Enter");
    await heading(page, "task 29");
    await press(page, "]");
    await heading(page, "task 30");
    await press(page, "[");
    await heading(page, "task 29");
    await press(page, "Escape");
    await heading(page, "rows");
    await press(page, "Escape");
    await heading(page, "Processes");
    await press(page, "g", "a");
    await heading(page, "Activity");
    await press(page, "g", "t");
    await heading(page, "Trash");
    await press(page, "g", "h");
    await heading(page, "Processes");
  });
});

test("keys go over the board, and set the status of a card, which they stay on", async () => {
  const plan = await plant(call, "board", ["soil", "beds", "fence"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}?view=board`);
    await press(page, "j", "j");
    await focusIsOn(page, "beds");
    await press(page, "s", "d");
    await page.locator("#column-done .card").getByText("beds").waitFor();
    await made(page).getByText("beds").waitFor();
    await focusIsOn(page, "beds");
    await press(page, "h");
    await focusIsOn(page, "soil");
    await press(page, "l", "u");
    await page.locator("#column-todo .card").getByText("beds").waitFor();
    assert.ok(await isTheSamePage(page));
  });
});

test("a key moves a job, and another one shows what the code's last version changed", async () => {
  const plan = await plant(call, "code");
  const soil = { task_name: "soil", process: "code" };
  for (const job_name of ["dig", "sow"]) await call("task_job_add", { ...soil, job_name, job_description: "" });
  await call("task_code_add", { ...soil, code_name: "a.rs", code_content: "fn a() {}\n" });
  await call("task_code_update", { ...soil, code_name: "a.rs", new_content: "fn b() {}\n" });
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await press(page, "j", "Alt+ArrowDown");
    await orderIs(page, "sow", "dig");
    await press(page, "d");
    await page.getByText("what changed from version 1 to version 2").waitFor();
    await open(page, `${plan}/t/soil/c/a.rs`);
    await press(page, "d");
    await page.getByText("what changed from version 1 to version 2").waitFor();
    await live(page);
    await press(page, "d");
    await page.getByText("version 2 of 2", { exact: true }).waitFor();
  });
});

for (const [name, prepare] of [
  ["securely", () => {}],
  ["otherwise", () => delete Navigator.prototype.clipboard],
]) {
  test(`a page that came ${name} copies what is to be given on`, async () => {
    const plan = await plant(call, `copied ${name}`);
    const soil = { task_name: "soil", process: `copied ${name}` };
    await call("task_code_add", { ...soil, code_name: "a.rs", code_content: "fn a() {\n}\n" });
    await visit(browser, server, {}, async (page) => {
      await page.addInitScript(prepare);
      await open(page, `${plan}/t/soil`);
      const pasted = async () => {
        await page.locator("#comment").evaluate((part) => (part.open = true));
        const field = page.getByLabel("Comment", { exact: true });
        await field.fill("");
        await page.keyboard.press("Control+V");
        return field.inputValue();
      };
      await press(page, "p");
      await button(page, "Copied").waitFor();
      const prompt = await page.locator("#prompt pre").textContent();
      assert.match(prompt, /soil/);
      assert.equal(await pasted(), prompt);
      await button(page, "Copy").last().click();
      await button(page, "Copied").last().waitFor();
      assert.equal(await pasted(), "fn a() {\n}\n");
      await page.waitForFunction(() => !document.body.innerText.includes("Copied"));
    });
  });
}

test("that something was copied is said on a page that changes, too", async () => {
  const plan = await plant(call, "copied while it changes");
  await visit(browser, server, {}, async (page) => {
    // It is said for longer than the page takes to change.
    await page.addInitScript(() => {
      const later = setTimeout;
      window.setTimeout = (work, wait) => later(work, wait === 2000 ? 60000 : wait);
    });
    await open(page, `${plan}/t/soil`);
    await live(page);
    await press(page, "p");
    await button(page, "Copied").waitFor();
    await call("task_update_description", { task_name: "soil", new_description: "dig deeper", process: "copied while it changes" });
    await page.locator("#main").getByText("dig deeper").first().waitFor();
    assert.equal(await button(page, "Copied").count(), 1);
  });
});

test("keys select several tasks, and set the status of all", async () => {
  const plan = await plant(call, "several", ["soil", "beds", "fence"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await press(page, "j", "x", "j", "j", "x", "s", "d");
    await made(page).waitFor();
    assert.equal(await page.locator(".plan .status.done").count(), 2);
    await focusIsOn(page, "fence");
    assert.ok(await isTheSamePage(page));
  });
});

test("a card is dragged to another column, and back if that is refused", async () => {
  const plan = await plant(call, "dragged", ["soil", "beds"]);
  await call("task_update", { task_name: "beds", status: "in_progress", process: "dragged" });
  await visit(browser, server, {}, async (page) => {
    expectStatus(page, `${plan}/t/beds/update`, 409);
    await open(page, `${plan}?view=board`);
    const column = (status) => page.locator(`#column-${status}`);
    const card = (status, name) => column(status).locator(".card", { hasText: name });
    const sent = posts(page);
    await card("todo", "soil").dragTo(column("done").locator("ul"));
    await made(page).getByText("soil").waitFor();
    await card("done", "soil").waitFor();
    await card("done", "soil").dragTo(column("done").locator("h2"));
    await card("in_progress", "beds").dragTo(column("todo").locator("ul"));
    await refusal(page).getByText("has the task beds until").waitFor();
    await card("in_progress", "beds").waitFor();
    assert.deepEqual(sent, [`${plan}/t/soil/update`, `${plan}/t/beds/update`]);
    assert.ok(await isTheSamePage(page));
    await page.reload();
    await card("done", "soil").waitFor();
    await card("in_progress", "beds").waitFor();
  });
});

test("a card is dragged to another place of its column", async () => {
  const plan = await plant(call, "ordered", ["soil", "beds", "fence"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}?view=board`);
    const card = (name) => page.locator("#column-todo .card", { hasText: name });
    await card("fence").dragTo(card("soil"), { targetPosition: { x: 40, y: 4 } });
    await made(page).getByText("moved the task").waitFor();
    await orderIs(page, "fence", "soil", "beds");
    assert.ok(await isTheSamePage(page));
    await page.reload();
    await orderIs(page, "fence", "soil", "beds");
  });
});

test("a status that is refused is said, and the card stays", async () => {
  const plan = await plant(call, "held");
  await call("task_update", { task_name: "soil", status: "in_progress", process: "held" });
  await visit(browser, server, {}, async (page) => {
    expectStatus(page, `${plan}/t/soil/update`, 409);
    await open(page, plan);
    await press(page, "j", "s", "d");
    await refusal(page).getByText("has the task soil until").waitFor();
    await press(page, "Escape");
    await nothingRefused(page);
    await focusIsOn(page, "soil");
    await press(page, "s", "c");
    await button(page, "Take it over").click();
    await page.locator(".plan .status.cancelled").waitFor();
  });
});

test("keys set the status of the task and of its jobs, and open what is edited", async () => {
  const plan = await plant(call, "task");
  const soil = { task_name: "soil", process: "task" };
  await call("task_job_add", { ...soil, job_name: "sample", job_description: "" });
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await press(page, "s", "b");
    await page.locator(".statuses [aria-pressed=true]:has-text('blocked')").waitFor();
    await press(page, "j", "s", "i");
    await page.locator(".jobs .status.in_progress").first().waitFor();
    await press(page, "Escape");
    await heading(page, "task");
    await page.goBack();
    await heading(page, "soil");
    await press(page, "e");
    await page.keyboard.type(" and sow. snd j");
    assert.equal(await page.locator("#describe textarea").inputValue(), "soil it and sow. snd j");
    await page.keyboard.press("Control+Enter");
    await page.locator("section.text").getByText("soil it and sow. snd j").waitFor();
    await focusIsOn(page, "Edit the description");
    assert.equal(await page.locator("#describe[open]").count(), 0);
    await press(page, "n");
    await page.keyboard.type("another job");
    await page.keyboard.press("Enter");
    await page.locator(".jobs .name").getByText("another job").waitFor();
  });
});

test("a task and a process are begun with a key", async () => {
  const plan = await plant(call, "new");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await press(page, "n");
    await page.keyboard.type("fence");
    await press(page, "Control+Enter");
    await page.locator(".plan .name").getByText("fence").waitFor();
    await press(page, "Escape");
    await heading(page, "Processes");
    await press(page, "n");
    await page.locator("#new[open] [name=name]:focus").waitFor();
    await press(page, "Shift+Tab", "Escape");
    assert.equal(await page.locator("#new[open]").count(), 0);
    await press(page, "/");
    await page.keyboard.type("fence");
    await press(page, "Enter");
    await heading(page, "Search");
  });
});

test("a key leaves a field with what is in it, and another takes back the change with the focus", async () => {
  const plan = await plant(call, "left");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await press(page, "n");
    await page.keyboard.type("half a na");
    await press(page, "Escape");
    await focusIsOn(page, "Add a task");
    assert.equal(await page.locator("#add[open]").count(), 0);
    assert.equal(await page.locator("#add [name=name]").inputValue(), "half a na");
    await press(page, "/", "Escape");
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    await heading(page, "left");
    await call("task_update", { task_name: "soil", note: "dry", process: "left" });
    await open(page, `${plan}/activity`);
    await press(page, "j", "u");
    await heading(page, "Take this back?");
  });
});

test("no key is taken with another one, nor from who types", async () => {
  const plan = await plant(call, "typed");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    const sent = posts(page);
    await press(page, "Control+j", "Alt+j", "Meta+j");
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    await page.locator("header .search input").focus();
    await page.keyboard.type("jnsd?");
    assert.equal(await page.locator("header .search input").inputValue(), "jnsd?");
    await page.locator(".filter select[name=status]").focus();
    await press(page, "j", "s", "d", "Escape");
    await heading(page, "typed");
    assert.deepEqual(sent, []);
  });
});

test("help lists the keys, and switches them off in this browser", async () => {
  const plan = await plant(call, "off");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await press(page, "?");
    await page.waitForURL("**/help#keys");
    const keys = await page.locator("dl.keys dt").allInnerTexts();
    assert.deepEqual(keys.map((key) => key.trim()), [
      ...["j k", "h l", "Enter", "Esc", "n", "e", "Ctrl+Enter", "x", "s t", "s i", "s b", "s d", "s c"],
      ...["Alt+↑ Alt+↓", "Alt+← Alt+→", "[ ]", "d", "p", "u", "/", "Ctrl+K", "?", "g h", "g a", "g t", "g s"],
    ]);
    const field = page.getByLabel("Take single keys, in this browser");
    assert.ok(await field.isChecked());
    await field.uncheck();
    await open(page, plan);
    await press(page, "j");
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    await open(page, "/help");
    await field.check();
    await open(page, plan);
    await press(page, "j");
    await focusIsOn(page, "soil");
  });
});

test("a server that is only read takes no key that changes something", async () => {
  const plan = { process_name: "read", description: "", tasks: { soil: { description: "dig" } } };
  const files = { "read.json": JSON.stringify(plan) };
  const reader = await startServer({ files, args: ["--read-only"] });
  try {
    await visit(browser, reader, {}, async (page) => {
      await open(page, "/p/read");
      const sent = posts(page);
      await press(page, "j", "s", "d", "n", "e", "u");
      await focusIsOn(page, "soil");
      await press(page, "Enter");
      await heading(page, "soil");
      await press(page, "s", "d", "e");
      assert.deepEqual(sent, []);
      assert.equal(await page.locator("#main form[method=post]").count(), 0);
    });
  } finally {
    await reader.stop();
  }
});
