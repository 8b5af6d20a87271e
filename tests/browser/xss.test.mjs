// What a hostile model writes stays a text: a hundred payloads as every name, text and code, through
// MCP, and those that no name can be in files; opened on every page, with the policy switched off,
// so that it is the escaping that holds. The pages have the elements of a harmless plan, and no
// others.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asName, payloads } from "./payloads.mjs";
import { shape } from "./shape.mjs";
import { connect, expectStatus, go, launch, startServer, startStranger, visit } from "./support.mjs";

/** How many pages are read at once, and of how many one is gone to as well. */
const AT_ONCE = 30;
const GONE_TO = 13;

const HARMLESS = "some harmless words";
/** What only a file can be called. */
const UNSEEN = "words with\u200B nothing in between";
const UNSEEN_BELOW = "a name over such words";
const NEAR_UNSEEN = "words with nothin in betwen";

let browser;
let stranger;
let hostile;
let harmless;
/** Each payload as it was written: its name, and the text. */
let written;
/** The names that only files have. */
let inFiles;
/** What the pages of a harmless plan look like. */
let shapes;

before(async () => {
  browser = await launch();
  stranger = await startStranger();
  const texts = payloads(stranger.url);
  inFiles = texts.filter((text) => asName(text) !== text.replace(/[\n\t]/g, " "));
  const files = inFiles.map((text, index) => [`hidden-${index}.json`, asFile(text)]);
  hostile = await startServer({ files: Object.fromEntries(files) });
  written = texts.map((text, index) => ({ text, name: `${asName(text).trim()} ${index}` }));
  for (const payload of written) {
    await plan(hostile, payload);
  }
  // As many processes, and as much that happened, so that both have a second page.
  harmless = await startServer({ files: { "hidden.json": asFile(UNSEEN) } });
  const call = await connect(harmless);
  for (const index of written.keys()) {
    const name = `${HARMLESS} ${index}`;
    await (index % 6 === 0
      ? plan(harmless, { text: HARMLESS, name })
      : call("process_new", { name }));
  }
  await plan(harmless, { text: HARMLESS, name: HARMLESS });
  await plan(harmless, { text: UNSEEN, name: UNSEEN_BELOW });
  shapes = await harmlessShapes();
});

after(async () => {
  await browser?.close();
  await Promise.all([hostile, harmless, stranger].map((server) => server?.stop()));
});

/** Writes a plan in which everything that can be written is a text or a name. */
async function plan(server, { text, name }) {
  const call = await connect(server, { client: name });
  const other = `${name} again`;
  const code = { task_name: name, code_name: name };
  const line = text.replace(/\n/g, " ");
  await call("process_new", { name, description: text });
  await call("task_new", { task_name: name, task_description: text });
  await call("task_new", { task_name: other, task_description: text });
  await call("task_update", { task_name: other, depends_on: [name] });
  await call("task_job_add", { task_name: name, job_name: name, job_description: text });
  await call("task_code_add", { ...code, code_content: `1\n${line}` });
  await call("task_code_update", { ...code, new_content: `2\n${line}` });
  await call("task_update", {
    task_name: name,
    status: "in_progress",
    note: text,
    // What stands between commas is a label of its own.
    labels: [name.replaceAll(",", " ")],
    comment: text,
  });
}

/** The same as a file that was not written by the server, with a name that the server refuses. */
function asFile(text) {
  const at = "2026-11-01T08:00:00Z";
  const versions = ["1", "2"].map((number) => {
    const content = `${number}\n${text.replace(/\n/g, " ")}`;
    return [number, { name: text, content, created_at: text }];
  });
  const job = { name: text, description: text, created_at: text, status_note: text };
  const task = {
    description: text,
    created_at: text,
    status: text,
    status_note: text,
    status_at: text,
    status_by: text,
    priority: text,
    labels: [text],
    comments: [{ by: text, at: text, text }],
    depends_on: ["other"],
    jobs: { job },
    code: Object.fromEntries(versions),
  };
  const claim = { by: text, until: "2999-01-01T00:00:00Z" };
  const other = { description: text, status: "in_progress", depends_on: [text], claim };
  const tasks = { [text]: task, other };
  return JSON.stringify({ process_name: text, description: text, created_at: at, tasks });
}

/**
 * The pages on which a plan is seen: each with its path, its status, and its heading. One that was
 * laid down as a file begins at revision 0.
 */
