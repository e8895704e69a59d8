// Answer: what comes back of a payload that was sent, as it comes.

import { announce, fill, h, icon } from "./dom.js";
import { number, t } from "./phrases.js";
import { segments } from "./parts.js";
import { post } from "./server.js";

/** Makes the panel of the answer. */
export function makeAnswer() {
  const state = { view: "text", run: null, stop: null };
  const node = h("div", { class: "answer" });
  draw();

  function draw() {
    const run = state.run;
    if (!run) {
      fill(node, h("div", { class: "empty" }, icon("play"), h("p", { class: "empty-title" }, t("answer.none")), h("p", {}, t("answer.none.hint"), " ", h("kbd", {}, "Ctrl"), " ", h("kbd", {}, "Enter"))));
      return;
    }
    const body = h("div", { class: "answer-body", tabindex: "0", role: "region", "aria-label": t("answer") });
    state.body = body;
    fill(node, h("div", { class: "answer-head" }, state.facts = h("div", { class: "run-facts" }),
      segments(t("answer.as"), state.view, ["text", "events", "raw"].map((one) => [one, t(`answer.${one}`)]), (value) => { state.view = value; draw(); })), body);
    drawFacts();
    drawBody();
  }

  function drawFacts() {
    const run = state.run;
    const good = run.status !== null && run.status < 400 && !run.error;
    fill(state.facts,
      h("span", { class: `status ${run.failed ? "bad" : run.status === null ? "open" : good ? "good" : "bad"}` }, run.failed ? t("state.lost") : run.status ?? "…"),
      run.running ? h("span", { class: "running" }, t("answer.running")) : null,
      run.first !== null && run.events.length ? h("span", {}, t("answer.first", { time: number(Math.round(run.first)) })) : null,
      run.took !== null ? h("span", {}, `${number(Math.round(run.took))} ms`) : null,
      run.events.length ? h("span", {}, t("streamed", { count: run.events.length })) : null,
      run.usage ? h("span", {}, t("answer.tokens", { read: number(run.usage.prompt_tokens ?? run.usage.input_tokens ?? 0), all: number(run.usage.total_tokens ?? 0) })) : null);
  }

  function drawBody() {
    const run = state.run;
    const body = state.body;
    if (state.view === "raw") fill(body, h("pre", { class: "snippet" }, run.raw));
    else if (state.view === "events") fill(body, run.events.length ? h("ol", { class: "events" }, run.events.map((one) => h("li", {}, h("span", { class: "at" }, `${number(Math.round(one.at))} ms`), h("code", {}, one.text)))) : h("p", { class: "none" }, t("answer.no.events")));
    else fill(body, words(run));
  }

  function words(run) {
    if (run.failed) return h("div", { class: "callout error", role: "alert" }, t("answer.lost"), " ", run.failed);
    if (run.error) return h("div", { class: "callout error", role: "alert" }, h("strong", {}, String(run.error.code)), h("p", {}, run.error.message));
    return [
      run.thought ? h("details", { class: "thought", open: !run.text }, h("summary", {}, t("answer.thought")), h("p", {}, run.thought)) : null,
      run.text ? h("p", { class: "said" }, run.text, run.running ? h("span", { class: "caret", "aria-hidden": "true" }) : null) : null,
      run.images.map((one) => h("img", { src: one, alt: t("answer.image"), class: "made" })),
      run.calls ? h("div", { class: "calls" }, h("h3", {}, t("answer.calls")), h("pre", { class: "snippet" }, JSON.stringify(run.calls, null, 2))) : null,
      !run.text && !run.images.length && !run.calls && run.whole ? h("pre", { class: "snippet" }, JSON.stringify(run.whole, null, 2)) : null,
    ];
  }

  async function send(payload, operation) {
    state.stop?.abort();
    const stop = state.stop = new AbortController();
    const began = performance.now();
    const run = state.run = { status: null, running: true, first: null, took: null, raw: "", text: "", thought: "", events: [], images: [], calls: null, usage: null, whole: null, error: null, failed: null };
    if (state.view === "events" && !payload.text.includes("stream")) state.view = "text";
    draw();
    try {
      const reply = await post("send", payload, stop.signal);
      run.status = reply.status;
      const streams = reply.headers.get("content-type")?.startsWith("text/event-stream");
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      let left = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        run.first ??= performance.now() - began;
        run.raw += value;
        if (streams) left = take(left + value, run, operation, performance.now() - began);
        if (state.run !== run) return;
        drawFacts();
        drawBody();
      }
      if (streams && left.trim()) take(`${left}\n\n`, run, operation, performance.now() - began);
      if (!streams) readWhole(run, operation);
    } catch (error) {
      if (error.name === "AbortError") run.stopped = true;
      else run.failed = error.message;
    }
    run.running = false;
    run.took = performance.now() - began;
    if (state.run !== run) return;
    draw();
    announce(run.failed ? t("answer.lost") : run.error ? `${run.error.code}: ${run.error.message}` : t("answer.done"));
  }

  return { node, send, draw, get running() { return Boolean(state.run?.running); }, stop() { state.stop?.abort(); } };
}

/** Takes whole events out of a text; gives what is left. */
function take(text, run, operation, at) {
  const parts = text.split(/\r?\n\r?\n/);
  const left = parts.pop();
  for (const part of parts) {
    const data = part.split(/\r?\n/).filter((one) => one.startsWith("data:")).map((one) => one.slice(5).trim()).join("\n") || part.trim();
    run.events.push({ at, text: data });
    const chunk = parsed(data);
    if (!chunk) continue;
    run.error ??= errorIn(chunk);
    run.text += textAt(chunk, operation.text_at);
    run.thought += textAt(chunk, operation.thought_at);
    run.usage = chunk.usage ?? chunk.response?.usage ?? run.usage;
    run.calls = mergedCalls(run.calls, chunk);
  }
  return left;
}

function readWhole(run, operation) {
  const whole = run.whole = parsed(run.raw);
  if (!whole) return;
  run.error = errorIn(whole);
  run.text = textAt(whole, operation.text_at);
  run.thought = textAt(whole, operation.thought_at);
  run.usage = whole.usage ?? null;
  run.calls = whole.choices?.[0]?.message?.tool_calls ?? whole.function_call ?? null;
  run.images = (Array.isArray(whole.data) ? whole.data : []).map((one) => one?.b64_json ? `data:image/png;base64,${one.b64_json}` : one?.b64_image ? `data:image/png;base64,${one.b64_image}` : one?.url).filter((one) => typeof one === "string" && (one.startsWith("data:image/") || one.startsWith(location.origin)));
}

function mergedCalls(calls, chunk) {
  const new_ = chunk.choices?.[0]?.delta?.tool_calls ?? (chunk.function_call ? [chunk.function_call] : null);
  if (!new_) return calls;
  const merged = calls ?? [];
  for (const one of new_) {
    const known = merged[one.index ?? 0];
    if (known?.function && one.function) known.function.arguments = (known.function.arguments ?? "") + (one.function.arguments ?? "");
    else merged.push(one);
  }
  return merged;
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function errorIn(value) {
  if (typeof value.error === "string") return { code: value.error, message: value.error_description ?? "" };
  if (value.error && typeof value.error === "object") return { code: value.error.code ?? value.error.type, message: value.error.message };
  if (value.error_code !== undefined) return { code: value.error_code, message: value.error_msg };
  return null;
}

function textAt(value, pointers) {
  for (const pointer of pointers) {
    const found = pointer.split("/").slice(1).reduce((one, step) => one?.[step], value);
    if (typeof found === "string") return found;
  }
  return "";
}
