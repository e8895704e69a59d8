// Server: what the page asks, and keeps where it does not change.

import { language } from "./phrases.js";

const BASE = "/explorer/api/";
const kept = new Map();

/** The server has no answer; the message says why. */
export class NoAnswer extends Error {}

async function read(reply) {
  const said = await reply.json().catch(() => null);
  if (!reply.ok) throw new NoAnswer(said?.error ?? `HTTP ${reply.status}`);
  return said;
}

/** Asks for facts. They are the same as long as the server runs. */
export function facts(path, query = {}) {
  const url = address(path, query);
  if (!kept.has(url)) {
    const asked = fetch(url).then(read);
    kept.set(url, asked);
    asked.catch(() => kept.delete(url));
  }
  return kept.get(url);
}

/** Asks for what may change. */
export function fresh(path, query = {}) {
  return fetch(address(path, query), { cache: "no-store" }).then(read);
}

/** Asks about a payload. */
export function ask(path, payload) {
  return post(path, payload).then(read);
}

/** Sends a payload; gives the response as it comes. */
export function post(path, payload, signal) {
  return fetch(address(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(payload),
    signal,
  });
}

// What is said in words comes in the language of the page.
function address(path, query = {}) {
  return `${BASE}${path}?${new URLSearchParams({ ...query, lang: language() })}`;
}
