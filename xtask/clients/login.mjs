// Logs in at a real authorization server with one of the official TypeScript SDKs, and goes on with
// what it gets there, as a program does that a person gave an address and nothing else.
//
//     node login.mjs PACKAGE VERSION PROGRAM STORE
//
// PACKAGE is the SDK's folder in node_modules, VERSION the protocol's, PROGRAM our server, STORE its directory. Each thing that
// holds is a line `ok: ...`; the first that does not ends the program with its reason.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { Provider } from "oidc-provider";

import { check } from "./check.mjs";

const [name, version, program, store] = process.argv.slice(2);

/** How long a token holds, in seconds. */
const TOKEN_S = 4;

/** Where the authorization server sends the person back to; nobody has to listen there. */
const CALLBACK = "http://127.0.0.1:9/callback";

/** The SDK's parts, which moved from one major version to the next. */
async function sdk() {
  if (name === "@modelcontextprotocol/client") return import(name);
  return {
    ...(await import(`${name}/client/index.js`)),
    ...(await import(`${name}/client/streamableHttp.js`)),
    ...(await import(`${name}/client/auth.js`)),
  };
}

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

/** An authorization server: clients register by themselves, people log in with any name. */
async function authorizationServer() {
  const server = createServer();
  const url = await listening(server);
  const provider = new Provider(url, {
    cookies: { keys: ["of this test"] },
    scopes: ["openid", "offline_access", "pm:read", "pm:write"],
    // Without these it says that it goes by its own.
    ttl: { Interaction: 600, Session: 600, Grant: 600, RefreshToken: 600 },
    // Whoever logs in exists.
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    issueRefreshToken: () => true,
    features: {
      registration: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: "pm:read pm:write",
          audience: resource,
          accessTokenFormat: "jwt",
          accessTokenTTL: TOKEN_S,
        }),
      },
    },
  });
  server.on("request", provider.callback());
  return { server, url };
}

/** What stands in front of our server, and has the address that people know. */
async function proxy() {
  const target = {};
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const passed = request({ host: "127.0.0.1", port: target.port, method, path: url, headers });
    passed.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  return { server, url: await listening(server), target };
}

/** Our server, as the resource at this address. */
async function resourceServer(issuer, publicUrl) {
  const args = ["--listen", "127.0.0.1:0", "--dir", store, "--tools", "full"];
  args.push("--oauth-issuer", issuer, "--public-url", publicUrl);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)\/mcp/.exec(line)?.[1];
    if (port) {
      child.stdout.resume();
      return { child, port };
    }
  }
  throw new Error("the server does not say where it listens");
}

/** A browser without a window: keeps cookies, follows links, and sends the forms that it is shown. */
class Browser {
  cookies = new Map();

