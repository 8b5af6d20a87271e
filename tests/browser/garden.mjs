// A garden that is being planned, written through MCP, and every page that there is to see: what
// the suites look at. A suite that brings a page adds it to `PAGES`.

import assert from "node:assert/strict";
import { startInConflict } from "./conflict.mjs";
import { connect, expectStatus, go, startServer, visit } from "./support.mjs";

export const GARDEN = "/p/Garden%20Planner";
const SOIL = `${GARDEN}/t/soil%20test`;
const CODE = `${SOIL}/c/tokens.rs`;
const TOKEN = "0123456789abcdef0123456789abcdef";

/** Every page: its name, its server, its path, and the status of its answer. */
export const PAGES = [
  ["home", "garden", "/"],
  ["home behind its end", "garden", "/?from=9999"],
  ["home of a new server", "bare", "/"],
  ["home of a closed server", "closed", "/"],
  ["login", "closed", "/login"],
  ["list", "garden", GARDEN],
  ["list of one status", "garden", `${GARDEN}?status=blocked`],
  ["list with all filters", "garden", `${GARDEN}?priority=high&who=llama-ui&waiting=hide`],
  ["list by a word", "garden", `${GARDEN}?q=wood`],
  ["list without a hit", "garden", `${GARDEN}?q=zebra`],
  ["board with near names", "garden", `${GARDEN}?view=board&q=grenhouse`],
  ["board", "garden", `${GARDEN}?view=board`],
  ["board of one status", "garden", `${GARDEN}?view=board&status=done`],
  ["graph", "garden", `${GARDEN}?view=graph`],
  ["graph around a task", "garden", `${GARDEN}?view=graph&task=beds`],
  ["graph without links", "garden", "/p/Parser?view=graph"],
  ["former state", "garden", `${GARDEN}/at/5`],
  ["board of a former state", "garden", `${GARDEN}/at/5?view=board`],
  ["task of a former state", "garden", `${GARDEN}/at/5/t/soil%20test`],
  ["no such state", "garden", `${GARDEN}/at/999`, 404],
  ["long list", "garden", "/p/Parser"],
  ["long board", "garden", "/p/Parser?view=board"],
  ["process without tasks", "garden", "/p/Empty"],
  ["task", "garden", SOIL],
  ["task that waits", "garden", `${GARDEN}/t/beds`],
  ["task with nothing in it", "garden", `${GARDEN}/t/greenhouse`],
  ["task with long words", "garden", `${GARDEN}/t/${"long".repeat(50)}`],
  ["code", "garden", CODE],
  ["old version", "garden", `${CODE}?v=1`],
  ["code with long lines wrapped", "garden", `${CODE}?wrap=1`],
  ["long code", "garden", `${SOIL}/c/long.txt`],
  ["difference", "garden", `${CODE}?v=3&with=2`],
  ["difference in two columns", "garden", `${CODE}?v=3&with=2&as=split`],
  ["difference with long lines wrapped", "garden", `${CODE}?v=3&with=2&wrap=1`],
  ["no difference", "garden", `${CODE}?v=2&with=2`],
  ["activity", "garden", "/activity"],
  ["activity of a new server", "bare", "/activity"],
  ["activity of a process", "garden", `${GARDEN}/activity`],
  ["activity of a task", "garden", `${GARDEN}/activity?task=beds`],
  ["undo", "garden", `${GARDEN}/undo?revision=5`],
  ["undo with changes in its way", "garden", `${GARDEN}/undo?revision=2`, 409],
  ["changes", "garden", `${GARDEN}/since/3`],
  ["changes by somebody", "garden", `${GARDEN}/since/3?who=llama-ui`],
  ["changes of one revision", "garden", `${GARDEN}/since/4?to=5`],
  ["changes lately", "garden", `${GARDEN}/since`],
  ["no changes", "garden", "/p/Empty/since"],
  ["changes since nobody knows when", "garden", `${GARDEN}/since/9999`, 404],
  ["search", "garden", "/search"],
  ["search with hits", "garden", "/search?q=wood"],
  ["search without a hit", "garden", "/search?q=zebra"],
  ["search with near names", "garden", "/search?q=parsr"],
  ["trash", "garden", "/trash"],
  ["trash of a new server", "bare", "/trash"],
  ["status", "garden", "/status"],
  ["status with what was found", "garden", "/status?doctor=1"],
  ["status of a new server", "bare", "/status"],
  ["status with a conflict", "conflicted", "/status"],
  ["import", "garden", "/import"],
  ["help", "garden", "/help"],
  ["no such page", "garden", "/none", 404],
  ["no such process", "garden", "/p/Gardn%20Planner", 404],
  ["process in the trash", "garden", "/p/Old%20plan", 404],
  ["no such task", "garden", `${GARDEN}/t/soil%20tset`, 404],
  ["no such code", "garden", `${SOIL}/c/tokens.sr`, 404],
  ["no such version", "garden", `${CODE}?v=9`, 404],
  ["no number", "garden", "/?from=x", 400],
  ["no such view", "garden", `${GARDEN}?view=cloud`, 400],
  ["no text", "garden", "/p/%FF", 400],
  ["too long a search", "garden", `/search?q=${"x".repeat(301)}`, 400],
  ["damaged file", "garden", "/p/broken", 409],
  ["page of a closed server", "closed", "/activity"],
].map(([name, of, path, status = 200]) => ({ name, of, path, status }));

