// What is said above the page until it is done with, such as a refusal or the offer of a draft. It
// is outside of what is put in place when something changes.

/** A notice by its name. */
const named = (name) => document.querySelector(`#notices > [data-name="${CSS.escape(name)}"]`);

/**
 * Says something, in words and with what can be done about it; a later one of the same name takes
 * its place. An "alert" is read out at once, a "status" when there is time for it.
 */
export function say(name, role, words, ...ways) {
  const focus = document.activeElement;
  unsay(name);
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.dataset.name = name;
  notice.setAttribute("role", role);
  const text = document.createElement("span");
  text.append(...[words].flat());
  const close = button("Close", () => {
    notice.remove();
    focus.focus();
  });
  notice.append(text, ...ways, close);
  place().append(notice);
}

/** Takes back what was said under a name. */
export function unsay(name) {
  named(name)?.remove();
}

/** Whether something is being said under a name. */
export function isSaid(name) {
  return named(name) !== null;
}

/** A button of a notice. */
export function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function place() {
  const found = document.getElementById("notices");
  if (found) return found;
  const made = document.createElement("div");
  made.id = "notices";
  document.getElementById("main").before(made);
  return made;
}
