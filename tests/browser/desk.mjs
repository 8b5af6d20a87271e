// What the suites share that change things: one server and one browser for all tests of a suite, a plan
// for each test, and what people do on its pages.

import { after, before } from "node:test";
import { connect, go, launch, startServer } from "./support.mjs";

/** The browser, the server, and what calls a tool of it, as long as tests run. */
export let browser;
export let server;
export let call;

/** Has them there for the tests of a suite, each of which has a plan of its own, and what all need. */
export function furnish(prepare) {
  before(async () => {
    browser = await launch();
    server = await startServer();
    call = await connect(server, { client: "llama-ui" });
    await prepare?.();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
}

/** Writes a plan of its own for a test, and returns its address. */
export async function plant(call, name, tasks = ["soil", "beds"]) {
  await call("plan_new", {
    process: name,
    description: "What is to be done",
    tasks: tasks.map((task) => ({ name: task, description: `${task} it`, jobs: [] })),
  });
  return `/p/${encodeURIComponent(name)}`;
}

/** Opens a page, and marks it, so that one that is loaded anew is told from it. */
export async function open(page, path) {
  await go(page, path);
  await page.evaluate(() => (window.isTheSamePage = true));
}

export const isTheSamePage = (page) => page.evaluate(() => window.isTheSamePage === true);
export const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const made = (page) => page.locator(".made");
export const refusal = (page) => page.locator("#notices").getByRole("alert");

/** Waits until nothing is said to be refused: a page can hear of a change before its answer comes. */
export const nothingRefused = (page) => refusal(page).waitFor({ state: "detached" });

/** What has the focus, in words. */
export function focused(page) {
  return page.evaluate(() => document.activeElement.innerText?.trim());
}

/** Waits until something has the focus. */
export async function focusIsOn(page, words) {
  await page.waitForFunction((words) => document.activeElement.innerText?.trim() === words, words);
}

/** Presses keys, one after the other. */
export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Waits until the tasks stand in this order on the page. */
export async function orderIs(page, ...names) {
  await page.waitForFunction((names) => {
    const shown = [...document.querySelectorAll("#main .name")].map((name) => name.innerText.trim());
    return shown.join() === names.join();
  }, names);
}

/** The paths to which forms are sent from now on. */
export function posts(page) {
  const paths = [];
  page.on("request", (request) => {
    if (request.method() === "POST") paths.push(new URL(request.url()).pathname);
  });
  return paths;
}

/** Waits until the page hears of changes. */
export const live = (page) => page.locator("#live:has-text('live')").waitFor();
