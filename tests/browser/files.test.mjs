// Files go out and come in: what is downloaded is never shown as a page, and a file is looked at before
// it is imported, with and without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFile } from "node:fs/promises";
import { heading, made, plant } from "./desk.mjs";
import { payloads } from "./payloads.mjs";
import { shape } from "./shape.mjs";
import { NARROW, connect, expectStatus, go, launch, startServer, startStranger, visit } from "./support.mjs";

let browser;
let server;
let stranger;

before(async () => {
  browser = await launch();
  server = await startServer();
  stranger = await startStranger();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await stranger?.stop();
});

/** Follows a link that leads to a file, and returns what it is called and what is in it. */
async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const path = await file.path();
  return { name: file.suggestedFilename(), content: await readFile(path, "utf8") };
}

const PLAN = "# Garden\n\n## Soil\n\n- [x] dig\n- [/] test it\n\n## Beds\n\n- [ ] build\n";

/** Chooses a file, and waits for what would come of it. */
async function look(page, name, text, status = 200) {
  await go(page, "/import");
  expectStatus(page, "/import", status);
  const file = { name, mimeType: "application/octet-stream", buffer: Buffer.from(text) };
  await page.getByLabel("File, of up to").setInputFiles(file);
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.waitForLoadState();
}

test("a process and its code are downloaded, whatever is in them", async () => {
  const call = await connect(server);
  const path = await plant(call, "Files & <more>");
  const hostile = "<script>window.__pwned = 1</script>\r\n";
  const code = { task_name: "soil", code_name: "src/<b>.html", code_content: hostile };
  await call("task_code_add", code);
  await visit(browser, server, {}, async (page) => {
    await go(page, path);
    const menu = page.locator("#download");
    await menu.locator("summary").click();
    const markdown = await download(page, menu.getByRole("link", { name: "Markdown" }));
    assert.equal(markdown.name, "Files & _more_.md");
    assert.match(markdown.content, /^# Files/);
    const json = await download(page, menu.getByRole("link", { name: "JSON" }));
    assert.equal(JSON.parse(json.content).process_name, "Files & <more>");
    const zip = await download(page, menu.getByRole("link", { name: "ZIP" }));
    assert.equal(zip.name, "Files & _more_.zip");
    assert.match(zip.content, /^PK.*plan\.md/s);
    await go(page, `${path}/t/soil/c/src%2F%3Cb%3E.html`);
    const raw = await download(page, page.getByRole("link", { name: "Download" }));
    assert.deepEqual(raw, { name: "_b_.html", content: hostile });
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
  });
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  test(`a file is looked at and imported ${how} JavaScript`, async () => {
    const own = `# Garden ${how}${PLAN.slice("# Garden".length)}`;
    await visit(browser, server, { javaScriptEnabled, viewport: NARROW }, async (page) => {
      await go(page, "/");
      await page.getByRole("link", { name: "Import a file" }).click();
      await look(page, "plan.md", own);
      await page.getByText("taken: [/] for in_progress").waitFor();
      await page.getByText("Nothing is stored yet.").waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= NARROW.width, `it is ${width} wide`);
      await page.getByRole("button", { name: "Import", exact: true }).click();
      await heading(page, `Garden ${how}`);
      await page.locator("#main .name").first().waitFor();
      // Once more: there is one already, and it is brought up to date.
      await look(page, "plan.md", `${own}- [ ] water\n`);
      await page.getByText(`There is a process “Garden ${how}” already.`).waitFor();
      await page.getByLabel("Bring processes of these names").check();
      await page.getByRole("button", { name: "Look again" }).click();
      await page.getByText("brings the one up to date that is there").waitFor();
      await page.getByRole("button", { name: "Import", exact: true }).click();
      await heading(page, `Garden ${how}`);
      await made(page).getByText("imported anew").waitFor();
    });
  });
}

test("what cannot be read is told, and what stands in a file stays a text", async () => {
  await visit(browser, server, {}, async (page) => {
    await look(page, "broken.json", '{"tasks": ', 422);
    await page.getByRole("alert").getByText("ends too early").waitFor();
    const all = payloads(stranger.url);
    const tasks = all.map((text, index) => {
      const title = `${text.replace(/\s+/g, " ")} ${index}`;
      return { id: index + 1, title, description: text, status: text, [title]: text };
    });
    await look(page, `${all[0].replace(/[/\n]/g, "")}.json`, JSON.stringify({ tasks }));
    const { strangers, ran } = await page.evaluate(shape);
    assert.deepEqual([strangers, ran], [[], false]);
    await page.getByText(`${all.length} tasks`).waitFor();
    assert.ok((await page.locator("#main ol > li").count()) >= 90);
  });
  assert.deepEqual(stranger.hits, []);
});

test("a file that is too large names the command", async () => {
  await visit(browser, server, {}, async (page) => {
    await look(page, "large.md", "x".repeat(3_200_000), 413);
    await page.getByText("pm-mcp-http import FILE").first().waitFor();
    await look(page, "larger.md", "x".repeat(5 << 20), 413);
    await heading(page, "Too much");
    await page.getByText("pm-mcp-http import FILE").first().waitFor();
  });
});

test("a sample is made on an empty server, and looked around in", async () => {
  const bare = await startServer();
  try {
    await visit(browser, bare, {}, async (page) => {
      await go(page, "/");
      await page.getByRole("button", { name: "Make a sample" }).click();
      await heading(page, "A sample");
      await page.getByRole("link", { name: "write the program" }).first().click();
      await page.getByText("version 2").first().waitFor();
    });
  } finally {
    await bare.stop();
  }
});

test("long lines are wrapped if a reader asks for it, on a phone and without JavaScript", async () => {
  const call = await connect(server);
  const path = await plant(call, "Wide");
  const code = { task_name: "soil", code_name: "wide.txt" };
  await call("task_code_add", { ...code, code_content: `${"one word ".repeat(100)}\n` });
  await call("task_code_update", { ...code, new_content: `${"two words ".repeat(100)}\n` });
  const options = { javaScriptEnabled: false, viewport: NARROW };
  await visit(browser, server, options, async (page) => {
    const block = () => page.locator("pre.code");
    await go(page, `${path}/t/soil/c/wide.txt?v=1`);
    const isWide = () => block().evaluate((pre) => pre.scrollWidth > pre.clientWidth);
    const pageIsWide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(await isWide(), true);
    await page.getByRole("link", { name: "Wrap long lines", exact: true }).click();
    await page.waitForURL(/wrap=1/);
    assert.deepEqual([await isWide(), await pageIsWide()], [false, false]);
    await page.locator(".rows").getByRole("link", { name: "What changed" }).click();
    await page.waitForURL(/with=1.*wrap=1/);
    assert.deepEqual([await isWide(), await pageIsWide()], [false, false]);
    await page.getByRole("link", { name: "version 1" }).click();
    await page.waitForURL(/v=1&wrap=1/);
    await page.getByRole("link", { name: "Do not wrap long lines" }).click();
    assert.equal(await isWide(), true);
  });
});
