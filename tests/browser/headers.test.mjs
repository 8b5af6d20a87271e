// What the browser makes of the headers: other origins cannot frame a page, read it or hold on to
// its window, nothing that stands in a page runs, and no service worker stays behind.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GARDEN, startServers } from "./garden.mjs";
import { go, launch, startStranger, visit } from "./support.mjs";

let browser;
let servers;
let stranger;

before(async () => {
  browser = await launch();
  servers = await startServers();
  stranger = await startStranger({ "/": "<!doctype html><title>A stranger</title>" });
});

after(async () => {
  await browser?.close();
  await servers?.stop();
  await stranger?.stop();
});

/** A page of another origin in a window of its own, where complaints are what is expected. */
async function abroad(work) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(stranger.url);
    await work(page, context);
  } finally {
    await context.close();
  }
}

/** What is in a frame. One that was refused may be gone by now. */
function textOf(frame) {
  return frame.content().catch(() => "");
}

for (const element of ["iframe", "embed", "object"]) {
  test(`no page is shown in an <${element}> of another origin`, async () => {
    await abroad(async (page) => {
      for (const url of [`${servers.garden.url}/`, `${stranger.url}/?framed`]) {
        await page.evaluate(
          ([name, address]) => {
            const frame = document.createElement(name);
            frame.setAttribute(name === "object" ? "data" : "src", address);
            document.body.replaceChildren(frame);
            return new Promise((resolve) => {
              frame.addEventListener("load", resolve);
              frame.addEventListener("error", resolve);
            });
          },
          [element, url],
        );
        const texts = await Promise.all(page.frames().slice(1).map(textOf));
        const shown = texts.some((text) => text.includes("Garden Planner"));
        assert.equal(shown, false, `${url} in <${element}>: ${texts}`);
        const isShown = page.frames().slice(1).some((frame) => frame.url() === url);
        assert.equal(isShown, url.startsWith(stranger.url), url);
      }
    });
  });
}

test("no page of this server is shown in another one of it", async () => {
  const framed = visit(browser, servers.garden, {}, async (page) => {
    await go(page, "/help");
    await page.evaluate((path) => {
      const frame = document.createElement("iframe");
      frame.src = path;
      document.body.append(frame);
      return new Promise((resolve) => {
        frame.addEventListener("load", resolve);
      });
    }, GARDEN);
    const texts = await Promise.all(page.frames().slice(1).map(textOf));
    assert.ok(texts.every((text) => !text.includes("soil test")));
  });
  await assert.rejects(framed, /frame-ancestors|frame-src|default-src/);
});

test("another origin cannot read a page, in any way that a browser has", async () => {
  const style = await visit(browser, servers.garden, {}, async (page) => {
    await go(page, "/");
    return page.locator("link[rel=stylesheet]").evaluate((link) => link.href);
  });
  await abroad(async (page) => {
    const read = (url, init) =>
      page.evaluate(
        ([address, options]) =>
          fetch(address, options).then(
            (response) => response.type,
            (error) => error.name,
          ),
        [url, init],
      );
    assert.equal(await read(`${stranger.url}/`), "basic");
    for (const path of ["/", GARDEN, "/activity", "/search?q=soil", "/none"]) {
      const url = `${servers.garden.url}${path}`;
      for (const mode of ["cors", "no-cors"]) {
        const init = { mode, headers: { accept: "text/html" }, credentials: "include" };
        assert.equal(await read(url, init), "TypeError", `${mode} ${path}`);
      }
    }
    const loaded = await page.evaluate((href) => {
      const loads = ["link", "script", "img"].map((name) => {
        const element = document.createElement(name);
        Object.assign(element, name === "link" ? { rel: "stylesheet", href } : { src: href });
        return new Promise((resolve) => {
          element.addEventListener("load", () => resolve(`${name} was loaded`));
          element.addEventListener("error", () => resolve(null));
          document.head.append(element);
        });
      });
      return Promise.all(loads);
    }, style);
    assert.deepEqual(loaded, [null, null, null]);
  });
});

test("another origin cannot hold on to the window of a page that it opens", async () => {
  await abroad(async (page, context) => {
    const opened = context.waitForEvent("page");
    await page.evaluate((url) => {
      window.opened = window.open(url);
    }, servers.garden.url);
    const other = await opened;
    await other.getByRole("heading", { name: "Processes" }).waitFor();
    assert.equal(await other.evaluate(() => window.opener), null);
    assert.equal(await page.evaluate(() => window.opened.closed), true);
  });
});

test("nothing that stands in a page runs", async () => {
  const run = visit(browser, servers.garden, {}, async (page) => {
    await go(page, "/");
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.__pwned = 1";
      const picture = document.createElement("img");
      picture.setAttribute("onerror", "window.__pwned = 2");
      picture.src = "/none.png";
      document.body.append(script, picture);
      return new Promise((resolve) => {
        picture.addEventListener("error", resolve);
      });
    });
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
  });
  await assert.rejects(run, /(?=.*script-src-elem by inline)(?=.*script-src-attr by inline)/s);
});

// That no page installs one is seen wherever pages are visited.
test("no service worker can be installed", async () => {
  const installed = visit(browser, servers.garden, {}, async (page) => {
    await go(page, "/");
    const style = await page.locator("link[rel=stylesheet]").getAttribute("href");
    for (const script of ["/sw.js", "/", style]) {
      const refusal = await page.evaluate(
        (url) => navigator.serviceWorker.register(url).then(() => null, (error) => error.name),
        script,
      );
      assert.equal(refusal, "SecurityError", script);
    }
  });
  // The browser complains on the console, which is what is expected here and nowhere else.
  await assert.rejects(installed, /error on .*(MIME|script)/s);
});
