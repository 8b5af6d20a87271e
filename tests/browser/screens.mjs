// Takes the pictures of the pages: light and dark, wide and as on a phone, from a plan that is
// always the same.
//
//     node screens.mjs FOLDER
//
// The plan is laid down as files, with times that are long past: what was "3 min ago" would be
// another picture each time. Only claims run out, and so begin anew each time. What pages show of
// history is made last.

import assert from "node:assert/strict";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { smaller } from "./picture.mjs";
import { connect, launch, startServer, visit } from "./support.mjs";

const [folder] = process.argv.slice(2);

/** The most bytes that a picture may have. */
const LARGEST = 60_000;

const SIZES = { wide: { width: 1280, height: 800 }, phone: { width: 400, height: 800 } };

const GARDEN = "/p/Garden%20Planner";
const VALVE_PAGE = `${GARDEN}/t/watering/c/valve.rs`;
const PAGES = {
  home: "/",
  board: `${GARDEN}?view=board`,
  task: `${GARDEN}/t/watering`,
  list: GARDEN,
  graph: `${GARDEN}?view=graph`,
  code: VALVE_PAGE,
  difference: `${VALVE_PAGE}?v=2&with=1&as=split`,
  search: "/search?q=beds",
  import: "/import",
  help: "/help",
};

/** Pages of what was changed, once something was. */
const PAGES_OF_HISTORY = {
  activity: `${GARDEN}/activity`,
  since: `${GARDEN}/since/1`,
  undo: `${GARDEN}/undo?revision=3`,
  trash: "/trash",
  status: "/status",
};

const AT = (day, hour = 9) => `2026-05-${String(day).padStart(2, "0")}T0${hour}:00:00.000000Z`;

/** When a claim that lasts for so many minutes from now ends; half a minute later, to be read. */
const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000 + 30_000).toISOString();

const job = (name, status, description = "") => {
  return { [name]: { name, description, created_at: AT(4), ...(status && { status }) } };
};

const code = (name, ...contents) => {
  const versions = contents.map((content, index) => {
    const created_at = AT(5 + index);
    return [`${name}_${created_at}`, { name, content, created_at }];
  });
  return Object.fromEntries(versions);
};

const task = (description, { jobs = {}, code = {}, ...rest } = {}) => {
  return { description, created_at: AT(3), ...rest, jobs, code };
};

const VALVE = `/// How long the valve of a bed stays open, in minutes.
fn open_for(moisture: f32, rain_tomorrow: bool) -> u32 {
    if rain_tomorrow || moisture > 0.35 {
        return 0;
    }
    // Sand drains: two short rounds are better than a long one.
    ((0.35 - moisture) * 60.0).round() as u32
}
`;

const WATERING = `Water the beds **by what the soil says**, not by the clock.

- one moisture sensor a bed, read each hour
- nothing if rain is likely tomorrow
- never between 11 and 17 o'clock
`;

const garden = () => ({
  process_name: "Garden Planner",
  description: "Plan the garden for **spring**: what grows where, and what has to be done before.",
  created_at: AT(1),
  tasks: {
    "soil test": task("Find out what grows here.", {
      status: "done",
      status_at: AT(6),
      status_by: "llama-ui",
      jobs: { ...job("five samples", "done"), ...job("to the lab", "done") },
    }),
    "order seeds": task("Peas, beans, chard.", { status: "done", status_at: AT(7) }),
    beds: task("Three raised beds of larch.", {
      status: "in_progress",
      status_at: AT(8),
      depends_on: ["soil test"],
      labels: ["wood"],
      claim: { by: "qwen-coder #k3f9x2", until: inMinutes(47) },
      comments: [{ at: AT(8), by: "qwen-coder", text: "The boards are there." }],
      jobs: { ...job("buy boards", "done"), ...job("saw them"), ...job("line with fleece") },
    }),
    watering: task(WATERING, {
      status: "in_progress",
      status_note: "waits for the second sensor",
      status_at: AT(8),
      status_by: "llama-ui",
      priority: "high",
      depends_on: ["beds"],
      labels: ["code", "water"],
      claim: { by: "llama-ui #7c21d0", until: inMinutes(102) },
      jobs: {
        ...job("read the sensors", "done"),
        ...job("open and close the valve", "in_progress"),
      },
      code: code("valve.rs", VALVE.replace("60.0", "45.0"), VALVE),
    }),
    sow: task("Peas first, beans after the frosts.", { depends_on: ["beds", "order seeds"] }),
    compost: task("A second heap behind the shed.", { labels: ["wood"] }),
    fence: task("Against deer.", {
      status: "blocked",
      status_note: "the neighbour has to agree",
      status_at: AT(7),
      labels: ["wood"],
    }),
    greenhouse: task("", { status: "cancelled", status_at: AT(7), priority: "low" }),
  },
});

