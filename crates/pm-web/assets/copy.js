// Copies the block behind a button, as it is seen: the marks for hidden characters are copied in
// their place.

/** How long the button says that it was done, in milliseconds. */
const SAID = 2000;

/** The buttons that say so. */
const saying = new Set();

/** Copies what stands behind a button, also if it is folded away. */
export async function copy(button) {
  const behind = (button.closest(".code-acts") ?? button).nextElementSibling;
  const block = behind.querySelector("pre.copy") ?? behind;
  const lines = [...block.querySelectorAll(".l")];
  // The lines of code are elements, without their ends.
  const text = lines.length > 0 ? lines.map((line) => `${line.textContent}\n`).join("") : block.textContent;
  const isDone = await put(text);
  if (saying.has(button)) return;
  const words = button.textContent;
  const say = () => (button.textContent = isDone ? "Copied" : "Not copied: select it");
  say();
  saying.add(button);
  // A page that is put in the place of this one has the button with its own words.
  document.addEventListener("shown", say);
  setTimeout(() => {
    document.removeEventListener("shown", say);
    saying.delete(button);
    button.textContent = words;
  }, SAID);
}

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Only pages that came over a secure connection may copy in this way.
  }
  const focus = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.focus({ preventScroll: true });
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  focus.focus({ preventScroll: true });
  return isDone;
}
