// Plans that people change while models work on them: what they send is seen in its place, what is
// refused is said where they are, and nothing that they typed is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  browser,
  button,
  call,
  focused,
  focusIsOn,
  furnish,
  heading,
  isTheSamePage,
  live,
  made,
  nothingRefused,
  open,
  plant,
  posts,
  refusal,
  server,
} from "./desk.mjs";
import { connect, expectStatus, go, startServer, visit } from "./support.mjs";

const TOKEN = "0123456789abcdef0123456789abcdef";

furnish();

test("a change is seen where it was made, and taken back there", async () => {
  const plan = await plant(call, "in place");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    const said = page.locator("#said[role=status]");
    assert.equal(await said.textContent(), "");
    await said.evaluate((said) => (window.said = said));
    await button(page, "blocked").click();
    await made(page).getByText("blocked").waitFor();
    // It is read out, too: by what was there before, and is left where it is.
    await said.getByText(/^Done: .*blocked/).waitFor();
    assert.ok(await page.evaluate(() => window.said.isConnected && !window.said.closest("main")));
    assert.match(page.url(), /\/t\/soil\?made=\d+$/);
    assert.equal(await button(page, "blocked").getAttribute("aria-pressed"), "true");
    assert.equal(await focused(page), "blocked");
    await button(page, "Undo").click();
    await page.locator("[aria-pressed=true]:has-text('todo')").waitFor();
    await said.getByText(/^Done: .*took back/).waitFor();
    assert.ok(await isTheSamePage(page));
    await page.reload();
    assert.equal(await button(page, "todo").getAttribute("aria-pressed"), "true");
  });
});

test("a part that was saved closes, and the keys go on there", async () => {
  const plan = await plant(call, "parts");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await page.getByText("Edit the description").click();
    await page.getByLabel("Description, as Markdown").fill("Dig **deep**");
    await page.keyboard.press("Control+Enter");
    await page.locator("section.text strong").getByText("deep").waitFor();
    await focusIsOn(page, "Edit the description");
    assert.equal(await page.locator("details:has(textarea[name=description]) >> nth=0").getAttribute("open"), null);
    assert.ok(await isTheSamePage(page));
  });
});

test("a change that leads elsewhere is followed, and the way back is there", async () => {
  await visit(browser, server, {}, async (page) => {
    await open(page, "/");
    await page.getByText("New process").click();
    await page.locator("#new").getByLabel("Name").fill("made by hand");
    await button(page, "Make the process").click();
    await heading(page, "made by hand");
    await page.waitForURL("**/p/made%20by%20hand");
    assert.equal(await page.title(), "made by hand · Process manager");
    assert.equal(await page.locator("nav[aria-label=Pages] [aria-current]").count(), 0);
    await focusIsOn(page, "made by hand");
    assert.ok(await isTheSamePage(page));
    await call("task_new", { task_name: "by a model", task_description: "", process: "made by hand" });
    await page.getByRole("link", { name: "by a model" }).waitFor();
    await page.goBack();
    await heading(page, "Processes");
    await page.getByRole("link", { name: "made by hand" }).waitFor();
  });
});

test("what is refused of a button is said, and can be taken over", async () => {
  const plan = await plant(call, "claimed");
  await call("task_update", { task_name: "soil", status: "in_progress", process: "claimed" });
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    expectStatus(page, `${plan}/t/soil/update`, 409);
    await button(page, "done").click();
    await refusal(page).getByText(/^llama-ui.* has the task soil until/).waitFor();
    assert.equal(await button(page, "in progress").getAttribute("aria-pressed"), "true");
    await button(page, "Close").click();
    await nothingRefused(page);
    await focusIsOn(page, "done");
    await page.keyboard.press("Enter");
    await button(page, "Take it over").click();
    await page.locator("[aria-pressed=true]:has-text('done')").waitFor();
    await nothingRefused(page);
    assert.ok(await isTheSamePage(page));
  });
});

