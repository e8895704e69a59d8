// Rules: all that the pages say, and the page of one.

import { fill, h, icon } from "./dom.js";
import { number, t, word } from "./phrases.js";
import { choice, copyButton, level, modelHref, ruleLink, searchField, segments, source } from "./parts.js";
import { facts } from "./server.js";

const chosen = { text: "", api: "", level: "" };
const MOST = 250;

/** The view. `#/rules/v2.chat.temperature.range` is the page of a rule. */
export async function rules([id]) {
  return id ? page(await facts("rule", { id })) : list(await facts("rules"));
}

function list(all) {
  const table = h("div", { class: "rule-list" });
  const count = h("p", { class: "count", role: "status" });
  const levels = h("div");
  const redraw = (most = MOST) => {
    const wanted = chosen.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((one) => (!chosen.api || one.api === chosen.api) && (!chosen.level || one.level === chosen.level)
      && wanted.every((each) => `${one.id} ${one.phrase} ${one.page}`.toLowerCase().includes(each)));
    count.textContent = t("rules.count", { count: number(found.length), all: number(all.length) });
    fill(levels, segments(t("level"), chosen.level, [["", t("all")], ["error", t("level.error")], ["warning", t("level.warning")]], (value) => { chosen.level = value; redraw(); }));
    fill(table, found.length ? h("ul", {}, found.slice(0, most).map(line)) : h("div", { class: "empty" }, h("p", { class: "empty-title" }, t("rules.none")), h("p", {}, t("models.none.hint"))),
      found.length > most ? h("button", { type: "button", class: "more", onclick: () => redraw(Infinity) }, t("more", { count: number(found.length - most) })) : null);
  };
  const apis = [...new Set(all.map((one) => one.api).filter(Boolean))];
  redraw();
  return { title: t("view.rules"), node: h("section", { class: "pane" },
    h("div", { class: "title" }, h("h1", {}, t("view.rules")), count),
    h("div", { class: "bar" }, searchField(t("rules.search"), chosen.text, (text) => { chosen.text = text; redraw(); }),
      choice(t("operation"), chosen.api, [["", t("all")], ...apis.map((one) => [one, one])], (value) => { chosen.api = value; redraw(); }), levels),
    table) };
}

function line(one) {
  return h("li", {}, h("span", { class: `mark ${one.level}` }, icon(one.level), h("span", { class: "sr-only" }, t(`level.${one.level}`))),
    h("div", {}, ruleLink(one.id), h("p", {}, one.phrase)),
    h("span", { class: "source" }, one.page, one.read ? h("span", { class: "read" }, one.read) : null));
}

function page(rule) {
  const first = rule.rows[0]?.standing.rules[0];
  return { title: rule.id, node: h("article", { class: "pane rule-page" },
    h("p", { class: "crumbs" }, h("a", { href: "#/rules" }, icon("left"), t("view.rules"))),
    h("div", { class: "rule-head" }, h("h1", { class: "mono" }, rule.id), copyButton(t("copy"), () => rule.id)),
    h("p", { class: "lead" }, rule.rows.length ? first.phrase : rule.about,
      rule.about && rule.api ? h("span", { class: "at" }, t("rule.at"), " ", h("code", {}, rule.about)) : null),
    rule.rows.length ? h("section", {}, h("h2", {}, t("rule.words")), h("div", { class: "standings" }, rule.rows.map((row) => standing(rule.api, row)))) : null,
    rule.examples.length ? h("section", {}, h("h2", {}, t("rule.examples")), h("div", { class: "examples" }, rule.examples.map((one) => example(rule.api, one)))) : null,
    rule.editions.length ? h("section", {}, h("h2", {}, t("rule.editions")), h("ol", { class: "editions" }, rule.editions.map(edition))) : null,
    h("section", {}, h("h2", {}, t("rule.off")), h("p", {}, t("rule.off.how")), h("pre", { class: "snippet" }, `qianfan-typed validate payload.json --ignore ${rule.id}`))) };
}

function standing(api, row) {
  const shown = row.models.slice(0, 12);
  const rest = row.models.slice(12);
  const name = (one) => h("li", {}, one === "any model" ? word("model", "any") : h("a", { href: modelHref(api, one) }, one));
  return h("div", { class: "standing" },
    row.standing.rules.map((rule) => h("div", { class: "phrase" }, level(rule.level), h("p", {}, rule.phrase,
      rule.because ? h("span", { class: "because" }, rule.because) : null), source(rule.source, rule.url))),
    h("ul", { class: "names" }, shown.map(name)),
    rest.length ? h("details", {}, h("summary", {}, t("more", { count: rest.length })), h("ul", { class: "names" }, rest.map(name))) : null);
}

function example(api, one) {
  const href = `#/playground/${encodeURIComponent(api)}/${encodeURIComponent(one.model ?? "")}/${encodeURIComponent(JSON.stringify(one.payload))}`;
  return h("div", { class: `example ${one.level ?? "fine"}` }, level(one.level ?? "fine"),
    h("pre", {}, one.value === null ? t("rule.without", { at: one.at }) : `"${one.at}": ${one.value}`),
    h("p", {}, one.message || t("rule.taken")),
    href.length < 4000 ? h("a", { href, class: "try" }, t("try"), icon("right")) : null);
}

function edition(one) {
  return h("li", { class: one.says }, h("span", { class: "day" }, one.read),
    h("div", {}, h("span", { class: "edition-title" }, one.title), h("span", { class: `tag edition-${one.says}` }, t(`edition.${one.says}`)),
      h("span", { class: "source" }, word("standing", one.standing)), one.url ? source(t("open"), one.url) : null));
}
