// Parameters: a matrix of an operation's models and what each takes.

import { fill, h, icon } from "./dom.js";
import { number, t, word } from "./phrases.js";
import { choice, modelHref, searchField, toggle } from "./parts.js";
import { facts } from "./server.js";

const chosen = { text: "", retired: false, column: "" };

/** The view. `#/parameters/v1.chat` is the matrix of an operation. */
export async function parameters([api = "v2.chat"]) {
  const operations = await facts("operations");
  const matrix = await facts("matrix", { api });
  const table = h("div", { class: "matrix-frame", tabindex: "0", role: "region", "aria-label": t("parameters.matrix", { api }) });
  const count = h("p", { class: "count", role: "status" });
  const redraw = () => drawMatrix(table, count, matrix);
  const operation = operations.find((one) => one.api === api);
  const dialects = ["v2", "v1"].map((one) => [one.toUpperCase(), operations.filter((each) => each.api.startsWith(`${one}.`)).map((each) => [each.api, each.api])]);
  redraw();
  const node = h("section", { class: "pane matrix-pane" },
    h("div", { class: "title" }, h("h1", {}, t("view.parameters")), count),
    h("p", { class: "lead" }, operation.doc, " ", h("code", {}, `${operation.method} ${operation.path}`)),
    h("div", { class: "bar" },
      searchField(t("parameters.search"), chosen.text, (text) => { chosen.text = text; redraw(); }),
      choice(t("operation"), api, dialects, (value) => { location.hash = `#/parameters/${encodeURIComponent(value)}`; }),
      choice(t("parameters.taking"), matrix.columns.some((one) => one.name === chosen.column) ? chosen.column : "",
        [["", t("any")], ...matrix.columns.map((one) => [one.name, one.name])], (value) => { chosen.column = value; redraw(); }),
      toggle(t("models.retired"), chosen.retired, (on) => { chosen.retired = on; redraw(); })),
    h("p", { class: "legend" },
      h("span", {}, h("b", {}, "(0, 1]"), " ", t("legend.range")), h("span", {}, h("i", {}, "0.95"), " ", t("legend.default")),
      h("span", {}, h("span", { class: "yes" }, icon("check")), " ", t("legend.taken")), h("span", {}, h("span", { class: "no" }, "·"), " ", t("legend.no")),
      h("span", { class: "soft" }, t("legend.warns"))),
    table);
  return { title: `${t("view.parameters")} · ${api}`, node, wide: true };
}

function drawMatrix(frame, count, matrix) {
  const wanted = chosen.text.trim().toLowerCase();
  const column = matrix.columns.findIndex((one) => one.name === chosen.column);
  let columns = matrix.columns.map((one, index) => ({ ...one, index }));
  const named = columns.filter((one) => wanted && one.name.includes(wanted));
  if (named.length) columns = named;
  const rows = matrix.rows.filter((row) => (chosen.retired || !row.retired)
    && (named.length || !wanted || `${row.model} ${row.family}`.toLowerCase().includes(wanted))
    && (column < 0 || matrix.cells[row.cells[column]].taken !== "no"));
  count.textContent = t("parameters.count", { models: number(rows.length), parameters: columns.length });
  if (!rows.length) {
    fill(frame, h("div", { class: "empty" }, h("p", { class: "empty-title" }, t("models.none")), h("p", {}, t("models.none.hint"))));
    return;
  }
  const families = new Map();
  for (const row of rows) families.set(row.family, [...(families.get(row.family) ?? []), row]);
  const sorted = [...families].sort(([, one], [, other]) => other.length - one.length);
  fill(frame, h("table", { class: "matrix" },
    h("caption", { class: "sr-only" }, t("parameters.matrix", { api: matrix.api })),
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "corner" }, t("column.model")),
      columns.map((one) => h("th", { scope: "col", title: one.doc }, h("span", { class: "name" }, one.name), h("span", { class: "type" }, one.type))))),
    sorted.map(([family, ones]) => h("tbody", {},
      family ? h("tr", { class: "family-row" }, h("th", { scope: "rowgroup", colspan: columns.length + 1 }, h("span", {}, family))) : null,
      ones.map((row) => h("tr", { class: row.retired ? "gone" : null },
        h("th", { scope: "row" }, row.group === "AnyModel" ? word("model", "any") : h("a", { href: modelHref(matrix.api, row.model) }, row.model)),
        columns.map((one) => cell(matrix.cells[row.cells[one.index]]))))))));
}

function cell(one) {
  if (one.taken === "no") return h("td", { class: "no" }, h("span", { "aria-label": t("legend.no") }, "·"));
  if (one.taken === "disputed") return h("td", { class: "soft" }, h("span", { class: "range" }, t("disputed.short")));
  return h("td", { class: `yes${one.only_warns ? " soft" : ""}` },
    one.range || one.required
      ? h("span", { class: "range" }, one.range ? h("span", {}, one.range) : null, one.required ? h("span", { class: "needed" }, t("required")) : null)
      : h("span", { class: "tick" }, icon("check"), h("span", { class: "sr-only" }, t("legend.taken"))),
    one.default !== null ? h("span", { class: "default" }, one.default) : null);
}