/** Sends a file to be looked at. */
async function lookAt(page, name, text) {
  const file = { name, mimeType: "text/plain", buffer: Buffer.from(text) };
  await page.getByLabel("File, of up to").setInputFiles(file);
  await page.getByRole("button", { name: "Look at it" }).click();
}

/** Saves a description that was begun from another text than the one that is there. */
async function describeAnother(page, text) {
  await page.locator("#describe").evaluate((part) => (part.open = true));
  await page.evaluate(() => {
    const was = (name) => document.querySelector(`[name=was-${name}]`);
    was("description").value = was("priority").value;
  });
  await page.locator("#describe textarea").fill(text);
  await page.locator("#describe").getByRole("button", { name: "Save" }).click();
}

/**
 * Every page that comes when a form is sent: its name, its server, the path of the form, where it is
 * sent, the status of the answer, what is filled in and pressed, and the words by which it is known.
 */
const ANSWERS = [
  ["what comes of a file", "garden", "/import", "/import", 200,
    (page) => lookAt(page, "plan.md", "# Garden\n\n- [/] dig\n  - [ ] deeper\n"), "This is what would come of the file"],
  ["a file that cannot be read", "garden", "/import", "/import", 422,
    (page) => lookAt(page, "plan.json", "{"), "ends too early"],
  ["description changed by another", "garden", `${GARDEN}/t/greenhouse`, `${GARDEN}/t/greenhouse/describe`, 409,
    (page) => describeAnother(page, `Of glass.\n\n${"and so on, ".repeat(40)}`), "Keep mine"],
  ["refused login", "closed", "/login", "/login", 401,
    async (page) => {
      await page.getByLabel("Access token").fill("0".repeat(32));
      await page.getByRole("button", { name: "Log in" }).click();
    }, "token"],
].map(([name, of, path, to, status, send, words]) => ({ name, of, path, to, status, send, words }));

/** Goes to a page of `PAGES` or `ANSWERS`, and fails if the answer has another status. */
async function reach(page, { path, status, to, send, words }) {
  if (!send) return go(page, path, status);
  await go(page, path);
  expectStatus(page, to, status);
  const answer = page.waitForResponse((answer) => answer.request().method() === "POST");
  await send(page);
  assert.equal((await answer).status(), status, path);
  await page.locator("#main").getByText(words).first().waitFor();
}

