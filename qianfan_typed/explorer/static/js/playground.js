// Playground: a payload, what is wrong with it, what comes of it, and the same as a program.

import { announce, fill, h, icon, settled } from "./dom.js";
import { t, word } from "./phrases.js";
import { choice, copyButton, segments, toggle } from "./parts.js";
import { makeAnswer } from "./answer.js";
import { makeEditor } from "./editor.js";
import { ask, facts, fresh } from "./server.js";

const KEPT = "qianfan-typed.playground";
const PAUSE = 120;
const FORMS = ["python", "openai", "curl", "json"];

/** The view. `#/playground/v2.chat/ernie-4.5-turbo-128k` begins with a model. */
export async function playground([api, model, payload]) {
  const [operations, all, session] = await Promise.all([facts("operations"), facts("models"), fresh("session")]);
  const state = await beginning(operations, api, model, payload);
  return new Playground(state, operations, all, session).view();
}

async function beginning(operations, api, model, payload) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!api) return kept ?? sample(operations.find((one) => one.api === "v2.chat"), 0);
  const operation = operations.find((one) => one.api === api) ?? operations[0];
  if (payload?.startsWith("request-")) {
    const request = await fresh(`requests/${payload.slice(8)}`);
    return { api, model: model || null, text: request.body };
  }
  if (payload) return { api, model: model || null, text: JSON.stringify(JSON.parse(payload), null, 2) };
  const begun = sample(operation, 0);
  if (!model) return begun;
  const edited = "model" in JSON.parse(begun.text) ? (await ask("edit", { api, text: begun.text, name: "model", value: model })).text : begun.text;
  return { api, model, text: edited };
}

function sample(operation, index) {
  const one = operation.samples[index] ?? { payload: {}, model: null };
  return { api: operation.api, model: one.model ?? one.payload.model ?? operation.default_model, text: JSON.stringify(one.payload, null, 2) };
}

class Playground {
  constructor(state, operations, all, session) {
    Object.assign(this, { state, operations, all, session, asked: 0, form: "python", side: "answer", problems: [], judgement: null });
    this.answer = makeAnswer();
    this.editor = makeEditor({ label: t("payload"), text: state.text, changed: (text) => this.changed(text), fix: (one) => this.fix(one.pointer), send: () => this.send() });
    this.judgeSoon = settled(PAUSE, () => this.judge());
    this.bar = h("div", { class: "bar" });
    this.said = h("div", { class: "judgement", role: "status", id: "problems-said" });
    this.actions = h("div", { class: "bar-end" });
    this.aside = h("section", { class: "pane side" });
  }

  get operation() {
    return this.operations.find((one) => one.api === this.state.api);
  }

  view() {
    this.drawBar();
    this.drawSide();
    const node = h("div", { class: "play" },
      h("section", { class: "pane desk" }, h("h1", { class: "sr-only" }, t("view.playground")), this.bar, this.editor.node, h("div", { class: "desk-foot" }, this.said, this.actions)),
      this.aside);
    return { title: t("view.playground"), node, wide: true, shown: () => { this.editor.shown(); this.judge(); }, leave: () => this.answer.stop() };
  }

