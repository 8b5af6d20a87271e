// The stream of changes for all tabs of a browser: it allows six connections to a server, and each
// tab with a stream of its own would take one.

import { Stream } from "./stream.js";

const pages = new Set();
const stream = new Stream((message) => {
  for (const page of pages) page.postMessage(message);
});

self.onconnect = ({ ports: [page] }) => {
  page.onmessage = ({ data }) => {
    if (data.leaves) {
      pages.delete(page);
      if (pages.size === 0) stream.close();
      return;
    }
    pages.add(page);
    stream.open();
    page.postMessage({ state: stream.state });
    for (const message of stream.since(data.asked)) page.postMessage(message);
  };
};
