// A chat client in a browser, without a model: it calls a tool of a server and shows the page that
// goes with the answer, with the official client and the bridge for hosts of MCP Apps.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  AppBridge,
  PostMessageTransport,
  getToolUiResourceUri,
} from "@modelcontextprotocol/ext-apps/app-bridge";

const NAME = { name: "chat", version: "0" };
const CAPABILITIES = {
  extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } },
};

let client;
let bridge;

/** Connects to a server, in the way that the options of the client say. */
async function connect(url, options) {
  client = new Client(NAME, { capabilities: CAPABILITIES, ...options });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
}

/** Calls a tool and shows its page, in a frame of some width. */
async function show(name, args, { sandbox, width = 600, hostContext = {}, able, isSafe = true }) {
  const { tools } = await client.listTools();
  const uri = getToolUiResourceUri(tools.find((tool) => tool.name === name));
  const { contents } = await client.readResource({ uri });
  const [{ text: html, mimeType, _meta: meta }] = contents;
  if (mimeType !== "text/html;profile=mcp-app") {
    throw new Error(`no page of an app: ${mimeType}`);
  }
  const frame = document.createElement("iframe");
  frame.title = "A sandbox";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin");
  frame.style.cssText = `border: 0; width: ${width}px`;
  const csp = isSafe ? JSON.stringify(meta.ui.csp) : "off";
  frame.src = `${sandbox}/?csp=${encodeURIComponent(csp)}`;
  const capabilities = able ?? { serverTools: {}, updateModelContext: { text: {} } };
  bridge = new AppBridge(client, NAME, capabilities, { hostContext });
  chat.sizes = [];
  chat.told = [];
  bridge.onsizechange = (size) => {
    chat.sizes.push(size);
    frame.style.height = `${size.height}px`;
  };
  bridge.onupdatemodelcontext = async ({ content }) => {
    chat.told.push(content[0].text);
    return {};
  };
  const ready = new Promise((resolve) => {
    bridge.onsandboxready = resolve;
  });
  const initialized = new Promise((resolve) => {
    bridge.oninitialized = resolve;
  });
  document.body.replaceChildren(frame);
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  await ready;
  await bridge.sendSandboxResourceReady({ html, csp: meta.ui.csp });
  await initialized;
  await bridge.sendToolInput({ arguments: args });
  await bridge.sendToolResult(await client.callTool({ name, arguments: args }));
}

const chat = {
  connect,
  show,
  /** Tells the page that the host looks otherwise now. */
  look: (hostContext) => bridge.setHostContext(hostContext),
  /** Says that the page is to go, and waits for its answer. */
  end: () => bridge.teardownResource({}),
  /** What the page said of its size, and what it told the model. */
  sizes: [],
  told: [],
};
window.chat = chat;
