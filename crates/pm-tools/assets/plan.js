// The plan, as answers of the tools tell it, and what people can do about it here: with the same
// tools, which the host calls. Whatever is shown was read, and is read again after each change.

/** How much of a description and of code is shown. */
const CHARACTERS_MAX = 1000;
const LINES_MAX = 80;

const STATUSES = ["todo", "in_progress", "blocked", "done", "cancelled"];
const OVER = ["done", "cancelled"];

const main = document.querySelector("main");
const offered = new Set(main.dataset.tools.split(" "));
const one = (id) => document.getElementById(id);

/** What is known: `parts` has of each task that is open what it holds. */
const plan = { process: null, tasks: new Map(), count: 0, progress: null, parts: new Map() };
/** What the host is able to do. */
let able = {};
let isBusy = false;
/** What people changed here, for the model to know. */
const changes = [];

const can = (tool) => able.serverTools !== undefined && offered.has(tool);
const statusOf = (task) => (STATUSES.includes(task?.status) ? task.status : "todo");
const word = (status) => status.replace("_", " ");
const copy = (id) => one(id).content.firstElementChild.cloneNode(true);

/** Says something above the plan. */
function say(text) {
  const notice = copy("notice");
  write(notice.querySelector("span"), text);
  notice.querySelector("button").addEventListener("click", () => notice.remove());
  one("notices").append(notice);
}

/** What a tool answered; a refusal is said, and nothing is left of it but which process it was about. */
function answerIn(result) {
  const text = result?.content?.find(({ type }) => type === "text")?.text ?? "";
  if (result?.isError) {
    say(text || "The tool was refused.");
    return { isRefused: true, process_name: result.structuredContent?.process_name };
  }
  let answer = result?.structuredContent;
  try {
    answer ??= JSON.parse(text);
  } catch {
    answer = {};
  }
  if (answer.notice) {
    say(String(answer.notice).replace(/ Tell the user\.$/, ""));
  }
  return answer;
}

/** Calls a tool; `null` if it was refused, or not called at all. */
async function call(name, args) {
  try {
    const params = { name, arguments: { ...args, process: plan.process } };
    const answer = answerIn(await ask("tools/call", params));
    return answer.isRefused ? null : answer;
  } catch (error) {
    say(`The call was not made: ${error.message}`);
    return null;
  }
}

/** Takes in what an answer says of the plan; with `more` it goes on where the last one ended. */
function take(answer, { more = false } = {}) {
  plan.process = answer.process_name ?? plan.process;
  plan.progress = answer.progress ?? plan.progress;
  const whole = answer.process_data?.tasks;
  const tasks = Object.entries(answer.tasks ?? whole ?? {});
  if (answer.tasks || whole) {
    plan.count = answer.task_count ?? tasks.length;
    plan.tasks = new Map(more ? [...plan.tasks, ...tasks] : tasks);
  }
}

async function list(narrowed = {}) {
  // Without a tool that lists tasks, the one that reads them does so for nobody's name.
  const answer = can("task_list")
    ? await call("task_list", narrowed)
    : can("task_details_get") && (await call("task_details_get", { task_name: "all" }));
  if (answer?.tasks) {
    take(answer, { more: Object.keys(narrowed).length > 0 });
  }
}

/** Reads what a task holds, and what its newest code changed. */
async function readPart(name) {
  const part = can("task_details_get") && (await call("task_details_get", { task_name: name }));
  if (!part) {
    return;
  }
  const code = newest(part.codes ?? []);
  if (code?.version > 1 && can("task_code_diff")) {
    const compared = await call("task_code_diff", { task_name: name, code_name: code.name });
    part.diff = compared?.diff;
  }
  plan.parts.set(name, part);
}

/** Reads all that is shown anew. */
async function read() {
  await list();
  for (const name of [...plan.parts.keys()]) {
    if (plan.tasks.has(name)) {
      await readPart(name);
    } else {
      plan.parts.delete(name);
    }
  }
}

/** The newest of the versions of code, with its number and what was before it. */
function newest(codes) {
  const last = codes.reduce((a, b) => (a && a.created_at > b.created_at ? a : b), undefined);
  const versions = codes.filter(({ name }) => name === last?.name);
  const index = versions.indexOf(last);
  return last && { ...last, version: last.version ?? index + 1, before: versions[index - 1] };
}

/** The task to look at first: the one that was called for, or that somebody is at. */
function firstTask(answer) {
  const tasks = [...plan.tasks];
  const known = plan.tasks.has(answer.task_name) ? answer.task_name : undefined;
  const claimed = tasks.find(([, task]) => task.claim);
  const begun = tasks.find(([, task]) => statusOf(task) === "in_progress");
  return known ?? claimed?.[0] ?? begun?.[0];
}

/** Does something at a time, while the page shows that it is busy. */
async function act(work) {
  if (isBusy) {
    return;
  }
  isBusy = true;
  one("plan").setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    isBusy = false;
    one("plan").removeAttribute("aria-busy");
    show();
  }
}

/** Changes something with a tool, and shows what became of it. */
function change(tool, args) {
  return act(async () => {
    one("notices").replaceChildren();
    const answer = await call(tool, args);
    if (answer?.message && able.updateModelContext !== undefined) {
      changes.push(answer.message);
      const text = `Changed by a person, on the page of the plan: ${changes.slice(-9).join(" ")}`;
      ask("ui/update-model-context", { content: [{ type: "text", text }] }).catch(() => {});
    }
    await read();
  });
}

heard["ui/notifications/tool-result"] = (result) =>
  act(async () => {
    one("alone").hidden = true;
    const answer = answerIn(result);
    take(answer);
    if (plan.process === null) {
      return;
    }
    show();
    await list();
    const first = firstTask(answer);
    if (first !== undefined) {
      await readPart(first);
    }
  });

heard["ui/notifications/tool-cancelled"] = ({ reason }) => {
  one("alone").hidden = true;
  say(`The call was cancelled${reason ? `: ${reason}` : ""}.`);
};

one("again").addEventListener("click", () => act(read));
one("more").addEventListener("click", () =>
  act(async () => {
    const before = plan.tasks.size;
    await list({ after: [...plan.tasks.keys()].at(-1) });
    if (plan.tasks.size === before) {
      // What is over was left out before what is open.
      await list({ status: "closed" });
    }
  }),
);

async function begin() {
  if (host === window) {
    return;
  }
  write(one("alone"), "The answer of the tool is not there yet.");
  const opened = await introduce();
  able = opened.hostCapabilities ?? {};
  adapt(opened.hostContext ?? {});
  tellSize();
}
