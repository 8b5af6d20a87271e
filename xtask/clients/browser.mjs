// A `fetch` that is as strict about cross-origin requests as a browser is.
//
// Node's own sends what it is told and shows every answer. A page's does not:
// it asks first (the preflight), keeps answers from a page that they are not
// meant for, and hides the headers that are not exposed. This one does the
// same, so that a server that a browser could not use fails here too.

// What a page may send without asking, and read without being told so
// (https://fetch.spec.whatwg.org, "CORS-safelisted").
const PLAIN_METHODS = new Set(["GET", "HEAD", "POST"]);
const PLAIN_REQUEST_HEADERS = new Set(["accept", "accept-language", "content-language"]);
const PLAIN_CONTENT_TYPES = new Set([
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "text/plain",
]);
const PLAIN_RESPONSE_HEADERS = new Set([
  "cache-control",
  "content-language",
  "content-length",
  "content-type",
  "expires",
  "last-modified",
  "pragma",
]);

/** What a page sees of every cross-origin failure; `why` is for the console. */
export class CorsError extends TypeError {
  constructor(why) {
    super(`Failed to fetch: ${why}`);
  }
}

/**
 * The `fetch` of a page at `origin`. Each request that went through is told to
 * `seen` with its method, its status and whether it was asked for first.
 */
export function browserFetch(origin, seen = () => {}) {
  return async (input, init = {}) => {
    const url = new URL(input);
    const method = (init.method ?? "GET").toUpperCase();
    const headers = new Headers(init.headers);
    if (url.origin === origin) {
      return fetch(url, { ...init, headers });
    }
    const asked = namesToAskFor(headers);
    const preflight = asked.length > 0 || !PLAIN_METHODS.has(method);
    if (preflight) {
      await ask(url, origin, method, asked, init.signal);
    }
    headers.set("origin", origin);
    const response = await fetch(url, { ...init, headers, redirect: "error" });
    seen({ method, status: response.status, preflight });
    checkOrigin(response, origin, `the answer to ${method}`);
    return visible(response);
  };
}

/** The headers that are sent only where the server allows them. */
function namesToAskFor(headers) {
  const asked = [];
  for (const [name, value] of headers) {
    const essence = value.split(";")[0].trim().toLowerCase();
    const plain =
      name === "content-type"
        ? PLAIN_CONTENT_TYPES.has(essence)
        : PLAIN_REQUEST_HEADERS.has(name);
    if (!plain) asked.push(name);
  }
  return asked.sort();
}

/** The preflight. */
async function ask(url, origin, method, names, signal) {
  const headers = { origin, "access-control-request-method": method };
  if (names.length > 0) headers["access-control-request-headers"] = names.join(",");
  const response = await fetch(url, { method: "OPTIONS", headers, redirect: "error", signal });
  await response.body?.cancel();
  const what = `the preflight for ${method}`;
  checkOrigin(response, origin, what);
  if (!response.ok) throw new CorsError(`${what} was answered with ${response.status}`);
  const methods = list(response, "access-control-allow-methods");
  if (!PLAIN_METHODS.has(method) && !methods.includes(method.toLowerCase()) && !methods.includes("*")) {
    throw new CorsError(`${what} does not allow the method`);
  }
  const allowed = list(response, "access-control-allow-headers");
  for (const name of names) {
    // The star stands for all but this one.
    const star = allowed.includes("*") && name !== "authorization";
    if (!allowed.includes(name) && !star) throw new CorsError(`${what} does not allow ${name}`);
  }
}

function checkOrigin(response, origin, what) {
  const allowed = response.headers.get("access-control-allow-origin");
  if (allowed !== origin && allowed !== "*") {
    throw new CorsError(`${what} (${response.status}) allows ${allowed ?? "no origin"}, not ${origin}`);
  }
  // No browser fails here, but the next page's answer would come from a cache
  // with this page's permission.
  if (allowed !== "*" && !list(response, "vary").includes("origin")) {
    throw new CorsError(`${what} depends on the origin and does not say so in Vary`);
  }
}

/** The answer with the headers that a page may read. */
function visible(response) {
  const exposed = list(response, "access-control-expose-headers");
  const headers = new Headers();
  for (const [name, value] of response.headers) {
    if (PLAIN_RESPONSE_HEADERS.has(name) || exposed.includes(name) || exposed.includes("*")) {
      headers.append(name, value);
    }
  }
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

function list(response, name) {
  const words = (response.headers.get(name) ?? "").split(",");
  return words.map((word) => word.trim().toLowerCase()).filter(Boolean);
}
