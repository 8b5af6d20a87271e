// Plans that people change while models work on them: what they send is seen in its place, what is
// refused is said where they are, and nothing that they typed is lost.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect, expectStatus, go, launch, startServer, visit } from "./support.mjs";

let browser;
let server;
let call;

before(async () => {
  browser = await launch();
  server = await startServer();
  call = await connect(server, { client: "llama-ui" });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Writes a plan of its own for a test, and returns its address. */
async function plant(name, tasks = ["soil", "beds"]) {
  await call("plan_new", {
    process: name,
    description: "What is to be done",
    tasks: tasks.map((task) => ({ name: task, description: `${task} it`, jobs: [] })),
  });
  return `/p/${encodeURIComponent(name)}`;
}

/** Opens a page, and marks it, so that one that is loaded anew is told from it. */
async function open(page, path) {
  await go(page, path);
  await page.evaluate(() => (window.isTheSamePage = true));
}

const isTheSamePage = (page) => page.evaluate(() => window.isTheSamePage === true);
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true });
const made = (page) => page.locator(".made[role=status]");
const refusal = (page) => page.locator("#notices").getByRole("alert");

/** What has the focus, in words. */
function focused(page) {
  return page.evaluate(() => document.activeElement.innerText?.trim());
}

/** Waits until something has the focus. */
async function focusIsOn(page, words) {
  await page.waitForFunction((words) => document.activeElement.innerText?.trim() === words, words);
}

/** The paths to which forms are sent from now on. */
function posts(page) {
  const paths = [];
  page.on("request", (request) => {
    if (request.method() === "POST") paths.push(new URL(request.url()).pathname);
  });
  return paths;
}

test("a change is seen where it was made, and taken back there", async () => {
  const plan = await plant("in place");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await button(page, "blocked").click();
    await made(page).getByText("blocked").waitFor();
    assert.match(page.url(), /\/t\/soil\?made=\d+$/);
    assert.equal(await button(page, "blocked").getAttribute("aria-pressed"), "true");
    assert.equal(await focused(page), "blocked");
    await button(page, "Undo").click();
    await page.locator("[aria-pressed=true]:has-text('todo')").waitFor();
    assert.ok(await isTheSamePage(page));
    await page.reload();
    assert.equal(await button(page, "todo").getAttribute("aria-pressed"), "true");
  });
});

test("a part that was saved closes, and the keys go on there", async () => {
  const plan = await plant("parts");
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
    await page.getByLabel("Name").fill("made by hand");
    await button(page, "Make the process").click();
    await heading(page, "made by hand");
    await page.waitForURL("**/p/made%20by%20hand");
    assert.equal(await page.title(), "made by hand · Process manager");
    assert.equal(await page.locator("header [aria-current]").count(), 0);
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
  const plan = await plant("claimed");
  await call("task_update", { task_name: "soil", status: "in_progress", process: "claimed" });
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    expectStatus(page, `${plan}/t/soil/update`, 409);
    await button(page, "done").click();
    await refusal(page).getByText(/^llama-ui.* has the task soil until/).waitFor();
    assert.equal(await button(page, "in progress").getAttribute("aria-pressed"), "true");
    await button(page, "Close").click();
    assert.equal(await refusal(page).count(), 0);
    await focusIsOn(page, "done");
    await page.keyboard.press("Enter");
    await button(page, "Take it over").click();
    await page.locator("[aria-pressed=true]:has-text('done')").waitFor();
    assert.equal(await refusal(page).count(), 0);
    assert.ok(await isTheSamePage(page));
  });
});

test("what is refused of a text is shown with the text", async () => {
  const plan = await plant("refused");
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

test("what did not reach the server is kept, and sent again", async () => {
  const plan = await plant("away");
  await visit(browser, server, {}, async (page) => {
    await open(page, `${plan}/t/soil`);
    await page.route("**/update", (route) => route.abort("aborted"));
    await page.getByText("Leave a comment").click();
    await page.getByLabel("Comment").fill("too wet");
    await button(page, "Leave it").click();
    await refusal(page).getByText("Not sent").waitFor();
    assert.equal(await page.getByLabel("Comment").inputValue(), "too wet");
    await page.unroute("**/update");
    await button(page, "Try again").click();
    await page.locator(".comments").getByText("too wet").waitFor();
    assert.equal(await refusal(page).count(), 0);
    assert.equal(await page.locator("textarea[name=comment]").inputValue(), "");
  });
});

test("a double click sends once", async () => {
  const plan = await plant("twice");
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

test("without JavaScript a form does the same", async () => {
  const plan = await plant("plain");
  await visit(browser, server, { javaScriptEnabled: false }, async (page) => {
    await go(page, `${plan}/t/soil`);
    await button(page, "blocked").click();
    await made(page).getByText("blocked").waitFor();
    await button(page, "Undo").click();
    await page.locator("[aria-pressed=true]:has-text('todo')").waitFor();
  });
});