/** Starts the servers that `PAGES` names; `stop` ends all of them. */
export async function startServers() {
  const servers = {
    garden: await startServer({ files: { "broken.json": '{"process_name": "x", ' } }),
    bare: await startServer(),
    closed: await startServer({ env: { PM_TOKEN: TOKEN } }),
    conflicted: await startInConflict(),
  };
  await plant(servers.garden);
  const stop = () => Promise.all(Object.values(servers).map((server) => server.stop()));
  return { ...servers, stop };
}

/** Hands each page to `work`, in a window for each server, with its name and the way to it. */
export async function eachPage(browser, servers, options, work) {
  const all = [...PAGES, ...ANSWERS];
  for (const of of new Set(all.map((page) => page.of))) {
    await visit(browser, servers[of], options, async (page) => {
      for (const place of all.filter((one) => one.of === of)) {
        await work(page, place.name, () => reach(page, place));
      }
    });
  }
}

const MARKDOWN = `Find out what grows here.

# How

1. take *five* samples, see [the guide](https://example.org/guide)
2. send them to the **lab**

> Acid soil is no harm to potatoes.

| bed | pH |
|-----|---:|
| north, behind the house and the shed | 6.1 |

\`\`\`rust
let ph = 6.1; // ${"and so on, ".repeat(20)}
\`\`\`
`;

const VERSIONS = [
  "fn next(&mut self) -> Option<Token> {\n    self.pos += 1;\n    None\n}\n",
  "fn next(&mut self) -> Option<Token> {\n    self.position += 1;\n    None\n}\n",
  `fn next(&mut self) -> Option<Token> {\n    // ${"A long line. ".repeat(20)}\n    None\n}\n`,
];

async function plant(server) {
  const call = await connect(server, { client: "llama-ui" });
  const task = (task_name, task_description = "") =>
    call("task_new", { task_name, task_description });
  const update = (task_name, changes) => call("task_update", { task_name, ...changes });
  await call("process_new", { name: "Old plan" });
  await call("process_delete", { name: "Old plan" });
  await call("process_new", { name: "Empty", description: "nothing yet" });
  const tasks = Array.from({ length: 130 }, (_, index) => {
    return { name: `step ${index + 1}`, description: "do it", jobs: [] };
  });
  await call("plan_new", { process: "Parser", description: "Text in, tree out.", tasks });

  await call("process_new", {
    name: "Garden Planner",
    description: "Plan the garden for **spring**: what grows where.",
  });
  await task("soil test", MARKDOWN);
  for (const job_name of ["sample", "send", "read"]) {
    await call("task_job_add", { task_name: "soil test", job_name, job_description: "*soon*" });
  }
  await call("task_job_update", { task_name: "soil test", job_name: "sample", status: "done" });
  const code = { task_name: "soil test", code_name: "tokens.rs" };
  await call("task_code_add", { ...code, code_content: VERSIONS[0] });
  await call("task_code_update", { ...code, new_content: VERSIONS[1] });
  await call("task_code_update", { ...code, new_content: VERSIONS[2] });
  const lines = Array.from({ length: 2100 }, (_, index) => `line ${index + 1}`);
  const long = { task_name: "soil test", code_name: "long.txt" };
  await call("task_code_add", { ...long, code_content: `${lines.join("\n")}\n` });
  await update("soil test", {
    status: "in_progress",
    note: "the lab answers on Monday",
    priority: "high",
    labels: ["wood", "spring"],
    comment: "Too **wet** for now; see `tokens.rs`.",
  });
  await task("beds", "Build three raised beds of larch wood.");
  await update("beds", { depends_on: ["soil test"], labels: ["wood"] });
  await task("fence", "Against deer");
  await update("fence", { status: "blocked", note: "the neighbour has to agree" });
  await task("order seeds");
  await update("order seeds", { status: "done" });
  await task("greenhouse");
  await update("greenhouse", { status: "cancelled", priority: "low" });
  await task("حديقة الخضروات", "نص من اليمين إلى اليسار");
  await task("土 🌱", "a name in another script");
  await task("long".repeat(50), `https://example.org/${"long".repeat(100)}`);
}
