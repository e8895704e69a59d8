// Requests: what came to the server lately, with verdicts, and one of them whole.

import { fill, h, icon } from "./dom.js";
import { number, t } from "./phrases.js";
import { copyButton, level, ruleLink, searchField, segments, toggle } from "./parts.js";
import { painted } from "./paint.js";
import { fresh } from "./server.js";

const chosen = { text: "", verdict: "", paused: false, open: null };
const EVERY = 1000;

/** The view. `#/requests/3` opens one. */
export async function requests([opened]) {
  const state = { lines: new Map(), revision: 0, log: null };
  chosen.open = opened ? Number(opened) : null;
  const list = h("div", { class: "log" });
  const count = h("p", { class: "count", role: "status" });
  const detail = h("aside", { class: "pane sheet", "aria-label": t("request") });
  const filters = h("div");
  const redraw = () => {
    fill(filters, segments(t("verdict"), chosen.verdict, [["", t("all")], ...["fine", "warned", "refused"].map((one) => [one, t(`verdict.${one}`)])], (value) => { chosen.verdict = value; redraw(); }));
    drawLog(list, count, state);
  };
  const node = h("div", { class: chosen.open ? "split open" : "split" },
    h("section", { class: "pane list-pane" }, h("div", { class: "title" }, h("h1", {}, t("view.requests")), count),
      h("div", { class: "bar" }, searchField(t("requests.search"), chosen.text, (text) => { chosen.text = text; redraw(); }), filters,
        toggle(t("requests.pause"), chosen.paused, (on) => { chosen.paused = on; })), list),
    chosen.open ? detail : null);
  await update(state);
  redraw();
  if (chosen.open) await drawDetail(detail, chosen.open);
  const timer = setInterval(async () => {
    if (chosen.paused || document.hidden) return;
    if (await update(state).catch(() => false)) redraw();
  }, EVERY);
  return { title: t("view.requests"), node, leave: () => clearInterval(timer) };
}

async function update(state) {
  let news = await fresh("requests", { after: state.revision });
  if (state.log !== null && news.log !== state.log) {
    state.lines.clear();
    news = await fresh("requests", { after: 0 });
  }
  const changed = news.requests.length > 0 || news.log !== state.log;
  state.log = news.log;
  state.revision = news.revision;
  for (const one of news.requests) state.lines.set(one.number, one);
  return changed;
}

function fits(one) {
  const said = [one.path, one.api, one.model, one.target, one.said, one.status, one.code, one.method].join(" ").toLowerCase();
  return (!chosen.verdict || one.verdict === chosen.verdict) && chosen.text.trim().toLowerCase().split(/\s+/).every((each) => said.includes(each));
}

function drawLog(list, count, state) {
  const all = [...state.lines.values()].reverse();
  const found = all.filter(fits);
  count.textContent = t("requests.count", { count: number(found.length), all: number(all.length) });
  if (!found.length) {
    fill(list, h("div", { class: "empty" }, h("p", { class: "empty-title" }, t(all.length ? "requests.none" : "requests.quiet")), h("p", {}, t(all.length ? "models.none.hint" : "requests.quiet.hint"))));
    return;
  }
  const focused = document.activeElement?.closest?.(".log a")?.getAttribute("href");
  fill(list, h("table", { class: "requests" }, h("caption", { class: "sr-only" }, t("view.requests")),
    h("thead", {}, h("tr", {}, ["time", "status", "request", "verdict", "took", "size"].map((one) => h("th", { scope: "col", class: `col-${one}` }, t(`column.${one}`))))),
    h("tbody", {}, found.map(line))));
  if (focused) list.querySelector(`a[href="${focused}"]`)?.focus();
}

