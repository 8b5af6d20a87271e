// Shows that `browser.mjs` refuses what a browser refuses: each test takes one
// thing away from a server that is in order.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { browserFetch, CorsError } from "./browser.mjs";

const PAGE = "http://localhost:8080";
const PREFLIGHT = {
  "access-control-allow-origin": PAGE,
  "access-control-allow-methods": "POST, DELETE",
  "access-control-allow-headers": "content-type, x-session",
  vary: "Origin",
};
const ANSWER = {
  "access-control-allow-origin": PAGE,
  "access-control-expose-headers": "X-Session",
  "x-session": "7",
  "x-secret": "8",
  vary: "Origin",
};

let preflight;
let answer;
let url;
const methods = [];
const server = createServer((request, response) => {
  methods.push(request.method);
  const asks = request.method === "OPTIONS";
  response.writeHead(asks ? preflight.status : 200, asks ? preflight.headers : answer);
  response.end();
});

before(async () => {
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${server.address().port}/`;
});
after(() => server.close());

/** Asks a server that differs from one that is in order by what is given. */
function request({ asked = {}, status = 204, answered = {}, method = "POST" } = {}) {
  preflight = { status, headers: without({ ...PREFLIGHT, ...asked }) };
  answer = without({ ...ANSWER, ...answered });
  methods.length = 0;
  const headers = { "content-type": "application/json", "x-session": "7" };
  return browserFetch(PAGE)(url, { method, headers });
}

const without = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

test("a server in order is asked first, and shows what it exposes", async () => {
  const response = await request();
  assert.deepEqual(methods, ["OPTIONS", "POST"]);
  assert.equal(response.headers.get("x-session"), "7");
  assert.equal(response.headers.get("x-secret"), null);
});

test("a plain request is not asked for", async () => {
  await request();
  methods.length = 0;
  await browserFetch(PAGE)(url, { method: "GET", headers: { accept: "text/event-stream" } });
  assert.deepEqual(methods, ["GET"]);
});

test("a header that is not exposed is hidden", async () => {
  const response = await request({ answered: { "access-control-expose-headers": undefined } });
  assert.equal(response.headers.get("x-session"), null);
});

const refused = {
  "an answer for no page": { answered: { "access-control-allow-origin": undefined } },
  "an answer for another page": { answered: { "access-control-allow-origin": "http://other" } },
  "an answer that does not vary": { answered: { vary: undefined } },
  "a preflight for no page": { asked: { "access-control-allow-origin": undefined } },
  "a preflight that fails": { status: 401 },
  "a preflight without the method": { method: "PUT" },
  "a preflight without a header": { asked: { "access-control-allow-headers": "content-type" } },
};
for (const [what, difference] of Object.entries(refused)) {
  test(`${what} is refused`, () => assert.rejects(request(difference), CorsError));
}