const steps = (done, all) => {
  const step = (_, index) => {
    return [`step ${index + 1}`, task("", { status: index < done ? "done" : "todo" })];
  };
  return Object.fromEntries(Array.from({ length: all }, step));
};

const plan = (process_name, description, tasks) => {
  return { process_name, description, created_at: AT(2), tasks };
};

const PLANS = {
  "garden.json": garden(),
  "parser.json": plan("Parser", "Text in, tree out.", steps(9, 12)),
  "move.json": plan("Move to the new house", "Boxes, van, keys.", steps(3, 17)),
  "reading.json": plan("Reading list", "", {}),
};

const files = Object.entries(PLANS).map(([name, text]) => [name, JSON.stringify(text)]);
const server = await startServer({ files: Object.fromEntries(files) });
// What a file says of its last change is its own time, and Home is in that order.
for (const [index, [name]] of files.entries()) {
  const at = new Date(AT(9 - index));
  await utimes(path.join(server.folder, name), at, at);
}
await mkdir(folder, { recursive: true });
const browser = await launch();
const desk = await browser.newPage();

/** Has a reader seen a process as it was laid down, so that what came then is new to them. */
function haveSeen(process) {
  const seen = { first: Date.now(), of: { [process]: { at: 1, parts: {} } } };
  localStorage.setItem("seen", JSON.stringify(seen));
}

/** Shows another folder in the place of one that is another each time. */
function moveTo([folder, other]) {
  for (const code of document.querySelectorAll("main code")) {
    code.textContent = code.textContent.replace(folder, other);
  }
}

/** Takes the pictures of a page, once it follows changes if it does. */
async function take(server, name, address) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const picture = path.join(folder, `${name}-${colorScheme}-${size}.png`);
      const shot = await visit(browser, server, { viewport, colorScheme }, async (page) => {
        await page.addInitScript(haveSeen, GARDEN.slice("/p/".length));
        const answer = await page.goto(address);
        assert.equal(answer.status(), 200, address);
        const follows = await page.locator("main[data-process]").count();
        if (follows) await page.locator("#live:has-text('live')").waitFor();
        await page.evaluate(moveTo, [server.folder, "/home/ann/processes"]);
        return page.screenshot();
      });
      const small = await smaller(desk, shot);
      console.log(`${path.basename(picture)}: ${(small.length / 1000).toFixed(0)} kB`);
      assert.ok(small.length <= LARGEST, `${picture} has ${small.length} bytes`);
      await writeFile(picture, small);
    }
  }
}

/** Changes the garden as a model does, and lays a plan aside. */
async function work() {
  const call = await connect(server, { client: "llama-ui" });
  await call("process_load", { name: "Garden Planner" });
  await call("task_job_update", { task_name: "watering", job_name: "open and close the valve", status: "done" });
  const new_content = VALVE.replace("moisture > 0.35", "moisture > 0.3");
  await call("task_code_update", { task_name: "watering", code_name: "valve.rs", new_content });
  await call("task_update", { task_name: "fence", status: "todo", note: "the neighbour agrees" });
  await call("task_update_description", { task_name: "compost", new_description: "A third heap behind the shed." });
  await call("process_delete", { name: "Reading list" });
}

for (const [name, address] of Object.entries(PAGES)) await take(server, name, address);
await work();
for (const [name, address] of Object.entries(PAGES_OF_HISTORY)) await take(server, name, address);
await server.stop();
const closed = await startServer({ env: { PM_TOKEN: "0123456789abcdef0123456789abcdef" } });
await take(closed, "login", "/login");
await closed.stop();
await browser.close();
