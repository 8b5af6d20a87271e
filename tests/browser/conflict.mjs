// A server with a conflict for people to settle.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { connect, startServer } from "./support.mjs";

/**
 * Starts a server in which a program's change did not fit beside an edit by hand: it was killed before
 * it had brought the file up to date, and somebody edited the same text in the old one.
 */
export async function startInConflict() {
  const killed = await startServer();
  const call = await connect(killed, { client: "llama-ui" });
  const file = path.join(killed.folder, "garden.json");
  await call("process_new", { name: "garden", description: "" });
  await call("task_new", { task_name: "beds", task_description: "dug by hand" });
  let text;
  do {
    text = await readFile(file, "utf8").catch(() => "");
  } while (!text.includes("dug by hand"));
  await call("task_update_description", { task_name: "beds", new_description: "dug by a program" });
  await killed.crash();
  await writeFile(file, text.replace("dug by hand", "dug by a person"));
  const server = await startServer({ again: killed });
  // It is found when the process is read for the first time.
  await (await connect(server))("task_details_get", { task_name: "beds", process: "garden" });
  return server;
}
