// Filters the failures and the list of scenarios. Without it the page shows everything.
(() => {
  const form = document.getElementById("filter");
  const items = [...document.querySelectorAll("[data-scenario]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const listed = items.filter((item) => item.closest("#scenarios"));
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const has = (words, word) => word === "" || (words || "").split(" ").includes(word);

  function apply() {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    const active = Object.values(wanted).some((value) => value.trim() !== "");
    const matches = (item) =>
      has(item.dataset.status, wanted.status) &&
      has(item.dataset.resource, wanted.resource) &&
      has(item.dataset.profiles, wanted.profile) &&
      has(item.dataset.rules, wanted.rule.trim()) &&
      words.every((word) => textOf(item).includes(word));
    for (const item of items) item.hidden = !matches(item);
    for (const group of groups) {
      const shown = [...group.querySelectorAll("[data-scenario]")].some((item) => !item.hidden);
      group.hidden = !shown;
      if (group.matches("details")) group.open = active && shown;
    }
    for (const lead of document.querySelectorAll("[data-group] > [data-lead]")) lead.hidden = false;
    const shown = listed.filter((item) => !item.hidden).length;
    document.getElementById("found").textContent = `${shown} of ${listed.length} scenarios`;
  }

  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
