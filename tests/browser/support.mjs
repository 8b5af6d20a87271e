// What the suites share: servers, a browser that tells of everything that is not as it should be,
// and an MCP client to fill a store with.
//
// `CHROMIUM` in the environment is the browser and `SERVER` is `pm-mcp-http`; `cargo xtask browser`
// sets both.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 320, height: 640 };

// A run that is ended early takes its servers along.
process.once("SIGTERM", () => process.exit(1));

/**
 * Starts a server on a free port, over a new directory with these files in it, or in the place of
 * one that was killed. It has a `url`, the `folder`, `stop`, which fails if the server did not end
 * well, and `crash`.
 */
export async function startServer({ files = {}, args = [], env = {}, again } = {}) {
  const folder = again?.folder ?? (await mkdtemp(path.join(tmpdir(), "pm-browser-")));
  const listen = again ? new URL(again.url).host : "127.0.0.1:0";
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
  const child = spawn(process.env.SERVER, ["--listen", listen, "--dir", folder, ...args], {
    env: { ...process.env, PM_TOOLS: "full", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = once(child, "exit");
  // It ends with this process, whatever that ends with.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const log = [];
  const listening = new Promise((resolve) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on("line", (line) => {
        log.push(line);
        const found = /Listening on (http:\/\/[^/ ]+)/.exec(line);
        if (found) {
          resolve(found[1]);
        }
      });
    }
  });
  const url = await Promise.race([listening, end.then(() => null)]);
  assert.ok(url, `the server did not start:\n${log.join("\n")}`);
  const stop = async () => {
    child.kill("SIGTERM");
    const [code, signal] = await end;
    process.removeListener("exit", kill);
    await rm(folder, { recursive: true });
    assert.deepEqual([code, signal], [0, null], `the server did not end well:\n${log.join("\n")}`);
  };
  const crash = async () => {
    child.kill("SIGKILL");
    await end;
    process.removeListener("exit", kill);
  };
  return { url, folder, log, stop, crash };
}

/**
 * A server of another origin, which counts what reaches it. `pages` maps paths to HTML; everything
 * else is an empty answer that any page may read.
 */
export async function startStranger(pages = {}) {
  const hits = [];
  const server = createServer((request, response) => {
    hits.push(request.url);
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(pages[request.url] ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${server.address().port}`, hits, stop };
}

/** Opens a session with a server, and returns what calls a tool in it; a refusal is an error. */
export async function connect(server, { client = "browser suites", token } = {}) {
  let session = null;
  let calls = 0;
  const post = async (message) => {
    const response = await fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(session && { "mcp-session-id": session }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${response.status} ${text}`);
    session ??= response.headers.get("mcp-session-id");
    return text;
  };
  const opening = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: client, version: "0" },
  };
  await post({ id: 0, method: "initialize", params: opening });
  await post({ method: "notifications/initialized" });
  return async (name, args) => {
    calls += 1;
    const text = await post({ id: calls, method: "tools/call", params: { name, arguments: args } });
    const { structuredContent } = answerIn(text).result ?? {};
    assert.equal(structuredContent?.success, true, `${name}: ${text}`);
    return structuredContent;
  };
}

/** The answer in a body: JSON, or that event of a stream which has an id. */
function answerIn(body) {
  const events = body.split("\n").filter((line) => line.startsWith("data:"));
  for (const text of [...events.map((line) => line.slice("data:".length)), body]) {
    try {
      const message = JSON.parse(text);
      if (message.id !== undefined) {
        return message;
      }
    } catch {
      // An event without a message, or a stream as a whole.
    }
  }
  throw new Error(`no answer: ${body}`);
}

/** Starts the browser. */
export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: process.env.HEADED !== "1",
    // What containers have there is too small for it.
    args: ["--disable-dev-shm-usage"],
  });
}

/** Of each window: where its server is, and which addresses are meant to answer with an error. */
const watched = new WeakMap();

/**
 * Opens a window of its own onto a server, hands a page in it to `work`, and fails if anything in
 * the window was not as it should be: a complaint on the console, a report of the policy, an error
 * of a script, a request that failed or went elsewhere (but for the origins that `others` of the
 * server names), a dialog, a service worker.
 */
export async function visit(browser, server, options, work) {
  const context = await browser.newContext({ baseURL: server.url, viewport: WIDE, ...options });
  const faults = await watch(context, server);
  let result;
  try {
    result = await work(await context.newPage(), context);
  } catch (error) {
    error.message += faults.slice(0, 10).map((fault) => `\nbeside that: ${fault}`).join("");
    throw error;
  } finally {
    await context.close();
  }
  assert.deepEqual(faults.slice(0, 10), []);
  return result;
}

async function watch(context, { url: origin, others = [] }) {
  const faults = [];
  const origins = [origin, ...others];
  const errorPages = new Set();
  watched.set(context, { origin, errorPages });
  await context.exposeBinding("__reported", (source, report) => {
    faults.push(`the policy was broken on ${source.page.url()}: ${report}`);
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__reported(`${event.violatedDirective} by ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("console", (message) => {
    const { url } = message.location();
    const text = message.text();
    // The browser tells of each page that comes with an error; those were asked for.
    const isMeant = errorPages.has(url) && text.startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !isMeant) {
      faults.push(`${message.type()} on ${url}: ${text}`);
    }
  });
  context.on("weberror", (error) => faults.push(`a script failed: ${error.error()}`));
  context.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  context.on("request", (request) => {
    if (!origins.includes(new URL(request.url()).origin)) {
      faults.push(`a request went to ${request.url()}`);
    }
  });
  context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // What was still on its way to a page that was left, such as its icon.
    if (why !== "net::ERR_ABORTED") {
      faults.push(`${request.url()} failed: ${why}`);
    }
  });
  context.on("serviceworker", (worker) => faults.push(`a service worker: ${worker.url()}`));
  return faults;
}

/** Says that the answer of a path is meant to be an error, if it is one. */
export function expectStatus(page, path, status) {
  if (status >= 400) {
    const { origin, errorPages } = watched.get(page.context());
    errorPages.add(new URL(path, origin).href);
  }
}

/** Goes to a path, and fails if the answer has another status. */
export async function go(page, path, status = 200) {
  expectStatus(page, path, status);
  const response = await page.goto(path);
  assert.equal(response.status(), status, path);
  return response;
}
