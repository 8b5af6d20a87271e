// Texts that others wrote, put into the page as text and as nothing else, and the lines of code.

/** How many lines that are the same stand around those that differ. */
const CONTEXT = 3;

// What nobody sees in a text, or what would turn the rest around. Line breaks, tabs, signs that are
// seen, and joiners within words and pictures are none of it.
const HIDDEN =
  /(?!\n|\t|\r\n|[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]|(?<=[\p{Lo}\p{Lm}\p{M}\p{So}\p{Sk}])[\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800\u{1d159}]/gu;

function number(character) {
  return character.codePointAt(0).toString(16);
}

/** Puts a text into an element, with a mark for each character that nobody would see. */
function write(element, text) {
  const whole = String(text ?? "");
  element.replaceChildren();
  append(element, whole);
  return element;
}

function append(element, text) {
  let end = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    const mark = document.createElement("span");
    mark.className = "hidden";
    mark.textContent = `U+${number(character).toUpperCase().padStart(4, "0")}`;
    element.append(text.slice(end, index), mark);
    end = index + character.length;
  }
  element.append(text.slice(end));
}

/** A text for an attribute. */
function plain(text) {
  return String(text ?? "").replace(HIDDEN, (character) => `\\u{${number(character)}}`);
}

/** The lines of a text, whose last one needs no end. */
function linesOf(text) {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** All lines of a text, with their numbers. */
function whole(text) {
  return linesOf(text).map((line, index) => ({ sign: "", now: index + 1, text: line }));
}

/** The lines of a unified diff, with their numbers. */
function unified(diff) {
  const lines = [];
  let [old, now] = [0, 0];
  for (const line of linesOf(diff)) {
    const place = /^@@ -(\d+)\S* \+(\d+)/.exec(line);
    const [sign, text] = [line.slice(0, 1), line.slice(1)];
    if (place) {
      if (lines.length > 0) {
        lines.push({ kind: "place", sign: "", text: "⋯" });
      }
      [old, now] = [Number(place[1]), Number(place[2])];
    } else if (now === 0 || sign === "\\") {
      // The head, or the word that a line has no end.
    } else if (sign === "+") {
      lines.push({ kind: "added", sign, now, text });
      now += 1;
    } else if (sign === "-") {
      lines.push({ kind: "removed", sign, old, text });
      old += 1;
    } else {
      lines.push({ sign: " ", old, now, text });
      old += 1;
      now += 1;
    }
  }
  return lines;
}

/** What differs between two texts, roughly: all from the first line that does to the last one. */
function compared(before, after) {
  const [old, now] = [linesOf(before), linesOf(after)];
  const most = Math.min(old.length, now.length);
  let begin = 0;
  while (begin < most && old[begin] === now[begin]) {
    begin += 1;
  }
  let end = 0;
  while (end < most - begin && old.at(-1 - end) === now.at(-1 - end)) {
    end += 1;
  }
  const same = (from, to) =>
    now.slice(from, to).map((text, index) => {
      const line = from + index + 1;
      const moved = from < begin ? 0 : old.length - now.length;
      return { sign: " ", old: line + moved, now: line, text };
    });
  const removed = old.slice(begin, old.length - end);
  const added = now.slice(begin, now.length - end);
  return [
    ...same(Math.max(0, begin - CONTEXT), begin),
    ...removed.map((text, index) => ({ kind: "removed", sign: "-", old: begin + index + 1, text })),
    ...added.map((text, index) => ({ kind: "added", sign: "+", now: begin + index + 1, text })),
    ...same(now.length - end, Math.min(now.length, now.length - end + CONTEXT)),
  ];
}