function views({ text, name, isFile = false }) {
  const [q, segment] = [text, name].map(encodeURIComponent);
  const process = `/p/${segment}`;
  const task = `${process}/t/${segment}`;
  const code = `${task}/c/${segment}`;
  const not = `${segment}%20but%20not`;
  return {
    list: [process, 200, name],
    board: [`${process}?view=board`, 200, name],
    graph: [`${process}?view=graph`, 200, name],
    "graph around a task": [`${process}?view=graph&task=${segment}`, 200, name],
    "former state": [`${process}/at/${isFile ? 0 : 2}`, 200, name],
    filter: [`${process}?q=${q}`, 200, name],
    task: [task, 200, name],
    code: [code, 200, name],
    "code with long lines wrapped": [`${code}?wrap=1`, 200, name],
    difference: [`${code}?v=2&with=1`, 200, name],
    "difference in two columns": [`${code}?v=2&with=1&as=split`, 200, name],
    activity: [`${process}/activity`, 200, "Activity"],
    changes: [`${process}/since`, 200, "Changes"],
    "activity of the task": [`${process}/activity?task=${segment}`, 200, "Activity"],
    search: [`/search?q=${q}`, 200, "Search"],
    "no process": [`/p/${not}`, 404, "Not found"],
    "no task": [`${process}/t/${not}`, 404, "Not found"],
    "no code": [`${task}/c/${not}`, 404, "Not found"],
    "no page": [`/${segment}`, 404, "Not found"],
    "no view": [`${process}?view=${q}`, 400, "That cannot be read"],
    "no number": [`/?from=${q}`, 400, "That cannot be read"],
  };
}

/** The pages on which all plans are. */
const ALL = [
  ["home", "/"],
  ["home", "/?from=51"],
  ["home", "/?from=101"],
  ["activity of all", "/activity"],
];

/** The shapes that a kind of page may have: those of a harmless plan, found and not found. */
async function harmlessShapes() {
  const known = {};
  const look = async (page, view, [path, status]) => {
    await go(page, path, status);
    const { frame, items, strangers } = await page.evaluate(shape);
    assert.deepEqual(strangers, [], path);
    const seen = (known[view] ??= { frames: new Set(), items: new Set() });
    seen.frames.add(frame);
    items.forEach((item) => seen.items.add(item));
  };
  await visit(browser, harmless, {}, async (page) => {
    for (const plan of [
      { text: HARMLESS, name: HARMLESS },
      { text: UNSEEN, name: UNSEEN, isFile: true },
      { text: UNSEEN, name: UNSEEN_BELOW },
      // Looked for in vain, with nothing like it and with something.
      { text: "zebra", name: UNSEEN, isFile: true },
      { text: NEAR_UNSEEN, name: UNSEEN, isFile: true },
    ]) {
      for (const [view, place] of Object.entries(views(plan))) {
        await look(page, view, place);
      }
    }
    for (const [view, path] of ALL) {
      await look(page, view, [path, 200]);
    }
    const process = `/p/${encodeURIComponent(HARMLESS)}`;
    await look(page, "no process", ["/p/zebra", 404]);
    await look(page, "no task", [`${process}/t/zebra`, 404]);
    await look(page, "no code", [`${process}/t/${encodeURIComponent(HARMLESS)}/c/zebra`, 404]);
  });
  return known;
}

/** What is wrong with a page that should look like a harmless one. */
function faultsOf({ frame, items, strangers, heading, ran }, known, expected) {
  const faults = strangers.map((what) => `a stranger: ${what}`);
  if (ran) {
    faults.push("something ran");
  }
  if (!known.frames.has(frame)) {
    const [usual] = known.frames;
    const lines = frame.split("\n").filter((line) => !usual.split("\n").includes(line));
    faults.push(`around the items: ${lines.join(", ") || "something is missing"}`);
  }
  faults.push(...items.filter((item) => !known.items.has(item)).map((item) => `an item: ${item}`));
  if (expected !== undefined && heading !== expected) {
    faults.push(`the heading is ${heading}`);
  }
  return faults;
}

/**
 * Lets the browser read pages, each in a frame of its own, and returns what is wrong with them. It
 * reads them as it would if it had gone there, and runs what runs; but a thousand and a half pages
 * take seconds, and not minutes.
 */
async function readAll(places) {
  const faults = [];
  await visit(browser, hostile, { bypassCSP: true }, async (page) => {
    await go(page, "/help");
    await page.evaluate(`window.shape = ${shape}`);
    for (let first = 0; first < places.length; first += AT_ONCE) {
      const some = places.slice(first, first + AT_ONCE);
      some.forEach(({ path, status }) => expectStatus(page, path, status));
      const seen = await page.evaluate(readInFrames, some);
      seen.forEach(({ status, ...found }, index) => {
        const { view, path, heading } = some[index];
        assert.equal(status, some[index].status, path);
        faults.push(...faultsOf(found, shapes[view], heading).map((fault) => `${path}: ${fault}`));
      });
    }
  });
  return faults;
}