test("what is refused of a text is shown with the text", async () => {
  const plan = await plant(call, "refused");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    expectStatus(page, `${plan}/add`, 409);
    await page.getByText("Add a task").click();
    await page.locator("#add").getByLabel("Name").fill("Soil");
    await page.locator("#add").getByLabel("Description").fill("one\n\ntwo");
    await button(page, "Add the task").click();
    await heading(page, "Not so");
    await focusIsOn(page, await page.locator("#reason").innerText());
    assert.equal(await page.getByLabel("Description").inputValue(), "one\n\ntwo");
    // What happens meanwhile does not take the text away.
    await call("task_update", { task_name: "beds", note: "x", process: "refused" });
    await page.waitForTimeout(700);
    assert.equal(await page.getByLabel("Description").inputValue(), "one\n\ntwo");
    await page.getByLabel("Name").fill("new soil");
    await button(page, "Try again").click();
    await heading(page, "refused");
    await page.getByRole("link", { name: "new soil" }).waitFor();
    assert.ok(await isTheSamePage(page));
    await page.goBack();
    await heading(page, "refused");
  });
});

test("who was logged out meanwhile loses nothing", async () => {
  const closed = await startServer({ env: { PM_TOKEN: TOKEN } });
  try {
    const tell = await connect(closed, { token: TOKEN });
    await tell("process_new", { name: "secret", description: "" });
    await visit(browser, closed, {}, async (page, context) => {
      const login = async (page) => {
        await page.getByLabel("Access token").fill(TOKEN);
        await button(page, "Log in").click();
        await heading(page, "secret");
      };
      await page.goto("/p/secret");
      await login(page);
      await page.getByText("Describe it").click();
      await page.getByLabel("Description, as Markdown").first().fill("a secret plan");
      for (const path of ["/p/secret/describe", "/p/secret", "/events"]) expectStatus(page, path, 401);
      await context.clearCookies();
      await button(page, "Save").click();
      await refusal(page).getByText("not logged in any more").waitFor();
      assert.equal(await page.getByLabel("Description, as Markdown").first().inputValue(), "a secret plan");
      const opened = context.waitForEvent("page");
      await page.getByRole("link", { name: "Log in, in a new tab" }).click();
      await login(await opened);
      await page.bringToFront();
      await button(page, "Try again").click();
      await page.locator("section.text").getByText("a secret plan").waitFor();
      await nothingRefused(page);
    });
  } finally {
    await closed.stop();
  }
});

test("what did not reach the server is kept, and sent again", async () => {
  const plan = await plant(call, "away");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await page.route("**/update", (route) => route.abort("aborted"));
    await page.getByText("Leave a comment").click();
    await page.getByLabel("Comment").fill("too wet");
    await button(page, "Leave it").click();
    await refusal(page).getByText("No answer").waitFor();
    assert.equal(await page.getByLabel("Comment").inputValue(), "too wet");
    await page.unroute("**/update");
    await button(page, "Try again").click();
    await page.locator(".comments").getByText("too wet").waitFor();
    await nothingRefused(page);
    assert.equal(await page.locator("textarea[name=comment]").inputValue(), "");
  });
});

test("a double click sends once", async () => {
  const plan = await plant(call, "twice");
  const job = { task_name: "soil", job_name: "sample", job_description: "", process: "twice" };
  await call("task_job_add", job);
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    const sent = posts(page);
    await page.locator(".tick").dblclick({ delay: 60 });
    await page.locator(".jobs .over").waitFor();
    await page.waitForTimeout(300);
    assert.equal(sent.length, 1);
    await page.locator(".jobs .over").waitFor();
  });
});

/** Waits until what was typed is written down. */
async function kept(page, text) {
  await page.waitForFunction((text) => Object.values(localStorage).some((it) => it.includes(text)), text);
}

/** Waits until no draft is kept. */
async function forgotten(page) {
  await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.startsWith("draft ")));
}

const offered = (page) => page.locator("#notices").getByRole("status");

