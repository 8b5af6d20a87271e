// The plan as it is seen: rows of tasks, and of those that are open their jobs and newest code.

/** Shows all that is known; what had the focus has it again. */
function show() {
  const { key } = document.activeElement?.dataset ?? {};
  one("plan").hidden = plan.process === null;
  one("again").hidden = !can("task_list") && !can("task_details_get");
  write(document.querySelector("h1"), plan.process);
  const tasks = [...plan.tasks].map(([name, task], index) => ({ name, task, place: index + 1 }));
  const isOver = ({ task }) => OVER.includes(statusOf(task));
  const open = tasks.filter((row) => !isOver(row) || plan.parts.has(row.name));
  const closed = tasks.filter((row) => isOver(row) && !plan.parts.has(row.name));
  showProgress();
  one("open").replaceChildren(...open.map(rowOf));
  one("closed").hidden = closed.length === 0;
  write(one("closed").querySelector("summary"), `${closed.length} done or cancelled`);
  one("closed").querySelector("ol").replaceChildren(...closed.map(rowOf));
  const more = plan.count - plan.tasks.size;
  one("more").hidden = more <= 0 || !can("task_list");
  write(one("more"), `${more} more tasks`);
  if (key !== undefined) {
    const again = [...document.querySelectorAll("[data-key]")];
    again.find((element) => element.dataset.key === key)?.focus();
  }
}

function showProgress() {
  const statuses = [...plan.tasks.values()].map(statusOf);
  const count = (status) => statuses.filter((known) => known === status).length;
  const { progress } = plan;
  const counts = {
    done: progress?.done ?? count("done"),
    in_progress: count("in_progress"),
    blocked: progress?.blocked ?? count("blocked"),
  };
  const all = progress?.of ?? plan.count - count("cancelled");
  let begin = 0;
  for (const [kind, number] of Object.entries(counts)) {
    const width = (number * 1000) / Math.max(all, 1);
    const piece = document.querySelector(`.bar .${kind}`);
    piece.setAttribute("x", begin);
    piece.setAttribute("width", width);
    begin += width;
  }
  const more = ["in_progress", "blocked"].filter((kind) => counts[kind] > 0);
  const words = more.map((kind) => `, ${counts[kind]} ${word(kind)}`);
  write(document.querySelector(".progress > span"), `${counts.done} of ${all} done${words.join("")}`);
}

/** Puts the shape of a status into an element, and its word beside it. */
function mark(element, status, { hasWord = true } = {}) {
  const shape = copy("status");
  shape.querySelector("use").setAttribute("href", `#${status}`);
  element.classList.add("status", status);
  element.replaceChildren(shape, hasWord ? word(status) : "");
  return element;
}

/** A button that keeps its focus when the plan is shown anew. */
function pressed(button, key, work) {
  button.dataset.key = key;
  button.addEventListener("click", work);
  return button;
}

function rowOf({ name, task, place }) {
  const row = copy("task");
  const part = plan.parts.get(name);
  const status = statusOf(task);
  row.classList.toggle("over", OVER.includes(status));
  row.classList.toggle("here", task.claim !== undefined);
  // Behind a gap nobody knows the place of a task.
  write(row.querySelector(".number"), plan.count > plan.tasks.size ? "" : place);
  mark(row.querySelector(".status"), status);
  const button = pressed(row.querySelector(".name"), `open ${name}`, () => toggle(name));
  write(button, name);
  button.setAttribute("aria-expanded", String(part !== undefined));
  row.querySelector(".facts").append(...factsOf(task));
  write(row.querySelector(".note"), task.status_note);
  if (part) {
    row.querySelector("div").append(partOf(name, status, part));
  }
  return row;
}

function toggle(name) {
  if (plan.parts.delete(name)) {
    show();
    return;
  }
  act(() => readPart(name));
}

function fact(text, kind = "") {
  const span = document.createElement("span");
  span.className = kind;
  return write(span, text);
}