  drawBar() {
    const { api, model } = this.state;
    const drawn = JSON.stringify([api, model, this.judgement?.streams]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const dialects = ["v2", "v1"].map((one) => [one.toUpperCase(), this.operations.filter((each) => each.api.startsWith(`${one}.`)).map((each) => [each.api, each.api])]);
    const own = this.all.filter((one) => one.api === api);
    const names = [["", t("none.named")], [t("in.service"), own.filter((one) => !one.retired).map((one) => [one.name, one.name])], [t("models.retired"), own.filter((one) => one.retired).map((one) => [one.name, one.name])]].filter(([, list]) => !Array.isArray(list) || list.length);
    if (model && !own.some((one) => one.name === model)) names.splice(1, 0, [model, model]);
    const samples = this.operation.samples;
    const streams = this.judgement?.streams ?? false;
    fill(this.bar,
      choice(t("operation"), api, dialects, (value) => this.take(sample(this.operations.find((one) => one.api === value), 0))),
      own.length ? choice(t("model"), model ?? "", names, (value) => this.choose(value || null)) : null,
      choice(t("samples"), "", [["", "–"], ...samples.map((one, index) => [String(index), t(one.title)])], (value) => { if (value) this.take(sample(this.operation, Number(value))); }),
      this.operation.streams ? toggle(t("stream"), streams, (on) => this.edit("stream", on ? true : null)) : null);
    fill(this.actions,
      h("button", { type: "button", class: "quiet", onclick: () => this.layOut() }, t("tidy")),
      h("button", { type: "button", class: "primary", id: "send", disabled: !this.operation.sendable, onclick: () => this.send() }, icon("play"), t("send")));
  }

  take(begun) {
    this.state = begun;
    this.drawn = null;
    this.editor.replace(begun.text);
    this.drawBar();
    this.changed(begun.text);
  }

  changed(text) {
    this.state.text = text;
    sessionStorage.setItem(KEPT, JSON.stringify(this.state));
    this.judgeSoon();
  }

  async choose(model) {
    this.state.model = model;
    const named = this.judgement?.readable && /"model"\s*:/.test(this.editor.text);
    if (named && model) await this.edit("model", model);
    else this.changed(this.editor.text);
  }

  async edit(name, value) {
    await this.rewrite("edit", { name, value });
  }

  async layOut() {
    await this.rewrite("layout", {});
  }

  async fix(pointer) {
    await this.rewrite("fix", { pointer });
    announce(t("fixed"));
  }

  async rewrite(path, more) {
    try {
      const { text } = await ask(path, { ...this.payload(), ...more });
      this.editor.replace(text);
      this.changed(text);
    } catch (error) {
      announce(error.message);
    }
  }

  payload() {
    return { text: this.editor.text, api: this.state.api, model: this.state.model };
  }

  async judge() {
    const asked = ++this.asked;
    let found;
    try {
      found = await ask("validate", this.payload());
    } catch (error) {
      fill(this.said, h("span", { class: "level error" }, icon("error"), error.message));
      return;
    }
    if (asked !== this.asked) return;
    this.judgement = found;
    const fixes = new Map(found.problems.filter((one) => one.fix).map((one) => [one, one.fix]));
    this.editor.show(found.problems, fixes);
    if (found.model && found.model !== this.state.model) this.state.model = found.model;
    this.drawBar();
    this.drawJudgement(found, fixes.size);
    if (this.side === "copy") this.drawSide();
  }

  drawJudgement(found, fixes) {
    const count = (level) => found.problems.filter((one) => one.level === level).length;
    const [errors, warnings] = [count("error"), count("warning")];
    const mark = errors ? "error" : warnings ? "warning" : found.known ? "fine" : "note";
    const said = [errors ? t("count.errors", { count: errors }) : null, warnings ? t("count.warnings", { count: warnings }) : null].filter(Boolean).join(", ");
    fill(this.said,
      h("span", { class: `level ${mark}` }, icon(mark), said || (found.known ? t("valid", { model: found.model ?? found.api }) : t("unknown.model"))),
      errors && found.readable ? h("span", { class: "would" }, t("would.refuse")) : null,
      fixes ? h("button", { type: "button", class: "fix", onclick: () => this.fix(null) }, icon("wand"), t("fix.all", { count: fixes })) : null);
  }

  async send() {
    if (!this.operation.sendable) return;
    this.side = "answer";
    this.drawSide();
    await this.answer.send(this.payload(), this.operation);
  }

  drawSide() {
    const body = h("div", { class: "side-body" });
    fill(this.aside, h("div", { class: "side-tabs" }, segments(t("side"), this.side, [["answer", t("answer")], ["copy", t("copy.as")]], (value) => { this.side = value; this.drawSide(); })), body);
    if (this.side === "answer") body.append(this.answer.node);
    else this.drawCopies(body);
  }

  async drawCopies(body) {
    const found = await ask("copies", this.payload());
    const one = found.find((each) => each.form === this.form);
    fill(body,
      h("div", { class: "code-head" }, segments(t("copy.as"), this.form, FORMS.map((form) => [form, t(`form.${form}`)]), (value) => { this.form = value; this.drawCopies(body); }),
        one.text ? copyButton(t("copy"), () => one.text, { id: "copy-code" }) : null),
      one.text ? h("pre", { class: "snippet", tabindex: "0", id: "copy-text" }, one.text) : h("div", { class: "empty" }, h("p", { class: "empty-title" }, t("copy.none")), h("p", {}, one.why)),
      this.session.variables.length ? h("details", { class: "variables" }, h("summary", {}, t("variables")),
        this.session.variables.map(([title, values]) => {
          const text = Object.entries(values).map(([name, value]) => `export ${name}='${value}'`).join("\n");
          return h("div", {}, h("div", { class: "code-head" }, h("h3", {}, word("variables", title)), copyButton(t("copy"), () => text)), h("pre", { class: "snippet", tabindex: "0" }, text));
        })) : null);
  }
}