test("what is being typed stays where it is while a model works", async () => {
  const plan = await plant(call, "underneath", ["soil"]);
  const soil = { task_name: "soil", process: "underneath" };
  await call("task_update", { ...soil, note: "first" });
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await live(page);
    await page.locator("#plan > summary").click();
    await page.getByLabel("Labels").fill("spring");
    await page.getByText("Leave a comment").click();
    const comment = page.locator("textarea[name=comment]");
    await comment.pressSequentially("too wet");
    await page.keyboard.press("ArrowLeft");
    // Each of these puts something before or behind the field that was not there.
    await call("task_update", { ...soil, note: "second", comment: "by a model" });
    await call("task_job_add", { ...soil, job_name: "sample", job_description: "" });
    await call("task_code_add", { ...soil, code_name: "a.rs", code_content: "fn a() {}\n" });
    await page.locator(".comments").getByText("by a model").waitFor();
    await page.locator(".jobs").getByText("sample").waitFor();
    await page.locator(".code-head").getByText("a.rs").waitFor();
    await page.keyboard.type("!");
    assert.equal(await comment.inputValue(), "too we!t");
    assert.equal(await page.getByLabel("Labels").inputValue(), "spring");
    // A field in which nobody typed is as it is now, so that saving takes nothing back.
    assert.equal(await page.getByLabel("Note on the status").inputValue(), "second");
    assert.equal(await page.locator("#plan[open], #comment[open]").count(), 2);
    assert.ok(await isTheSamePage(page));
  });
});

test("who types is told what changes underneath, by whom and when, and can compare", async () => {
  const plan = await plant(call, "compared", ["soil"]);
  const soil = { task_name: "soil", process: "compared" };
  await visit(browser, server, {}, async (page) => {
    expectStatus(page, `${plan}/t/soil/describe`, 409);
    await open(page, `${plan}/t/soil`);
    await live(page);
    const told = page.locator(".changed");
    const theirs = told.locator("pre");
    await page.getByText("Edit the description").click();
    const text = page.locator("#describe textarea");
    await text.fill("mine");
    await page.keyboard.press("ArrowLeft");
    // Elsewhere is not underneath.
    await call("task_update", { ...soil, note: "dry" });
    await page.locator("p.note").getByText("dry").waitFor();
    assert.equal(await told.count(), 0);
    await call("task_update_description", { ...soil, new_description: "<b>theirs</b>" });
    await told.getByText(/^changed by llama-ui.* \d s ago: compare$/).waitFor();
    assert.equal(await theirs.isVisible(), false);
    await page.keyboard.type("!");
    assert.equal(await text.inputValue(), "min!e");
    await told.locator("summary").click();
    assert.equal(await theirs.innerText(), "<b>theirs</b>");
    await told.getByText(/ ([2-9]|\d\d) s ago: compare$/).waitFor();
    // It stays as it was left while more is changed, here and elsewhere.
    await call("task_update", { ...soil, note: "wet" });
    await page.locator("p.note").getByText("wet").waitFor();
    await call("task_update_description", { ...soil, new_description: "theirs again" });
    await theirs.getByText("theirs again", { exact: true }).waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.matches(".changed > summary")));
    assert.equal(await told.count(), 1);
    assert.equal(await text.inputValue(), "min!e");
    await text.press("Control+Enter");
    await button(page, "Keep mine").click();
    await page.locator("section.text").getByText("min!e").waitFor();
    assert.equal(await told.count(), 0);
  });
});

test("whoever takes theirs has no draft left", async () => {
  const plan = await plant(call, "theirs", ["soil"]);
  await visit(browser, server, {}, async (page) => {
    expectStatus(page, `${plan}/t/soil/describe`, 409);
    await open(page, `${plan}/t/soil`);
    await page.getByText("Edit the description").click();
    const text = page.locator("#describe textarea");
    await text.fill("mine");
    await kept(page, "mine");
    const soil = { task_name: "soil", process: "theirs" };
    await call("task_update_description", { ...soil, new_description: "what they wrote" });
    await text.press("Control+Enter");
    await page.getByRole("link", { name: "Take theirs" }).click();
    await page.locator("section.text").getByText("what they wrote").waitFor();
    await forgotten(page);
    assert.equal(await offered(page).count(), 0);
  });
});

