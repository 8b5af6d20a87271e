// The host: the chat client in a frame of which this page stands, and through which alone it reaches
// its server. They speak JSON-RPC over messages between windows, as SEP-1865 has it.

const host = window.parent;
const waiting = new Map();
let requests = 0;

/** What is done when the host tells something, by its method. */
const heard = {};

function send(message) {
  // A host has any origin; nothing is told that it does not know already.
  host.postMessage({ jsonrpc: "2.0", ...message }, "*");
}

function tell(method, params = {}) {
  send({ method, params });
}

/** Asks the host for something; fails with what it says if it does not do it. */
function ask(method, params) {
  requests += 1;
  const id = requests;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    send({ id, method, params });
  });
}

window.addEventListener("message", ({ source, data: message }) => {
  if (source !== host || message?.jsonrpc !== "2.0") {
    return;
  }
  const { id, method, params, result, error } = message;
  if (method === undefined) {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) {
      asked?.reject(new Error(String(error.message)));
    } else {
      asked?.resolve(result);
    }
  } else if (id === undefined) {
    heard[method]?.(params ?? {});
  } else if (["ping", "ui/resource-teardown"].includes(method)) {
    // Nothing is lost with the page: whatever was changed is stored.
    send({ id, result: {} });
  } else {
    send({ id, error: { code: -32601, message: "This page has no such method." } });
  }
});

/** Introduces the page, and returns what the host says of itself. */
async function introduce() {
  const opened = await ask("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: "process-manager-plan", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen", "pip"] },
  });
  tell("ui/notifications/initialized");
  return opened ?? {};
}

/** Says how much room the page takes, whenever that is another. */
function tellSize() {
  let told = "";
  const measure = () => {
    const width = Math.ceil(window.innerWidth);
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (told !== `${width} ${height}`) {
      told = `${width} ${height}`;
      tell("ui/notifications/size-changed", { width, height });
    }
  };
  new ResizeObserver(measure).observe(document.body);
  measure();
}

/** Which of the host's colours and fonts stand for which of ours. */
const COLOURS = {
  "--color-background-primary": "--paper",
  "--color-background-secondary": "--sheet",
  "--color-text-primary": "--ink",
  "--color-text-secondary": "--muted",
  "--color-border-primary": "--line",
};
const FONTS = { "--font-sans": "--sans", "--font-mono": "--mono" };

/** Looks as the host does, as far as it says how. */
function adapt({ theme, styles, safeAreaInsets: insets }) {
  if (theme === "light" || theme === "dark") {
    document.querySelector("main").dataset.look = theme;
  }
  const given = styles?.variables ?? {};
  // Half of its colours would be illegible on the other half of ours.
  const hasBoth = given["--color-background-primary"] && given["--color-text-primary"];
  for (const [theirs, ours] of Object.entries({ ...(hasBoth && COLOURS), ...FONTS })) {
    if (given[theirs]) {
      document.documentElement.style.setProperty(ours, given[theirs]);
    }
  }
  if (insets) {
    const sides = ["top", "right", "bottom", "left"].map((side) => `${Number(insets[side]) || 0}px`);
    document.body.style.padding = sides.join(" ");
  }
}

heard["ui/notifications/host-context-changed"] = adapt;
