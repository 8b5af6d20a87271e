// Uses the server the way llama.cpp's web UI does: the official TypeScript SDK
// over Streamable HTTP, from a page of another origin, with one new session
// and one retry where the server no longer knows the old one.
//
//     node web-ui.mjs URL TOOL,TOOL,...
//
// Whoever starts this restarts the server, on the same address and directory,
// when it reads `restart`, or `crash` for a sudden end, and then writes a line.
// Each thing that holds is a line `ok: ...`; the first that does not ends the
// program with its reason.

import assert from "node:assert/strict";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { browserFetch, CorsError } from "./browser.mjs";
import { check } from "./check.mjs";

const [address, toolNames] = process.argv.slice(2);
const url = new URL(address);
const PAGE = "http://localhost:8080";
const STRANGER = "http://evil.example";
const PROCESS = "Garden Planner";

const exchanges = [];
const errors = [];
const fromPage = browserFetch(PAGE, (exchange) => exchanges.push(exchange));
const input = createInterface({ input: process.stdin });
const replies = input[Symbol.asyncIterator]();
let connection;

/** Opens a session as the web UI does. */
async function connect() {
  const client = new Client(
    { name: "llama-ui-mcp", version: "1.0.0" },
    { capabilities: { tools: { listChanged: true } } },
  );
  const transport = new StreamableHTTPClientTransport(url, { fetch: fromPage });
  client.onerror = (error) => errors.push(error);
  await client.connect(transport);
  return { client, transport };
}

/** Calls a tool; a lost session is opened again, once, and nothing else is mended. */
async function call(name, args) {
  try {
    return await answer(name, args);
  } catch (error) {
    if (!(error instanceof StreamableHTTPError && error.code === 404)) throw error;
    await connection.client.close();
    connection = await connect();
    return await answer(name, args);
  }
}

async function answer(name, args) {
  const result = await connection.client.callTool({ name, arguments: args });
  const [item, ...rest] = result.content;
  assert.equal(rest.length, 0, `${name} answered with more than one item`);
  assert.equal(item.type, "text");
  assert.ok(!result.isError, `${name} was refused: ${item.text}`);
  const object = JSON.parse(item.text);
  assert.equal(object.success, true, item.text);
  return object;
}

/** Has the server end and start again. */
async function restarted(how) {
  console.log(how);
  const { done } = await replies.next();
  assert.ok(!done, "nobody restarts the server");
}

/** Waits for something that the SDK does on its own. */
async function until(what, holds) {
  for (let left = 500; !holds(); left -= 1) {
    assert.ok(left > 0, `${what} did not come about; seen: ${JSON.stringify(exchanges)}`);
    await sleep(20);
  }
}

const last = (method) => exchanges.findLast((exchange) => exchange.method === method);

async function main() {
  await check("a page of an origin that is not listed is refused", async () => {
    const headers = { origin: STRANGER, "content-type": "application/json" };
    for (const method of ["POST", "OPTIONS", "GET"]) {
      const body = method === "POST" ? "{}" : undefined;
      const response = await fetch(url, { method, headers, body });
      assert.equal(response.status, 403, method);
      assert.equal(response.headers.get("access-control-allow-origin"), null, method);
      await response.body?.cancel();
    }
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    await assert.rejects(browserFetch(STRANGER)(url, post), CorsError);
  });

  await check("a session is opened, and the page can read its id", async () => {
    connection = await connect();
    assert.equal(connection.transport.protocolVersion, "2025-11-25");
    assert.ok(connection.transport.sessionId, "Missing session ID");
    assert.equal(connection.client.getServerVersion().name, "process-manager");
    assert.ok(last("POST").preflight);
  });

  await check("the event stream is declined without an error", async () => {
    await until("a GET", () => last("GET"));
    assert.equal(last("GET").status, 405);
    assert.deepEqual(errors, []);
  });

  await check("the tools are listed on one page", async () => {
    const { tools, nextCursor } = await connection.client.listTools();
    assert.equal(nextCursor, undefined);
    const names = new Set(tools.map((tool) => tool.name));
    assert.deepEqual(toolNames.split(",").filter((name) => !names.has(name)), [], "missing tools");
  });

  await check("tools are called", async () => {
    await call("process_new", { name: PROCESS, description: "what to plant where" });
    await call("task_new", { task_name: "Soil Test", task_description: "before spring" });
    const details = await call("task_details_get", { task_name: "Soil Test" });
    assert.equal(details.task_description, "before spring");
  });

  const before = connection.transport.sessionId;
  await restarted("restart");

  await check("a lost session is 404, which the page can read", async () => {
    const list = connection.client.listTools();
    await assert.rejects(list, (error) => error instanceof StreamableHTTPError && error.code === 404);
  });

  await check("one new session and one retry find everything there", async () => {
    const details = await call("task_details_get", {
      task_name: "Soil Test",
      process: PROCESS,
    });
    assert.equal(details.task_description, "before spring");
    assert.notEqual(connection.transport.sessionId, before);
  });

  await check("what was answered before a crash is there after it", async () => {
    await call("task_job_add", {
      task_name: "Soil Test",
      job_name: "Take samples",
      job_description: "from each bed",
      process: PROCESS,
    });
    await restarted("crash");
    const wanted = { task_name: "Soil Test", job_name: "Take samples", process: PROCESS };
    const { jobs } = await call("task_job_get", wanted);
    assert.deepEqual(jobs.map((job) => job.description), ["from each bed"]);
  });

  await check("the session is ended, and then unknown", async () => {
    const { client, transport } = connection;
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-session-id": transport.sessionId,
      "mcp-protocol-version": transport.protocolVersion,
    };
    await transport.terminateSession();
    assert.equal(transport.sessionId, undefined);
    assert.ok(last("DELETE").preflight);
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const response = await fromPage(url, { method: "POST", headers, body });
    assert.equal(response.status, 404);
    await response.body?.cancel();
    await client.close();
  });
}

try {
  await main();
  input.close();
} catch (error) {
  console.error(error);
  process.exit(1);
}
