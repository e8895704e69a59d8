// Paint of JSON: each line's tokens in their colours, and what problems are about marked.

import { h } from "./dom.js";

const TOKENS = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/gu;

/** A text's lines as elements. Problems say line and column, in characters, from 1. */
export function painted(text, problems = []) {
  return text.split("\n").map((line, index) => paintedLine(line, problems.filter((one) => covers(one, index + 1)), index + 1));
}

function covers(problem, line) {
  return problem.line <= line && line <= problem.end_line;
}

function paintedLine(line, problems, number) {
  const letters = Array.from(line);
  const kinds = new Array(letters.length).fill("");
  const offsets = characterOffsets(line);
  for (const match of line.matchAll(TOKENS)) {
    const [, string, colon, numeral] = match;
    const kind = string ? (colon ? "name" : "string") : numeral ? "number" : "word";
    const length = string ? string.length : match[0].length;
    for (let at = offsets[match.index]; at < (offsets[match.index + length] ?? letters.length); at += 1) kinds[at] = kind;
  }
  const worst = worstOf(problems);
  for (const one of problems) {
    const from = one.line === number ? one.column - 1 : 0;
    const to = one.end_line === number ? one.end_column - 1 : letters.length;
    for (let at = Math.max(from, 0); at < Math.min(Math.max(to, from + 1), letters.length); at += 1) kinds[at] += ` marked ${one.level}`;
  }
  const parts = [];
  let begin = 0;
  for (let at = 1; at <= letters.length; at += 1) {
    if (at === letters.length || kinds[at] !== kinds[begin]) {
      const piece = letters.slice(begin, at).join("");
      parts.push(kinds[begin] ? h("span", { class: kinds[begin].trim() }, piece) : piece);
      begin = at;
    }
  }
  return h("span", { class: worst ? `line has-${worst}` : "line" }, parts, "\n");
}

/** UTF-16 offset → character. */
function characterOffsets(line) {
  const found = [];
  let at = 0;
  for (const letter of line) {
    for (let unit = 0; unit < letter.length; unit += 1) found.push(at);
    at += 1;
  }
  found.push(at);
  return found;
}

/** The worst level among problems. */
export function worstOf(problems) {
  return ["error", "warning", "note"].find((level) => problems.some((one) => one.level === level)) ?? null;
}
