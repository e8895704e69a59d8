// Models: all of them by family, and the sheet of one.

import { fill, h, icon } from "./dom.js";
import { number, t, word } from "./phrases.js";
import { abilities, choice, copyButton, level, modelHref, retirement, ruleLink, searchField, source, toggle, tokenCount, yuan } from "./parts.js";
import { facts } from "./server.js";

const chosen = { text: "", api: "", ability: "", retired: false, order: "family" };

/** The view. `#/models/v2.chat/ernie-4.5-turbo-128k` opens a sheet beside the list. */
export async function models([api, name]) {
  const [all, operations] = await Promise.all([facts("models"), facts("operations")]);
  const sheet = api && name ? await facts("model", { api, name }) : null;
  const list = h("div", { class: "model-list" });
  const count = h("p", { class: "count", role: "status" });
  const busiest = operations.reduce((one, other) => (other.models > one.models ? other : one));
  const leading = all.find((one) => one.name === busiest.default_model)?.family;
  const redraw = () => drawList(list, count, all, sheet?.model, leading);
  const withModels = operations.filter((one) => one.models);
  const words = [...new Set(all.flatMap((one) => one.abilities))].sort();
  const bar = h("div", { class: "bar" },
    searchField(t("models.search"), chosen.text, (text) => { chosen.text = text; redraw(); }),
    choice(t("operation"), chosen.api, [["", t("all")], ...withModels.map((one) => [one.api, one.api])], (value) => { chosen.api = value; redraw(); }),
    choice(t("ability"), chosen.ability, [["", t("any")], ...words.map((one) => [one, word("ability", one)])], (value) => { chosen.ability = value; redraw(); }),
    choice(t("order"), chosen.order, ["family", "context", "price"].map((one) => [one, t(`order.${one}`)]), (value) => { chosen.order = value; redraw(); }),
    toggle(t("models.retired"), chosen.retired, (on) => { chosen.retired = on; redraw(); }));
  redraw();
  const node = h("div", { class: sheet ? "split open" : "split" },
    h("section", { class: "pane list-pane" },
      h("div", { class: "title" }, h("h1", {}, t("view.models")), count), bar, list),
    sheet ? drawSheet(sheet) : null);
  return { title: sheet ? sheet.model.name : t("view.models"), node, shown: () => node.querySelector(".sheet h2")?.focus() };
}

function fits(model) {
  const wanted = chosen.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const said = [model.name, model.family, model.api, ...model.aliases, ...model.abilities, ...model.takes].join(" ").toLowerCase();
  return (chosen.retired || !model.retired || model.retired.announced)
    && (!chosen.api || model.api === chosen.api)
    && (!chosen.ability || model.abilities.includes(chosen.ability))
    && wanted.every((one) => said.includes(one));
}

const ORDERS = {
  context: (model) => -(model.limits.context ?? model.limits.max_input_tokens ?? 0),
  price: (model) => model.price?.input ?? Infinity,
};

/** The family of the model that most calls go to comes first, then the largest. */
function inOrder(groups, leading) {
  return [...groups].sort(([one, ones], [other, others]) => (other === leading) - (one === leading) || others.length - ones.length || one.localeCompare(other));
}

function drawList(list, count, all, open, leading) {
  const found = all.filter(fits);
  count.textContent = t("models.count", { count: number(found.length), all: number(all.length) });
  if (!found.length) {
    fill(list, h("div", { class: "empty" }, h("p", { class: "empty-title" }, t("models.none")), h("p", {}, t("models.none.hint"))));
    return;
  }
  const groups = new Map();
  const order = ORDERS[chosen.order];
  if (order) groups.set(t(`order.${chosen.order}`), found.sort((one, other) => order(one) - order(other)));
  else {
    for (const model of found) groups.set(model.family, [...(groups.get(model.family) ?? []), model]);
  }
  const sorted = order ? [...groups] : inOrder(groups, leading);
  fill(list, h("table", { class: "models" },
    h("caption", { class: "sr-only" }, t("view.models")),
    h("thead", {}, h("tr", {}, columns(open).map((one) =>
      h("th", { scope: "col", class: `col-${one}` }, t(`column.${one}`))))),
    sorted.map(([family, ones]) => h("tbody", {},
      h("tr", { class: "family-row" }, h("th", { scope: "rowgroup", colspan: columns(open).length }, h("h2", {}, family, h("span", { class: "family-count" }, ones.length)))),
      ones.map((model) => row(model, open))))));
}

