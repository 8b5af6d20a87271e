// What is said above the page until its reader is done with it, such as a refusal or the offer of a
// draft. It is outside of what is put in place when something changes.

/** A notice by its name. */
const named = (name) => document.querySelector(`#notices > [data-name="${CSS.escape(name)}"]`);

/**
 * Says something, in words and with what can be done about it; a later one of the same name takes
 * its place. An "alert" is read out at once, a "status" when there is time for it.
 */
export function say(name, role, words, ...ways) {
  const focus = document.activeElement;
  unsay(name);
  const notice = Object.assign(document.createElement("div"), { className: "notice", role });
  notice.dataset.name = name;
  const text = document.createElement("span");
  text.append(...[words].flat());
  const close = button("Close", () => {
    notice.remove();
    focus.focus();
  });
  notice.append(text, ...ways, close);
  document.getElementById("notices").append(notice);
}

/** Takes back what was said under a name. */
export const unsay = (name) => named(name)?.remove();

/** Whether something is being said under a name. */
export const isSaid = (name) => named(name) !== null;

/** A button of a notice. */
export const button = (words, onclick) =>
  Object.assign(document.createElement("button"), { type: "button", textContent: words, onclick });
