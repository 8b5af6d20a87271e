// A chat client that shows MCP Apps, without a model: `chat-page.js` in a page of its own origin,
// with the client and the bridge that the authors of the extension give to hosts, and a sandbox of
// another origin as SEP-1865 asks for. Servers for both, and a window onto them.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { expectStatus, visit } from "./support.mjs";

/** What the host's page imports, and what the packages import of each other. */
const MODULES = [
  "@modelcontextprotocol/client",
  "@modelcontextprotocol/core",
  "@modelcontextprotocol/core/internal",
  "@modelcontextprotocol/ext-apps/app-bridge",
  "eventsource",
  "eventsource-parser",
  "eventsource-parser/stream",
  "pkce-challenge",
  "zod/v4",
];

/** What Node has another file for than browsers. */
const FOR_BROWSERS = [
  ["@modelcontextprotocol/client/_shims", "@modelcontextprotocol/client", "shimsBrowser.mjs"],
  ["pkce-challenge", "pkce-challenge", "index.browser.js"],
];

/** The policy of the sandbox, made of what the resource declares, as the extension has it. */
function policy(csp) {
  const list = (sources = [], none = "") => sources.join(" ") || none;
  return [
    "default-src 'none'",
    `script-src 'unsafe-inline' ${list(csp.resourceDomains)}`,
    `style-src 'unsafe-inline' ${list(csp.resourceDomains)}`,
    `img-src data: ${list(csp.resourceDomains)}`,
    `connect-src ${list(csp.connectDomains, "'none'")}`,
    `frame-src ${list(csp.frameDomains, "'none'")}`,
    "object-src 'none'",
    `base-uri ${list(csp.baseUriDomains, "'none'")}`,
  ].join("; ");
}

const SANDBOX = `<!doctype html>
<html lang="en"><title>A sandbox</title>
<style>html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block; }</style>
<body><script>
const frame = document.createElement("iframe");
frame.title = "The page of a server";
frame.setAttribute("sandbox", "allow-scripts");
addEventListener("message", ({ source, data }) => {
  if (source === frame.contentWindow && source !== null) {
    parent.postMessage(data, "*");
  } else if (source === parent && data.method === "ui/notifications/sandbox-resource-ready") {
    frame.srcdoc = data.params.html;
    document.body.append(frame);
  } else if (source === parent) {
    frame.contentWindow.postMessage(data, "*");
  }
});
parent.postMessage({ jsonrpc: "2.0", method: "ui/notifications/sandbox-proxy-ready", params: {} }, "*");
</script></body></html>`;

/** Starts the host: its page, and the sandbox on a port, and so an origin, of its own. */
export async function startChat() {
  const sandbox = await serve(({ searchParams }) => {
    const csp = searchParams.get("csp");
    const headers = csp === "off" ? {} : { "content-security-policy": policy(JSON.parse(csp)) };
    return { type: "text/html", text: SANDBOX, headers };
  });
  const page = await readFile(new URL("chat-page.js", import.meta.url), "utf8");
  let imports;
  const host = await serve(async ({ pathname }) => {
    if (pathname === "/") {
      const map = JSON.stringify({ imports });
      const text = `<!doctype html><html lang="en"><title>A chat</title>
        <script type="importmap">${map}</script><script type="module" src="/chat-page.js"></script>
        <body></body></html>`;
      return { type: "text/html", text };
    }
    const file = pathname.startsWith("/modules/") && `file://${pathname.slice("/modules".length)}`;
    return { type: "text/javascript", text: file ? await readFile(new URL(file), "utf8") : page };
  });
  const at = (url) => `${host.url}/modules${fileURLToPath(url)}`;
  imports = Object.fromEntries(MODULES.map((name) => [name, at(import.meta.resolve(name))]));
  for (const [name, of, file] of FOR_BROWSERS) {
    imports[name] = at(new URL(file, import.meta.resolve(of)));
  }
  const stop = () => Promise.all([host.stop(), sandbox.stop()]);
  return { url: host.url, sandbox: sandbox.url, stop };
}

async function serve(answer) {
  const server = createServer(async (request, response) => {
    try {
      const { type, text, headers = {} } = await answer(new URL(request.url, "http://localhost"));
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, ...headers });
      response.end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

/**
 * Opens a window onto a chat that is connected to a server. `work` gets what shows an answer of a
 * tool, with the frame in which the page beside it stands, and the window.
 */
export async function chatting(browser, chat, server, options, work) {
  const { client = {}, ...window } = options;
  const place = { url: chat.url, others: [chat.sandbox, server.url] };
  return visit(browser, place, window, async (page, context) => {
    await page.goto("/");
    await page.waitForFunction(() => window.chat !== undefined);
    // Browsers get no stream, and are told so.
    expectStatus(page, `${server.url}/mcp`, 405);
    await page.evaluate(([url, era]) => window.chat.connect(url, era), [server.url, client]);
    const show = async (tool, args = {}, how = {}) => {
      const where = { sandbox: chat.sandbox, ...how };
      await page.evaluate((call) => window.chat.show(...call), [tool, args, where]);
      return page.frameLocator("iframe").frameLocator("iframe");
    };
    await work({ show, page, context });
  });
}