test("a process is renamed, copied and deleted from Home", async () => {
  await plant(call, "at home");
  await visit(browser, server, {}, async (page) => {
    await open(page, "/");
    const row = (name) => page.locator(`.processes > li:has(h2 > a:text-is("${name}"))`);
    const ask = (name) => row(name).getByText("Rename, copy or delete").click();
    await ask("at home");
    await row("at home").getByLabel("Name", { exact: true }).fill("elsewhere");
    await row("at home").getByRole("button", { name: "Rename" }).click();
    await row("elsewhere").waitFor();
    await ask("elsewhere");
    await row("elsewhere").getByRole("button", { name: "Delete the process" }).click();
    await made(page).getByText("deleted elsewhere").waitFor();
    await button(page, "Undo").click();
    await heading(page, "elsewhere");
    await open(page, "/");
    await ask("elsewhere");
    await row("elsewhere").getByLabel("Name of the copy").fill("its copy");
    await row("elsewhere").getByRole("button", { name: "Copy" }).click();
    await heading(page, "its copy");
  });
});

test("what is chosen is kept as what is typed, and told of what changes underneath", async () => {
  const plan = await plant(call, "chosen", ["soil"]);
  await visit(browser, server, {}, async (page, context) => {
    await open(page, `${plan}/t/soil`);
    await page.locator("#plan > summary").click();
    await page.getByLabel("Priority").selectOption("high");
    await page.getByLabel("Priority").selectOption("normal");
    await page.waitForTimeout(500);
    await forgotten(page);
    await page.getByLabel("Priority").selectOption("high");
    await kept(page, "high");
    await page.close();
    page = await context.newPage();
    await open(page, `${plan}/t/soil`);
    await live(page);
    await offered(page).getByText("Your draft of “Plan”, from").waitFor();
    assert.equal(await page.getByLabel("Priority").inputValue(), "normal");
    await button(page, "Use it").click();
    assert.equal(await page.getByLabel("Priority").inputValue(), "high");
    await call("task_update", { task_name: "soil", priority: "low", note: "x", process: "chosen" });
    await page.locator(".changed").getByText("changed by llama-ui").click();
    assert.equal(await page.locator(".changed pre").innerText(), "low");
    assert.equal(await page.getByLabel("Priority").inputValue(), "high");
    assert.equal(await page.getByLabel("Note on the status").inputValue(), "x");
    await page.locator("#plan").getByRole("button", { name: "Save" }).click();
    await page.locator("dd.priority.high").waitFor();
    await forgotten(page);
    assert.equal(await page.locator(".changed").count(), 0);
  });
});

test("a draft is offered after a crash, used, and gone once it is saved", async () => {
  const plan = await plant(call, "crash");
  await visit(browser, server, {}, async (page, context) => {
    await open(page, `${plan}/t/soil`);
    await page.getByText("Edit the description").click();
    await page.locator("#describe textarea").fill("a long text");
    await kept(page, "a long text");
    await page.close();
    page = await context.newPage();
    await open(page, `${plan}/t/beds`);
    assert.equal(await offered(page).count(), 0);
    await open(page, `${plan}/t/soil`);
    await offered(page).getByText("Your draft of “Edit the description”, from").waitFor();
    assert.equal(await page.locator("#describe textarea").inputValue(), "soil it");
    await button(page, "Use it").click();
    assert.equal(await offered(page).count(), 0);
    assert.equal(await page.locator("#describe textarea").inputValue(), "a long text");
    await button(page, "Save").first().click();
    await page.locator("section.text").getByText("a long text").waitFor();
    await forgotten(page);
    await open(page, `${plan}/t/soil`);
    assert.equal(await offered(page).count(), 0);
  });
});

test("a draft is offered until it is discarded", async () => {
  const plan = await plant(call, "discard");
  await visit(browser, server, {}, async (page, context) => {
    await open(page, plan);
    await page.getByText("Add a task").click();
    await page.locator("#add [name=name]").fill("half a na");
    await kept(page, "half a na");
    for (const answer of ["Close", "Discard"]) {
      await page.close();
      page = await context.newPage();
      await open(page, plan);
      await offered(page).getByText("Your draft of “Add a task”").waitFor();
      await button(page, answer).click();
    }
    await page.reload();
    assert.equal(await offered(page).count(), 0);
    assert.equal(await page.locator("#add [name=name]").inputValue(), "");
  });
});

