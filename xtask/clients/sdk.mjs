// Uses the server with one of the official TypeScript SDKs, as programs do that
// send all calls of a model's turn at once.
//
//     node sdk.mjs PACKAGE VERSION TOOL,TOOL,... http URL
//     node sdk.mjs PACKAGE VERSION TOOL,TOOL,... stdio PROGRAM ARGUMENT...
//
// PACKAGE is the SDK's folder in node_modules, VERSION the protocol's that must
// be agreed on. Each thing that holds is a line `ok: ...`; the first that does
// not ends the program with its reason.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { check } from "./check.mjs";

const [name, version, toolNames, transport, ...where] = process.argv.slice(2);

/** How many turns are sent, and how many tasks each adds. */
const TURNS = 20;
const TASKS = 4;

// Over HTTP each call may take a connection of its own, and what is written to two of them at one
// moment has no order that a server could know. So the tasks follow the process by this much, and
// may stand in any order.
const BEHIND_MS = transport === "http" ? 50 : 0;
const ordered = (names) => (transport === "http" ? names.toSorted() : names);

/** The SDK's parts, which moved from one major version to the next. */
async function sdk() {
  if (name === "@modelcontextprotocol/client") {
    return { ...(await import(name)), ...(await import(`${name}/stdio`)) };
  }
  return {
    ...(await import(`${name}/client/index.js`)),
    ...(await import(`${name}/client/stdio.js`)),
    ...(await import(`${name}/client/streamableHttp.js`)),
  };
}

async function connect({ Client, StdioClientTransport, StreamableHTTPClientTransport }, complain) {
  const client = new Client(
    { name: `typescript ${version} ${transport}`, version: "0" },
    // What knows no other version than this one is not asked.
    { capabilities: {}, versionNegotiation: version < "2026" ? undefined : { mode: "auto" } },
  );
  client.onerror = complain;
  const [place, ...args] = where;
  const link =
    transport === "http"
      ? new StreamableHTTPClientTransport(new URL(place))
      : new StdioClientTransport({ command: place, args });
  // The older SDKs keep the version that was agreed on in the transport alone, and tell it that.
  let agreed;
  const setProtocolVersion = link.setProtocolVersion?.bind(link);
  link.setProtocolVersion = (version) => {
    agreed = version;
    setProtocolVersion?.(version);
  };
  await client.connect(link);
  return { client, link, agreed: client.getNegotiatedProtocolVersion?.() ?? agreed };
}

async function call(client, tool, args) {
  const result = await client.callTool({ name: tool, arguments: args });
  assert.ok(!result.isError, `${tool} was refused: ${result.content[0].text}`);
  return JSON.parse(result.content[0].text);
}

/** Sends all calls of a turn without waiting for any answer. */
async function turn(client, process) {
  const tasks = Array.from({ length: TASKS }, (_, number) => `${process} task ${number}`);
  const sent = [call(client, "process_new", { name: process })];
  if (BEHIND_MS) await sleep(BEHIND_MS);
  for (const task of tasks) sent.push(call(client, "task_new", { task_name: task }));
  await Promise.all(sent);
  const { tasks: listed } = await call(client, "task_list", { process });
  assert.deepEqual(ordered(Object.keys(listed)), tasks, `the tasks of ${process}`);
}

async function main() {
  const complaints = [];
  const { client, link, agreed } = await connect(await sdk(), (error) => complaints.push(error));

  await check(`the version is ${version}`, () => assert.equal(agreed, version));

  await check("the tools are listed", async () => {
    const { tools } = await client.listTools();
    const names = new Set(tools.map((tool) => tool.name));
    assert.deepEqual(toolNames.split(",").filter((tool) => !names.has(tool)), [], "missing tools");
  });

  await check(`calls sent without waiting land where they belong, ${TURNS} times`, async () => {
    for (let number = 0; number < TURNS; number += 1) {
      await turn(client, `typescript ${version} ${transport} ${number}`);
    }
  });

  await check("a process is read under its title", async () => {
    const { resources } = await client.listResources();
    const title = `typescript ${version} ${transport} 0`;
    const { uri } = resources.find((resource) => resource.title === title);
    const { contents } = await client.readResource({ uri });
    assert.ok(contents[0].text.startsWith(`# ${title}`), contents[0].text);
  });

  await check("the end leaves nothing to complain of", async () => {
    await link.terminateSession?.();
    await client.close();
    assert.deepEqual(complaints, []);
  });
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exit(1);
}