/** Runs in a page: reads others in frames, gives what is in them time to run, and looks at them. */
async function readInFrames(places) {
  const frames = places.map(async ({ path }) => {
    const answer = await fetch(path, { headers: { accept: "text/html" } });
    // A page that asks for itself would get the one that it is a frame of.
    const page = (await answer.text()).replace("/live.js", "/stream.js");
    const plain = page.replaceAll(/ data-colours="[^"]*"/g, "");
    // What runs does so without a look, too, and pages are read in a fifth less of the time.
    const text = plain.replace('rel="stylesheet"', 'rel="none"');
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument.open();
    frame.contentDocument.write(text);
    frame.contentDocument.close();
    return { frame, status: answer.status };
  });
  const read = await Promise.all(frames);
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  return read.map(({ frame, status }) => {
    const found = window.shape(frame.contentDocument);
    frame.remove();
    return { ...found, status, ran: found.ran || window.__pwned !== undefined };
  });
}

/** Goes to pages, and returns what is wrong with them. */
async function goToAll(places) {
  const faults = [];
  await visit(browser, hostile, { bypassCSP: true }, async (page) => {
    for (const { view, path, status, heading } of places) {
      await go(page, path, status);
      const found = faultsOf(await page.evaluate(shape), shapes[view], heading);
      faults.push(...found.map((fault) => `${path}: ${fault}`));
    }
  });
  return faults;
}

test("a hundred payloads stay texts on every page", async (t) => {
  assert.ok(written.length >= 100);
  const places = written.flatMap((payload) =>
    Object.entries(views(payload)).map(([view, [path, status, heading]]) => {
      return { view, path, status, heading };
    }),
  );
  for (const [view, path] of ALL) {
    places.push({ view, path, status: 200 });
  }
  t.diagnostic(`${written.length} payloads on ${places.length} pages`);
  assert.deepEqual((await readAll(places)).slice(0, 10), []);
  // All views, since their number and this one have no common part.
  const some = places.filter((_, index) => index % GONE_TO === 0);
  assert.deepEqual((await goToAll(some)).slice(0, 10), []);
  assert.deepEqual(stranger.hits, []);
});

test("names that only a file has stay texts, and show what is hidden in them", async () => {
  assert.ok(inFiles.length > 5);
  const places = inFiles.flatMap((name) =>
    // The headings have marks in them.
    Object.entries(views({ text: name, name, isFile: true })).map(([view, [path, status]]) => {
      return { view, path, status };
    }),
  );
  assert.deepEqual((await readAll(places)).slice(0, 10), []);
  assert.deepEqual(stranger.hits, []);
});

test("what was thrown away stays a text in the trash", async () => {
  const call = await connect(harmless);
  await call("process_delete", { name: HARMLESS });
  await visit(browser, harmless, {}, async (page) => {
    await go(page, "/trash");
    const { frame, items } = await page.evaluate(shape);
    shapes.trash = { frames: new Set([frame]), items: new Set(items) };
  });
  const throwAway = await connect(hostile);
  for (const { name } of written) {
    await throwAway("process_delete", { name });
  }
  const trash = { view: "trash", path: "/trash", status: 200, heading: "Trash" };
  assert.deepEqual(await goToAll([trash]), []);
  await visit(browser, hostile, {}, async (page) => {
    await go(page, "/trash");
    assert.equal(await page.locator(".rows > li").count(), written.length);
  });
});

test("a payload that runs is found", async () => {
  const open = await startStranger({
    "/": `<h1>x</h1><p class=text><img src="${stranger.url}/seen" onerror="window.__pwned=1">`,
  });
  const visited = visit(browser, open, {}, async (page) => {
    await go(page, "/");
    await page.waitForFunction(() => window.__pwned === 1);
    const known = { frames: new Set(["1 <p class> text"]), items: new Set() };
    const faults = faultsOf(await page.evaluate(shape), known);
    const found = faults.map((fault) => fault.split(/[:<]/)[0]);
    assert.deepEqual(found, ["a stranger", "something ran", "around the items"]);
  });
  await assert.rejects(visited, /a request went to .*\/seen/s);
  assert.deepEqual(stranger.hits.splice(0), ["/seen"]);
  await open.stop();
});