test("what somebody writes in is not taken away with what it is about", async () => {
  const plan = await plant(call, "gone");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    expectStatus(page, `${plan}/t/soil`, 404);
    expectStatus(page, `${plan}/t/soil/describe`, 404);
    await live(page);
    await page.getByText("Edit the description").click();
    await page.locator("#describe textarea").fill("much work");
    await call("task_delete", { task_name: "soil", process: "gone" });
    await offered(page).getByText("What you are writing in is gone").waitFor();
    assert.equal(await page.locator("#describe textarea").inputValue(), "much work");
    await button(page, "Save").first().click();
    await heading(page, "Not found");
    assert.equal(await page.getByLabel("Description").inputValue(), "much work");
  });
});

test("what is being typed goes along when the task gets another name", async () => {
  const plan = await plant(call, "renamed");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await live(page);
    await page.getByText("Edit the description").click();
    await page.locator("#describe textarea").fill("typed before");
    await kept(page, "typed before");
    await call("task_name_change", { old_task_name: "soil", new_task_name: "ground", process: "renamed" });
    await heading(page, "ground");
    await page.waitForURL("**/t/ground");
    assert.equal(await page.locator("#describe textarea").inputValue(), "typed before");
    await button(page, "Save").first().click();
    await page.locator("section.text").getByText("typed before").waitFor();
    await forgotten(page);
    assert.ok(await isTheSamePage(page));
  });
});

test("several tasks are changed at once, and none stays selected", async () => {
  const plan = await plant(call, "several", ["soil", "beds", "fence"]);
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await page.getByLabel("Select soil").check();
    await page.getByLabel("Select fence").check();
    await page.getByText("Change what is selected").click();
    await page.locator("#several").getByRole("button", { name: "done" }).click();
    await made(page).waitFor();
    assert.equal(await page.locator(".plan .status.done").count(), 2);
    assert.equal(await page.locator(".plan input:checked").count(), 0);
    assert.ok(await isTheSamePage(page));
  });
});

test("what a reader opened stays open while the page changes", async () => {
  const plan = await plant(call, "opened");
  await visit(browser, server, {}, async (page) => {
    await open(page, plan);
    await live(page);
    await page.getByText("Add a task").click();
    await call("task_update", { task_name: "beds", status: "done", process: "opened" });
    await page.locator(".plan .status.done").waitFor();
    assert.equal(await page.locator("#add[open]").count(), 1);
  });
});

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? "with" : "without";
  test(`of several pieces of code one is shown, ${script} JavaScript`, async () => {
    const plan = await plant(call, `code ${script}`, ["soil"]);
    for (const code_name of ["src/a.rs", "b & c.rs"]) {
      await call("task_code_add", { task_name: "soil", code_name, code_content: "x", process: `code ${script}` });
    }
    await visit(browser, server, { javaScriptEnabled }, async (page) => {
      await go(page, `${plan}/t/soil`);
      const shown = () => page.locator(".codes > :visible h3").allInnerTexts();
      assert.deepEqual(await shown(), ["src/a.rs"]);
      for (const name of ["b & c.rs", "src/a.rs"]) {
        await page.getByRole("navigation", { name: "Code" }).getByRole("link", { name }).click();
        assert.deepEqual(await shown(), [name]);
      }
    });
  });
}

test("without JavaScript a form does the same", async () => {
  const plan = await plant(call, "plain");
  await visit(browser, server, { javaScriptEnabled: false }, async (page) => {
    await go(page, `${plan}/t/soil`);
    await button(page, "blocked").click();
    await made(page).getByText("blocked").waitFor();
    await button(page, "Undo").click();
    await page.locator("[aria-pressed=true]:has-text('todo')").waitFor();
  });
});