function line(one) {
  const good = one.status !== null && one.status < 400 && !one.code;
  const href = `#/requests/${one.number}`;
  return h("tr", { class: one.number === chosen.open ? "current" : null, onclick: (event) => { if (!event.target.closest("a")) location.hash = href; } },
    h("td", { class: "col-time" }, new Date(one.at * 1000).toLocaleTimeString([], { hour12: false })),
    h("td", { class: "col-status" }, h("span", { class: `status ${one.state === "lost" ? "bad" : one.status === null ? "open" : good ? "good" : "bad"}` }, one.state === "lost" ? t("state.lost") : one.status ?? "…"), one.code ? h("span", { class: "code" }, one.code) : null),
    h("th", { scope: "row", class: "col-request" }, h("a", { href }, one.model ?? one.path), h("span", { class: "sub" }, one.api ?? `${one.method} ${one.path}`, one.target ? ` → ${one.target}` : null, one.streamed ? h("span", { class: "tag" }, t("streamed", { count: one.pieces })) : null, one.from_page ? h("span", { class: "tag" }, t("from.page")) : null)),
    h("td", { class: "col-verdict" }, one.said ? h("span", { class: "code" }, one.said) : verdict(one)),
    h("td", { class: "col-took num" }, one.took === null ? "…" : `${number(Math.round(one.took * 10) / 10)} ms`),
    h("td", { class: "col-size num" }, bytes(one.size), h("span", { class: "slash" }, "→"), bytes(one.reply_size), one.tokens === null ? null : h("span", { class: "sub" }, t("requests.tokens", { count: number(one.tokens) }))));
}

function verdict(one) {
  if (one.verdict === "none") return h("span", { class: "none" }, "–");
  const said = [one.errors ? t("count.errors", { count: one.errors }) : null, one.warnings ? t("count.warnings", { count: one.warnings }) : null].filter(Boolean).join(", ");
  const mark = { fine: "fine", warned: "warning", refused: "error" }[one.verdict];
  return h("span", { class: `level ${mark}` }, icon(mark), said || t("verdict.fine"));
}

function bytes(size) {
  return size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1048576).toFixed(1)} MB`;
}

async function drawDetail(detail, wanted) {
  let one;
  try {
    one = await fresh(`requests/${wanted}`);
  } catch (error) {
    fill(detail, h("div", { class: "sheet-head" }, h("h2", {}, t("request")), h("a", { class: "quiet icon-only", href: "#/requests", "aria-label": t("close") }, icon("close"))), h("div", { class: "empty" }, h("p", {}, error.message)));
    return;
  }
  const line = one.line;
  const play = line.api && one.body && !one.body_cut ? `#/playground/${encodeURIComponent(line.api)}/${encodeURIComponent(line.model ?? "")}/request-${line.number}` : null;
  fill(detail,
    h("div", { class: "sheet-head" }, h("div", {}, h("p", { class: "eyebrow mono" }, `${line.method} ${line.path}`), h("h2", {}, line.model ?? line.api ?? line.path), line.code ? h("p", { class: "refusal mono" }, line.code) : null), h("a", { class: "quiet icon-only", href: "#/requests", "aria-label": t("close") }, icon("close"))),
    h("dl", { class: "limits" }, [["column.status", line.status ?? "…"], ["first", line.first === null ? "–" : `${line.first} ms`], ["column.took", line.took === null ? "…" : `${line.took} ms`], ["pieces", line.pieces], ...(line.target ? [["requests.target", line.target]] : []), ...(line.said ? [["column.verdict", line.said]] : [])].map(([name, value]) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)))),
    one.problems.length ? h("ul", { class: "problem-list" }, one.problems.map((each) => h("li", {}, level(each.level), h("div", {}, h("p", {}, h("code", {}, each.pointer || "/"), " ", each.message), h("p", { class: "source" }, t("line", { line: each.line }), " · ", ruleLink(each.rule), each.source ? ` · ${each.source}` : null))))) : null,
    play ? h("div", { class: "actions" }, h("a", { class: "button primary", href: play }, icon("play"), t("requests.play"))) : null,
    one.body ? h("section", {}, h("div", { class: "code-head" }, h("h3", {}, t("body")), copyButton(t("copy"), () => one.body)), h("pre", { class: "snippet numbered", tabindex: "0" }, painted(one.body, one.problems))) : null,
    one.reply ? h("section", {}, h("div", { class: "code-head" }, h("h3", {}, t("reply")), copyButton(t("copy"), () => one.reply)), h("pre", { class: "snippet", tabindex: "0" }, one.reply)) : null);
}