function factsOf(task) {
  const facts = [];
  if (task.priority && task.priority !== "normal") {
    facts.push(fact(`${task.priority} priority`, task.priority === "high" ? "priority high" : ""));
  }
  if (task.claim) {
    const claim = fact(task.claim.by, "claim");
    claim.append(" ", fact(left(task.claim.until), "left"));
    facts.push(claim);
  }
  const { job_count: jobs = 0, code_count: versions = 0 } = task;
  if (jobs > 0) {
    facts.push(fact(jobs === 1 ? "1 job" : `${jobs} jobs`));
  }
  if (versions > 0) {
    facts.push(fact("code"));
  }
  const waits = (task.depends_on ?? []).filter((name) => statusOf(plan.tasks.get(name)) !== "done");
  if (waits.length > 0) {
    facts.push(fact(`waits for ${waits.join(", ")}`, "waits"));
  }
  return facts;
}

/** How long a claim still lasts, as in `1:42 left`. */
function left(until) {
  const minutes = Math.max(0, Math.floor((Date.parse(until) - Date.now()) / 60_000));
  const rest = String(minutes % 60).padStart(2, "0");
  return Number.isNaN(minutes) ? "" : `${Math.floor(minutes / 60)}:${rest} left`;
}

/** What a task holds, with what can be done about it. */
function partOf(name, status, part) {
  const shown = copy("part");
  if (can("task_update")) {
    const buttons = STATUSES.map((to) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(to === status));
      const set = () => change("task_update", { task_name: name, status: to });
      return pressed(mark(button, to), `${to} ${name}`, set);
    });
    shown.querySelector(".statuses").append(...buttons);
  } else {
    shown.querySelector(".statuses").remove();
  }
  const about = part.task_description ?? "";
  const cut = about.length > CHARACTERS_MAX ? "…" : "";
  write(shown.querySelector(".lines"), about.slice(0, CHARACTERS_MAX) + cut);
  shown.querySelector(".jobs").append(...(part.jobs ?? []).map((job) => jobOf(name, job)));
  const code = newest(part.codes ?? []);
  if (code) {
    shown.querySelector(".last").append(...codeOf(code, part.diff));
  }
  return shown;
}

function jobOf(task, job) {
  const row = copy("job");
  const status = statusOf(job);
  const isOver = OVER.includes(status);
  row.classList.toggle("over", isOver);
  write(row.querySelector(".name"), job.name);
  mark(row.querySelector("span.status"), status);
  const tick = row.querySelector(".tick");
  if (!can("task_job_update")) {
    tick.remove();
    return row;
  }
  mark(tick, status, { hasWord: false });
  tick.setAttribute("aria-label", `${isOver ? "Not done" : "Done"}: ${plain(job.name)}`);
  const args = { task_name: task, job_name: job.name, status: isOver ? "todo" : "done" };
  pressed(tick, `tick ${task} ${job.name}`, () => change("task_job_update", args));
  return row;
}

/** A version of code: what it changed, if that is known, or else its lines. */
function codeOf(code, diff) {
  const shown = copy("code");
  const isWhole = (version) => version?.content !== undefined && !version.content_left_out_bytes;
  let lines = whole(code.content ?? "");
  if (diff) {
    lines = unified(diff);
  } else if (isWhole(code) && isWhole(code.before)) {
    lines = compared(code.before.content, code.content);
  }
  const count = (kind) => lines.filter((line) => line.kind === kind).length;
  const isDiff = lines.some((line) => line.old !== undefined || line.kind);
  const changed = isDiff ? `, +${count("added")} −${count("removed")}` : "";
  write(shown.querySelector("h2"), code.name);
  write(shown.querySelector(".quiet"), `version ${code.version}${changed}`);
  const pre = shown.querySelector("pre");
  pre.setAttribute("aria-label", `Code of ${plain(code.name)}`);
  pre.append(...lines.slice(0, LINES_MAX).map((line) => lineOf(line, isDiff)));
  pre.hidden = lines.length === 0;
  const unshown = lines.length - LINES_MAX;
  const rest = isWhole(code) || diff ? "" : "The rest is too long for an answer.";
  write(shown.querySelector("p"), unshown > 0 ? `${unshown} more lines` : rest);
  return shown.childNodes;
}

function lineOf({ kind, sign, old, now, text }, isDiff) {
  const line = copy("line");
  const [before, after] = line.children;
  if (kind) {
    line.classList.add(kind);
  }
  for (const [element, number] of [[before, old], [after, now]]) {
    if (number !== undefined) {
      element.dataset.n = number;
    }
  }
  if (!isDiff) {
    before.remove();
  }
  append(line, sign + text);
  return line;
}

begin();