/** Beside a sheet there is room for the most telling alone. */
function columns(open) {
  return open ? ["model", "does", "context", "price"] : ["model", "does", "context", "output", "price", "rate"];
}

function row(model, open) {
  const current = open && open.api === model.api && open.name === model.name;
  const gone = model.retired && !model.retired.announced;
  return h("tr", { class: `${current ? "current" : ""}${gone ? " gone" : ""}`, onclick: (event) => { if (!event.target.closest("a")) location.hash = modelHref(model.api, model.name); } },
    h("th", { scope: "row", class: "col-model" },
      h("div", { class: "named" }, h("a", { href: modelHref(model.api, model.name), "aria-current": current ? "true" : null }, model.name), h("span", { class: "sub" }, model.api))),
    h("td", { class: "col-does" }, h("div", { class: "tags" }, retirement(model.retired), abilities(model),
      model.unverified ? h("span", { class: "tag unverified", title: t("unverified.why") }, t("unverified")) : null)),
    h("td", { class: "col-context num" }, tokenCount(model.limits.context ?? model.limits.max_input_tokens)),
    open ? null : h("td", { class: "col-output num" }, tokenCount(model.limits.max_output_tokens)),
    h("td", { class: "col-price num" }, model.price ? [yuan(model.price.input), h("span", { class: "slash" }, "/"), yuan(model.price.output)] : h("span", { class: "none" }, "–")),
    open ? null : h("td", { class: "col-rate num" }, model.rpm ? number(model.rpm) : h("span", { class: "none" }, "–")));
}

function drawSheet(sheet) {
  const model = sheet.model;
  const call = `client.${model.api}.${model.property}`;
  return h("aside", { class: "pane sheet", "aria-label": model.name },
    h("div", { class: "sheet-head" },
      h("div", {}, h("p", { class: "eyebrow" }, model.family, " · ", model.api), h("h2", { tabindex: "-1" }, model.name)),
      h("a", { class: "quiet icon-only", href: "#/models", "aria-label": t("close") }, icon("close"))),
    h("div", { class: "tags" }, retirement(model.retired), abilities(model), model.unverified ? h("span", { class: "tag unverified" }, t("unverified")) : null,
      model.deployed_only ? h("span", { class: "tag" }, t("deployed")) : null),
    model.retired?.use.length ? h("p", { class: "callout" }, t("retired.use"), " ", model.retired.use.map((one, index) => [index ? ", " : "", h("a", { href: modelHref(model.api, one) }, one)])) : null,
    h("div", { class: "call" }, h("code", {}, call), copyButton(t("copy"), () => call)),
    h("dl", { class: "limits" }, Object.entries(model.limits).map(([name, value]) =>
      h("div", {}, h("dt", {}, t(`limit.${name}`)), h("dd", {}, number(value))))),
    h("dl", { class: "facts" }, sheet.facts.filter((one) => !["call", "limits", "retirement", "abilities"].includes(one.about)).map((one) =>
      h("div", {}, h("dt", {}, word("about", one.about)), h("dd", {}, one.said, one.source ? h("span", { class: "source" }, one.source) : null)))),
    h("div", { class: "actions" },
      h("a", { class: "button primary", href: `#/playground/${encodeURIComponent(model.api)}/${encodeURIComponent(model.name)}` }, icon("play"), t("try")),
      h("a", { class: "button", href: `#/parameters/${encodeURIComponent(model.api)}` }, t("compare"))),
    h("h3", {}, t("parameters.of", { count: sheet.parameters.length })),
    h("ul", { class: "parameter-list" }, sheet.parameters.map(parameter)),
    sheet.source ? h("p", { class: "foot" }, source(sheet.source, sheet.url)) : null);
}

function parameter({ name, standing }) {
  return h("li", { id: `parameter-${name}` },
    h("div", { class: "parameter-head" }, h("code", {}, name), h("span", { class: "type" }, standing.type),
      standing.default !== null ? h("span", { class: "default" }, t("default", { value: JSON.stringify(standing.default) })) : null),
    h("p", {}, standing.disputed ? t("disputed", { why: standing.disputed }) : standing.description),
    standing.rules.length ? h("ul", { class: "held" }, standing.rules.map((rule) =>
      h("li", {}, ruleLink(rule.id, rule.phrase), rule.level === "warning" ? level("warning") : null))) : null);
}
