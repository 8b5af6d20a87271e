// The shape of a page: which elements it has, whatever is written in them.

/**
 * The elements of a page, the one in the window if it is not said: those of its `frame`, which is
 * there once; those of each kind of `items`, of which there are as many as there are things to list;
 * and `strangers`, which no page may have wherever they are. Marks of hidden characters and
 * colours of code are no part of it, and in texts that are Markdown every element of Markdown may be.
 *
 * It runs in the page, and so can use nothing but what is in it.
 */
export function shape(page = document) {
  const ITEMS =
    ".processes > li, .plan > li, .rows > li, .near > li, .trail li, .card, .changes tr, " +
    ".code .l, .comments > li, .jobs > li";
  const MARKDOWN = new Set(
    (
      "p a em strong del code pre ul ol li blockquote h2 h3 h4 h5 h6 hr br " +
      "table thead tbody tr th td"
    ).split(" "),
  );
  const strangers = [];

  const describe = (element) => {
    // Whether something is new to this browser is for its script to say.
    const isNews = element.matches(".see, .new, .news, #all-seen");
    // Colours come when they were found.
    const passes = (name) => (isNews && name === "hidden") || name === "data-colours";
    const names = element.getAttributeNames().filter((name) => !passes(name));
    return `<${element.localName} ${names.sort().join(" ")}> ${element.getAttribute("class") ?? ""}`.trim();
  };
  const judge = (text) => {
    for (const element of text.querySelectorAll("*:not(.hidden)")) {
      const { localName } = element;
      const names = element.getAttributeNames();
      const isLink = localName === "a" && /^(https?:|mailto:|#)/i.test(element.getAttribute("href"));
      const allowed = isLink ? ["href", "rel"] : localName === "ol" ? ["start"] : [];
      if (!MARKDOWN.has(localName) || names.some((name) => !allowed.includes(name))) {
        strangers.push(describe(element));
      }
    }
  };
  const isColour = (element) =>
    element.matches(".code .l > i") && /^<i class> [a-z]$/.test(describe(element));
  const elementsOf = (root) => {
    const counts = new Map();
    const look = (parent) => {
      for (const element of parent.children) {
        // How the page hears of changes is for its script to say.
        if (element.matches(".hidden, #live, #lost") || element.matches(ITEMS)) {
          continue;
        }
        if (isColour(element)) {
          look(element);
          continue;
        }
        const what = describe(element);
        counts.set(what, (counts.get(what) ?? 0) + 1);
        if (element.matches(".text")) {
          judge(element);
        } else {
          look(element);
        }
      }
    };
    look(root);
    const lines = [...counts].map(([what, count]) => `${count} ${what}`);
    return lines.sort().join("\n");
  };

  for (const mark of page.querySelectorAll(".hidden")) {
    if (!/^<span class>/.test(describe(mark)) || !/^U\+[0-9A-F]{4,6}$/.test(mark.innerHTML)) {
      strangers.push(`a mark: ${mark.outerHTML}`);
    }
  }
  for (const link of page.querySelectorAll("[href], [action]")) {
    const leads = link.getAttribute("href") ?? link.getAttribute("action");
    if (!link.closest(".text") && !/^(\/(?!\/)|[?#])/.test(leads)) {
      strangers.push(`a link to ${leads}`);
    }
  }
  const items = [...page.querySelectorAll(ITEMS)];
  return {
    frame: elementsOf(page),
    items: [...new Set(items.map((item) => `${describe(item)}:\n${elementsOf(item)}`))],
    strangers,
    heading: page.querySelector("h1")?.textContent,
    ran: page.defaultView.__pwned !== undefined,
  };
}
