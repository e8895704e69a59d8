// Phrases: the words of the page in the language that was chosen. Sentences of rules come from the server, in the same language; what pages say of a parameter stays as it is.

export const LANGUAGES = { en: "English", zh: "中文" };
const KEY = "qianfan-typed.language";

let phrases = {};
let current = "en";

/** The language in use. */
export function language() {
  return current;
}

/** Loads the phrases of the language that was chosen last, or that the browser asks for. */
export async function loadPhrases(wanted = null) {
  const kept = localStorage.getItem(KEY);
  const asked = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  current = wanted ?? (kept in LANGUAGES ? kept : asked);
  if (wanted) localStorage.setItem(KEY, wanted);
  const reply = await fetch(`/explorer/phrases/${current}.json`);
  phrases = await reply.json();
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
}

/** A phrase, with its braces filled. Of one thing it may have a form of its own. */
export function t(name, values = {}) {
  const phrase = (values.count === 1 ? phrases[`${name}.one`] : null) ?? phrases[name];
  if (phrase === undefined) {
    console.error(`no phrase ${name} in ${current}`);
    return name;
  }
  return phrase.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** A word of the facts in the language, where there is a phrase for it; else as it is. */
export function word(kind, value) {
  return phrases[`${kind}.${value}`] ?? value;
}

/** A number with separators. */
export function number(value) {
  return value === null || value === undefined ? "" : value.toLocaleString(current === "zh" ? "zh-CN" : "en");
}

/** Tokens in short: 128K, 2M. What is no round number stays whole. */
export function tokens(value) {
  if (value === null || value === undefined) return "";
  if (value % 1048576 === 0) return `${value / 1048576}M`;
  if (value % 1024 === 0) return `${value / 1024}K`;
  if (value >= 10000 && value % 1000 === 0) return `${value / 1000}k`;
  return number(value);
}