  async open(url, form) {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const body = form && new URLSearchParams(form);
    const method = form ? "POST" : "GET";
    const answer = await fetch(url, { method, body, headers: { cookie }, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(key, value);
    }
    return { answer, location: answer.headers.get("location") };
  }

  /** Logs in as somebody and agrees to all; answers where that leads. */
  async logIn(url, person) {
    let { answer, location } = await this.open(url);
    for (let steps = 0; steps < 20; steps += 1) {
      if (location?.startsWith(CALLBACK)) return new URL(location);
      if (location) {
        url = new URL(location, url);
        ({ answer, location } = await this.open(url));
        continue;
      }
      const page = await answer.text();
      const action = /action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      assert.ok(action && prompt, `no form of a login: ${answer.status}\n${page}`);
      const typed = prompt === "login" ? { login: person, password: "any" } : {};
      url = new URL(action, url);
      ({ answer, location } = await this.open(url, { prompt, ...typed }));
    }
    throw new Error("the login leads nowhere");
  }
}

/** What a program keeps of a login. */
class Login {
  browser = new Browser();
  redirectUrl = CALLBACK;
  clientMetadata = {
    client_name: "login.mjs",
    redirect_uris: [CALLBACK],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  saved = [];
  asked = [];

  constructor(person, agreesTo = (scope) => scope) {
    this.person = person;
    this.agreesTo = agreesTo;
  }
  clientInformation() {
    return this.client;
  }
  saveClientInformation(client) {
    this.client = client;
  }
  tokens() {
    return this.saved.at(-1);
  }
  saveTokens(tokens) {
    this.saved.push(tokens);
  }
  codeVerifier() {
    return this.verifier;
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  // What was found out about the authorization server, between leaving for it and coming back.
  saveDiscoveryState(state) {
    this.discovered = state;
  }
  discoveryState() {
    return this.discovered;
  }
  async redirectToAuthorization(url) {
    this.asked.push(new URL(url));
    const scope = this.agreesTo(url.searchParams.get("scope"));
    url.searchParams.set("scope", scope);
    this.back = await this.browser.logIn(url, this.person);
  }
}

/** The code that the login gave, in exchange for which there are tokens. */
async function finish(link, { back }) {
  assert.ok(back, "nobody was sent to a login");
  // The newer SDK takes all of the answer, and checks whose it is.
  const { searchParams } = back;
  await link.finishAuth(name === "@modelcontextprotocol/client" ? searchParams : searchParams.get("code"));
}

async function connect({ Client, StreamableHTTPClientTransport }, url, login) {
  const begin = async () => {
    const client = new Client(
      { name: "login.mjs", version: "0" },
      // What knows no other version than this one is not asked.
      { capabilities: {}, versionNegotiation: version < "2026" ? undefined : { mode: "auto" } },
    );
    const link = new StreamableHTTPClientTransport(new URL(url), { authProvider: login });
    try {
      await client.connect(link);
    } catch (error) {
      if (!login.back || login.saved.length) throw error;
      await finish(link, login);
      return begin();
    }
    return { client, link };
  };
  return begin();
}

async function call(client, tool, args) {
  const result = await client.callTool({ name: tool, arguments: args });
  assert.ok(!result.isError, `${tool} was refused: ${result.content[0].text}`);
  return JSON.parse(result.content[0].text);
}

async function main(issuer, url, parts) {
  const hers = new Login("anna");
  let client, link;

  await check("an address alone leads to a login, and that to the tools", async () => {
    ({ client, link } = await connect(parts, url, hers));
    const { tools } = await client.listTools();
    assert.ok(tools.some((tool) => tool.name === "process_new"), "no tools");
    assert.equal(Boolean(link.sessionId), version < "2026", "sessions");
  });

  await check("the login was for this server, with the scopes that it asks for", () => {
    const [asked, ...again] = hers.asked;
    assert.ok(asked.href.startsWith(issuer), asked.href);
    assert.equal(asked.searchParams.get("resource"), url);
    assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
    const scopes = asked.searchParams.get("scope").split(" ");
    // One of the SDKs adds this, since the authorization server knows it.
    assert.deepEqual(scopes.filter((it) => it !== "offline_access"), ["pm:read", "pm:write"]);
    assert.deepEqual(again, []);
  });

  await check("a token that is over is renewed, and the session goes on", async () => {
    await call(client, "process_new", { name: "garden" });
    const session = link.sessionId;
    await sleep(TOKEN_S * 1000 + 500);
    await call(client, "task_new", { task_name: "plant" });
    assert.equal(link.sessionId, session);
    const [first, second] = hers.saved;
    assert.ok(second && second.access_token !== first.access_token, "it was not renewed");
    assert.equal(hers.asked.length, 1, "the login was shown again");
  });

  const his = new Login("bob", () => "pm:read");
  const other = await connect(parts, url, his);

  await check("another reads what was changed, and by whom", async () => {
    const told = await call(other.client, "process_history", { process: "garden" });
    assert.ok(JSON.stringify(told).includes("login.mjs (anna)"), JSON.stringify(told));
  });

  await check("whoever may only read is sent to ask for more, and then may write", async () => {
    his.agreesTo = (scope) => scope;
    // The older SDK renews the token if it can, and so gets one that lacks as much.
    if (name === "@modelcontextprotocol/sdk") delete his.tokens().refresh_token;
    const dig = { process: "garden", task_name: "dig" };
    await assert.rejects(call(other.client, "task_new", dig));
    const asked = his.asked.at(-1).searchParams.get("scope").split(" ");
    assert.ok(his.asked.length === 2 && asked.includes("pm:write"), asked.join(" "));
    await finish(other.link, his);
    const { client } = await connect(parts, url, his);
    await call(client, "task_new", dig);
    await client.close();
  });

  await other.client.close();
  await client.close();
}

const parts = await sdk();
const [issuer, front] = [await authorizationServer(), await proxy()];
const { child, port } = await resourceServer(issuer.url, front.url);
front.target.port = port;
try {
  await main(issuer.url, `${front.url}/mcp`, parts);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  child.kill();
  for (const { server } of [issuer, front]) {
    server.close();
    server.closeAllConnections();
  }
}
