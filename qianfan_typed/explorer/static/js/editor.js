// Editor: a text area over its own painted text, with what is wrong beside the lines.

import { fill, h, icon } from "./dom.js";
import { t } from "./phrases.js";
import { ruleLink } from "./parts.js";
import { painted, worstOf } from "./paint.js";

const ROW = 22;
const GAP = 6;

/** Makes an editor. `changed(text)` hears of each change, `fix(problem)` of a fix that was asked for. */
export function makeEditor({ label, text, changed, fix, send }) {
  let problems = [];
  const gutter = h("div", { class: "gutter", "aria-hidden": "true" });
  const paint = h("pre", { class: "paint", "aria-hidden": "true" });
  const area = h("textarea", { "aria-label": label, "aria-describedby": "problems-said", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", value: text });
  const notes = h("ol", { class: "notes", "aria-label": t("problems") });
  const code = h("div", { class: "code" }, paint, area);
  const node = h("div", { class: "editor" }, h("div", { class: "editor-rows" }, gutter, code, notes));

  area.addEventListener("input", () => { redraw(); changed(area.value); });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (event.key === "Enter" && !event.isComposing) {
      const before = area.value.slice(0, area.selectionStart);
      const indent = /[ \t]*/.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
      const deeper = /[{[]\s*$/.test(before) ? "  " : "";
      if (indent || deeper) {
        event.preventDefault();
        document.execCommand("insertText", false, `\n${indent}${deeper}`);
      }
    }
  });

  function redraw() {
    const lines = area.value.split("\n");
    fill(gutter, lines.map((_, index) => {
      const worst = worstOf(problems.filter((one) => one.line === index + 1));
      return h("span", { class: worst ?? null }, index + 1);
    }));
    fill(paint, painted(area.value, problems));
    area.style.height = `${lines.length * ROW}px`;
    area.style.width = "100%";
    area.style.width = `${Math.max(code.clientWidth, area.scrollWidth)}px`;
  }

  function drawNotes(fixes) {
    fill(notes, problems.map((one) => note(one, fixes)));
    place();
  }

  /** Puts each note at its line, or below the one before it. */
  function place() {
    let free = 0;
    const beside = getComputedStyle(notes).position !== "static" && getComputedStyle(notes).display !== "flex";
    for (const [index, item] of [...notes.children].entries()) {
      const wanted = (problems[index].line - 1) * ROW + 1;
      const top = Math.max(wanted, free);
      item.style.top = beside ? `${top}px` : "";
      free = top + item.offsetHeight + GAP;
    }
    notes.style.minHeight = beside ? `${free}px` : "";
  }

  function note(one, fixes) {
    const fixed = fixes.get(one);
    return h("li", { class: `note ${one.level}` },
      h("div", { class: "note-head" },
        h("button", { type: "button", class: "where", onclick: () => go(one), "aria-label": t("go.line", { line: one.line }) }, t("line", { line: one.line })),
        h("code", {}, one.pointer || "/"), h("span", { class: "sr-only" }, t(`level.${one.level}`))),
      h("p", {}, one.message),
      h("div", { class: "note-foot" },
        h("div", {}, one.rule && !one.rule.startsWith("unchecked.") ? ruleLink(one.rule) : null, one.source ? h("span", { class: "source" }, one.source) : null),
        fixed ? h("button", { type: "button", class: "fix", onclick: () => fix(one), "aria-label": t("fix.at", { value: fixed, line: one.line }) }, icon("wand"), h("code", {}, fixed)) : null));
  }

  function go(one) {
    const lines = area.value.split("\n");
    const begin = lines.slice(0, one.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    const offset = Array.from(lines[one.line - 1] ?? "").slice(0, one.column - 1).join("").length;
    const length = one.line === one.end_line ? Array.from(lines[one.line - 1] ?? "").slice(one.column - 1, one.end_column - 1).join("").length : 0;
    area.focus();
    area.setSelectionRange(begin + offset, begin + offset + length);
  }

  new ResizeObserver(() => { redraw(); place(); }).observe(node);

  return {
    node,
    get text() { return area.value; },
    /** Puts another text in, in a way that undo takes back. */
    replace(text) {
      if (text === area.value) return;
      const focused = document.activeElement;
      area.focus();
      area.select();
      if (!document.execCommand("insertText", false, text) || area.value !== text) area.value = text;
      if (focused === document.body) area.blur();
      else if (focused !== area && focused.isConnected) focused.focus({ preventScroll: true });
      problems = [];
      redraw();
    },
    show(found, fixes = new Map()) {
      problems = found;
      redraw();
      drawNotes(fixes);
    },
    shown() { redraw(); place(); },
    focus() { area.focus(); },
  };
}
