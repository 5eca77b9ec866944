// Keeps the list of requests up to date while somebody looks at it.
"use strict";
{
  let source = null;
  let waiting = 0;
  let timer = 0;

  const state = (kind, text) => {
    const place = document.querySelector("[data-stream]");
    place.dataset.state = kind;
    place.querySelector("[data-stream-state]").textContent = text;
  };

  // refresh asks for the list again: what a line looks like is known to the server alone.
  async function refresh() {
    timer = 0;
    const came = waiting;
    waiting = 0;
    const response = await fetch(location.href).catch(() => null);
    if (!response?.ok) return; // the stream says that the connection is lost
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const journal = document.getElementById("journal");
    const newest = Number(journal.querySelector("tr[data-n]")?.dataset.n ?? 0);
    const focused = document.activeElement?.getAttribute("href");
    journal.replaceChildren(...page.getElementById("journal").childNodes);
    for (const row of journal.querySelectorAll("tr[data-n]")) {
      if (Number(row.dataset.n) > newest) row.classList.add("new");
    }
    if (focused) journal.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    if (came) say(came === 1 ? "1 more request." : `${came} more requests.`, "hidden"); // others see them
  }

  function follow() {
    const place = document.querySelector("[data-stream]");
    source = new EventSource(place.dataset.stream);
    source.onopen = () => {
      if (place.dataset.state === "lost") refresh(); // what came meanwhile, or another journal
      state("live", "live");
    };
    source.onerror = () => state("lost", "connection lost");
    source.addEventListener("request", () => {
      waiting += 1;
      timer ||= setTimeout(refresh, 120);
    });
    source.addEventListener("missed", () => { timer ||= setTimeout(refresh, 120); });
  }

  function pause(button) {
    const paused = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", paused);
    if (paused) {
      source.close();
      state("paused", "paused");
    } else {
      follow();
      refresh();
    }
  }

  function begin() {
    const button = document.querySelector("[data-pause]");
    button.hidden = false;
    button.addEventListener("click", () => pause(button));
    source?.close();
    state("", "connecting");
    follow();
  }

  begin();
  document.addEventListener("shown", begin);
  addEventListener("pagehide", () => source.close());
}
