// The page: its head, and which view the address asks for.

import { announce, fill, h, icon } from "./dom.js";
import { LANGUAGES, language, loadPhrases, t } from "./phrases.js";
import { facts } from "./server.js";
import { models } from "./models.js";
import { parameters } from "./parameters.js";
import { playground } from "./playground.js";
import { requests } from "./requests.js";
import { rules } from "./rules.js";

const VIEWS = { models, parameters, playground, requests, rules };
const THEMES = { auto: "light dark", light: "light", dark: "dark" };
const THEME_ICONS = { auto: "auto", light: "sun", dark: "moon" };
const THEME = "qianfan-typed.theme";
let leave = null;

/** The parts of the address behind `#/`. */
function steps() {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
}

function theme() {
  const kept = localStorage.getItem(THEME);
  return kept in THEMES ? kept : "auto";
}

function applyTheme() {
  document.documentElement.style.colorScheme = THEMES[theme()];
}

function head(current) {
  const themes = Object.keys(THEMES);
  const next = themes[(themes.indexOf(theme()) + 1) % themes.length];
  const other = Object.keys(LANGUAGES).find((one) => one !== language());
  const links = Object.keys(VIEWS).map((name) =>
    h("a", { href: `#/${name}`, class: "tab", "aria-current": name === current ? "page" : null }, t(`view.${name}`)),
  );
  return [
    h("a", { class: "brand", href: "#/models", "aria-label": "qianfan-typed" },
      h("img", { src: "/explorer/icon.svg", alt: "", width: 24, height: 24 }), h("span", {}, "qianfan-typed")),
    h("nav", { class: "tabs", "aria-label": t("views") }, links),
    h("div", { class: "top-end" },
      h("span", { class: "server", id: "server" }),
      h("button", { class: "quiet", type: "button", lang: other === "zh" ? "zh-CN" : "en", onclick: () => speak(other) },
        LANGUAGES[other]),
      h("button", { class: "quiet icon-only", type: "button", "aria-label": t("theme", { now: t(`theme.${theme()}`) }),
        title: t("theme", { now: t(`theme.${theme()}`) }),
        onclick: () => { localStorage.setItem(THEME, next); applyTheme(); drawHead(); announce(t(`theme.${next}`)); } },
        icon(THEME_ICONS[theme()])),
    ),
  ];
}

function drawHead() {
  const top = document.getElementById("top");
  fill(top, head(steps()[0] ?? "models"));
  document.getElementById("skip").textContent = t("skip");
  facts("session").then((session) => fill(document.getElementById("server"),
    h("span", { class: "dot", "aria-hidden": "true" }), t(`server.${session.kind}`), h("span", { class: "mono" }, location.host)));
}

async function speak(name) {
  await loadPhrases(name);
  await draw({ moveFocus: false });
}

async function draw({ moveFocus = true } = {}) {
  const [name, ...rest] = steps();
  const view = VIEWS[name] ?? models;
  const main = document.getElementById("main");
  leave?.();
  leave = null;
  drawHead();
  fill(main, h("div", { class: "loading" }, t("loading")));
  try {
    const made = await view(rest);
    if (steps().join("/") !== [name, ...rest].filter((one) => one !== undefined).join("/")) return made.leave?.();
    leave = made.leave ?? null;
    document.title = `${made.title} · qianfan-typed`;
    main.className = made.wide ? "wide" : "";
    fill(main, made.node);
    made.shown?.();
    if (moveFocus) {
      window.scrollTo(0, 0);
      announce(made.title);
    }
  } catch (error) {
    fill(main, h("div", { class: "empty", role: "alert" }, h("h1", {}, t("failed")), h("p", {}, error.message),
      h("button", { type: "button", onclick: () => draw() }, t("again"))));
  }
}

/** `/` goes to the search field of the view. */
function shortcuts(event) {
  const inField = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey) {
    const field = document.querySelector("main input[type=search]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
}

applyTheme();
await loadPhrases();
window.addEventListener("hashchange", () => draw());
document.addEventListener("keydown", shortcuts);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
await draw({ moveFocus: false });
