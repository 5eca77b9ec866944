// What pages do beyond links and forms. Without this file everything still works, a page at a time.
"use strict";

const notice = document.getElementById("notice");
const content = document.getElementById("content");

// say puts a line where readers look and screen readers listen.
function say(text, kind = "") {
  const line = document.createElement("p");
  line.className = `notice ${kind}`;
  line.textContent = text;
  notice.replaceChildren(line);
}

// show takes over what a fetched page shows, and keeps the reader's place.
async function show(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const told = page.getElementById("notice");
  if (!told) { // no page of the dashboard, as when the control plane asks for its token
    say(`The fake answered with ${response.status} ${response.statusText}. Load the page again; what is written here is lost then.`, "problem");
    return false;
  }
  notice.replaceChildren(...told.childNodes);
  if (notice.querySelector(".problem")) return false;
  const name = focusName(document.activeElement);
  document.title = page.title;
  content.replaceChildren(...page.getElementById("content").childNodes);
  for (const part of [".side", ".drawer"]) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
  prepare(document);
  if (name) document.querySelector(name)?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("shown"));
  return true;
}

// focusName finds the same control again on the page that follows.
function focusName(element) {
  const form = element?.closest("form");
  if (!form) return "";
  const label = element.getAttribute("aria-label");
  return label ? `[aria-label="${CSS.escape(label)}"]` : `form[action="${CSS.escape(form.getAttribute("action"))}"] button`;
}

// Forms are sent in the background, and the page changes in place.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return; // pressed twice
  if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
  const data = new FormData(form, event.submitter);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (new URL(response.url).pathname !== location.pathname) {
      location.assign(response.url);
      return;
    }
    if (await show(response)) form.reset();
  } catch {
    say("The fake does not answer. Is it still running?", "problem");
  } finally {
    form.removeAttribute("aria-busy");
  }
});

// A choice is sent as soon as it is made. With the keys one comes past choices that are
// not meant: then Enter sends it, or the button behind it.
let chosenByKey = false;
document.addEventListener("pointerdown", () => { chosenByKey = false; });
document.addEventListener("keydown", (event) => {
  chosenByKey = event.target.matches("select[data-submit]");
  if (!chosenByKey || event.key !== "Enter") return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("select[data-submit]")) return;
  if (chosenByKey) event.target.form.querySelector(".no-js")?.classList.remove("no-js");
  else event.target.form.requestSubmit();
});

// A page that the browser kept shows what was.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await take(copy.dataset.copy);
    copy.classList.add("copied");
    setTimeout(() => copy.classList.remove("copied"), 1200);
    say("Copied.");
  }
  if (event.target.closest("[data-theme-switch]")) switchTheme();
});

// take puts a text on the clipboard, which browsers offer to secure origins alone.
async function take(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "hidden" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

const themes = ["system", "light", "dark"];

function theme() {
  return document.documentElement.dataset.theme ?? "system";
}

function switchTheme() {
  const next = themes[(themes.indexOf(theme()) + 1) % themes.length];
  if (next === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("understudy-theme");
  } else {
    document.documentElement.dataset.theme = next;
    localStorage.setItem("understudy-theme", next);
  }
  prepare(document);
}

// prepare shows what only works with this file.
function prepare(root) {
  for (const button of root.querySelectorAll("[data-copy], [data-theme-switch]")) button.hidden = false;
  for (const button of root.querySelectorAll("[data-theme-switch] span")) button.textContent = `Theme: ${theme()}`;
}

// A clock that runs goes on while it is looked at.
const shownAt = new WeakMap();
setInterval(() => {
  for (const face of document.querySelectorAll("time[data-ticking]")) {
    if (!shownAt.has(face)) shownAt.set(face, Date.now());
    const now = new Date(Date.parse(face.dateTime) + Date.now() - shownAt.get(face));
    face.textContent = now.toISOString().slice(0, 19).replace("T", " ");
  }
}, 250);

prepare(document);
