// Parts that several views have: fields, choices, marks of level, links to rules and models.

import { h, icon } from "./dom.js";
import { number, t, tokens, word } from "./phrases.js";

/** A search field. */
export function searchField(label, value, change) {
  return h("label", { class: "search" }, icon("search"), h("span", { class: "sr-only" }, label),
    h("input", { type: "search", placeholder: label, value, spellcheck: "false", autocomplete: "off",
      oninput: (event) => change(event.target.value) }), h("kbd", { "aria-hidden": "true" }, "/"));
}

/** A choice out of many. `options`: [value, text], or [group, options]. */
export function choice(label, value, options, change, props = {}) {
  const made = ([one, text]) => Array.isArray(text)
    ? h("optgroup", { label: one }, text.map(made))
    : h("option", { value: one, selected: one === value }, text);
  return h("label", { class: "choice" }, h("span", {}, label),
    h("select", { ...props, onchange: (event) => change(event.target.value) }, options.map(made)));
}

/** A choice out of a few, all in sight. */
export function segments(label, value, options, change) {
  return h("div", { class: "segments", role: "group", "aria-label": label }, options.map(([one, text]) =>
    h("button", { type: "button", "aria-pressed": String(one === value), "data-value": one, onclick: () => change(one) }, text)));
}

/** A switch. */
export function toggle(label, on, change) {
  return h("label", { class: "toggle" }, h("input", { type: "checkbox", role: "switch", checked: on,
    onchange: (event) => change(event.target.checked) }), h("span", { class: "track", "aria-hidden": "true" }), label);
}

/** A level with its mark. */
export function level(name) {
  return h("span", { class: `level ${name}` }, icon(name === "fine" ? "fine" : name), t(`level.${name}`));
}

/** A link to a rule's page. */
export function ruleLink(id, text = id) {
  return h("a", { class: "rule-link", href: `#/rules/${encodeURIComponent(id)}` }, text);
}

/** The address of a model's sheet. */
export function modelHref(api, name) {
  return `#/models/${encodeURIComponent(api)}/${encodeURIComponent(name)}`;
}

/** What a model can, as marks. */
export function abilities(model) {
  return model.abilities.map((one) => h("span", { class: `tag ability-${one}` }, word("ability", one)));
}

/** The end of a model, in words. */
export function retirement(end) {
  if (!end) return null;
  const key = end.announced ? "retired.announced" : end.on ? "retired.on" : "retired.once";
  return h("span", { class: `tag retired${end.announced ? " announced" : ""}` }, t(key, { on: end.on }));
}

/** Yuan for a million tokens. */
export function yuan(value) {
  return value === null || value === undefined ? "–" : `¥${Number(value.toPrecision(6))}`;
}

/** A number of tokens with its exact value at hand. */
export function tokenCount(value) {
  return value === undefined || value === null ? h("span", { class: "none" }, "–") : h("span", { title: number(value) }, tokens(value));
}

/** A source: the page and the day, with its address where there is one. */
export function source(said, url) {
  if (!said) return null;
  return url ? h("a", { href: url, rel: "noreferrer", target: "_blank", class: "source" }, said, icon("external"), h("span", { class: "sr-only" }, t("opens"))) : h("span", { class: "source" }, said);
}

/** Copies a text, and says so on the button. */
export function copyButton(label, text, props = {}) {
  const button = h("button", { type: "button", class: "copy", ...props }, icon("copy"), h("span", {}, label));
  button.addEventListener("click", async () => {
    await copyText(text());
    button.classList.add("done");
    button.replaceChildren(icon("check"), h("span", {}, t("copied")));
    document.getElementById("announce").textContent = t("copied");
    setTimeout(() => {
      button.classList.remove("done");
      button.replaceChildren(icon("copy"), h("span", {}, label));
    }, 1600);
  });
  return button;
}

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // By an address that is not this machine's, browsers have no clipboard: the old way still works.
  const area = h("textarea", { class: "sr-only" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
