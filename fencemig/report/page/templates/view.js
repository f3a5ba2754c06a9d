// SPDX-License-Identifier: GPL-2.0-only
// Filters, keys, theme and view. The page is whole without it.
"use strict";
window.review = (() => {
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const form = $("filters");
  const entryOf = (element) => document.querySelector(`.toc a[href="#${element.id}"]`).parentElement;
  const sections = [...document.querySelectorAll("section.patch")].map((element) => ({
    element,
    head: element.querySelector("h3"),
    subsystem: element.dataset.subsystem,
    entry: entryOf(element),
    cards: [...element.querySelectorAll(".card")].map((card) => ({ element: card, sites: [], text: null })),
  }));
  const cards = new Map(sections.flatMap((section) => section.cards).map((card) => [card.element.id, card]));
  const rows = [];
  for (const site of data.sites) {
    if (site.card === null) rows.push({ element: $(site.slug), sites: [site], text: null });
    else cards.get(`card-${site.card}`).sites.push(site);
  }
  const tables = [...document.querySelectorAll("details.rest")];
  const groups = document.querySelectorAll(".group");
  const contents = document.querySelectorAll(".toc div");
  root.classList.add("js");

  // Filters. They are in the fragment of the address, so that a view can be linked to.

  const fields = ["text", "verdict", "subsystem", "rule"];
  let chosen = new URLSearchParams();

  function wanted() {
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (fields.includes(name) && value.trim()) found.append(name, value);
    return found;
  }

  function textOf(item) {
    item.text ??= item.element.textContent.toLowerCase();
    return item.text;
  }

  function apply() {
    chosen = wanted();
    const verdicts = new Set(chosen.getAll("verdict"));
    const rule = chosen.get("rule");
    const subsystem = chosen.get("subsystem");
    const words = (chosen.get("text") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (site) =>
      (!verdicts.size || verdicts.has(site.verdict)) && (!rule || site.rule === rule) && (!subsystem || site.subsystem === subsystem);
    const says = (item) => words.every((word) => textOf(item).includes(word));
    let count = 0;

    function update(item, without) {
      const number = item.sites.filter(fits).length;
      const shown = (number > 0 || (item.sites.length === 0 && without)) && says(item);
      if (shown) count += number;
      if (item.element.hidden === shown) item.element.hidden = !shown;
      return shown;
    }

    let any = false;
    for (const section of sections) {
      const without = !verdicts.size && !rule && (!subsystem || section.subsystem === subsystem);
      let shown = section.cards.length === 0 && without && !words.length;
      for (const card of section.cards) if (update(card, without)) shown = true;
      for (const { element } of section.cards) {
        const companion = cards.get(element.dataset.companion);
        if (companion) element.hidden &&= companion.element.hidden;
      }
      section.element.hidden = !shown;
      section.entry.hidden = !shown;
      any ||= shown;
    }
    for (const row of rows) if (update(row, false)) any = true;
    for (const table of tables) {
      table.hidden = !table.querySelector("tbody tr:not([hidden])");
      entryOf(table).hidden = table.hidden;
      if (chosen.size) table.open = !table.hidden && (verdicts.size > 0 || words.length > 0);
    }
    for (const group of groups) group.hidden = !group.querySelector(":scope > :is(section, details):not([hidden])");
    for (const group of contents) group.hidden = !group.querySelector("li:not([hidden])");
    const rest = chosen.size > 1 ? " and fits the other filters" : "";
    const missed = words.length ? `No hunk has all of these words${rest}.` : "No site matches these filters.";
    $("none").textContent = any ? "" : missed;
    $("shown").textContent = count === data.sites.length ? `${count} sites` : `${count} of ${data.sites.length} sites`;
    form.classList.toggle("active", chosen.size > 0);
  }

  function fill(params) {
    form.reset();
    for (const box of form.querySelectorAll("[name=verdict]")) box.checked = params.getAll("verdict").includes(box.value);
    for (const name of ["text", "subsystem", "rule"]) form.elements[name].value = params.get(name) ?? "";
  }

  function filter() {
    apply();
    const address = chosen.size ? `#${chosen}` : location.pathname + location.search;
    try {
      history.replaceState(null, "", address);
    } catch {
      // An address that may not change, as in some viewers.
    }
  }

  function follow() {
    const fragment = location.hash.slice(1);
    let name = fragment;
    try {
      name = decodeURIComponent(fragment);
    } catch {
      // A filter that somebody typed.
    }
    const place = name && $(name);
    if (!place) {
      const params = new URLSearchParams(fragment);
      if (fragment && !fields.some((name) => params.has(name))) return;
      fill(params);
      apply();
      if (chosen.size) $("main").scrollIntoView();
      return;
    }
    if (place.closest("[hidden]")) {
      fill(new URLSearchParams());
      apply();
    }
    for (let outer = place.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    go(place.closest(".card") ?? place.querySelector?.("h3") ?? place, place);
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);

  // Going from card to card.

  let current = null;
  document.addEventListener("focusin", (event) => {
    const found = event.target.closest(".card, .patch h3");
    if (found) current = found;
  });

  // Cards get their height when they come near, which moves what is in view. The place where a key or a link led stays
  // on top until somebody goes on. There is one at a time: two would draw the page to and fro.
  let held = null;
  const show = () => held?.scrollIntoView({ block: "start", behavior: "instant" });
  const release = () => (held = null);
  new ResizeObserver(show).observe(document.body);
  for (const kind of ["wheel", "touchmove", "pointerdown", "focusin", "blur"]) addEventListener(kind, release, { passive: true });

  function go(element, place = element) {
    element.focus({ preventScroll: true });
    current = element.matches(".card, .patch h3") ? element : null;
    held = place;
    show();
  }

  const stops = sections.flatMap((section) => [section.head, ...section.cards.map((card) => card.element)]);
  const numbers = new Map(stops.map((stop, number) => [stop, number]));
  const hides = (stop) => stop.hidden || stop.closest("section").hidden;

  // The current stop, while it is in view: who scrolled on, or filtered, means what is there now.
  function here() {
    const { top, bottom, height } = current?.getBoundingClientRect() ?? { height: 0 };
    return height > 0 && bottom > 0 && top < innerHeight ? current : null;
  }

  // To the next stop of a kind: from the current one, or from what is in view.
  function step(kind, by) {
    let number = numbers.get(current && !hides(current) ? current : null) ?? stops.findIndex((stop) => !hides(stop) && stop.getBoundingClientRect().top >= 0) - by;
    do number += by;
    while (stops[number] && (!stops[number].matches(kind) || hides(stops[number])));
    if (stops[number]) go(stops[number]);
  }

  const keys = {
    j: () => step(".card", 1),
    k: () => step(".card", -1),
    n: () => step("h3", 1),
    p: () => step("h3", -1),
    v: () => $("view").click(),
    t: () => $("theme").click(),
    "/": () => form.elements.text.focus(),
    "?": () => $("help").showModal(),
  };

  function typing(event) {
    const field = event.target.closest("input, select, textarea");
    const box = field?.type === "checkbox" || field?.type === "radio";
    return event.ctrlKey || event.altKey || event.metaKey || $("help").open || (field !== null && !box);
  }

  addEventListener("keydown", (event) => {
    if (event.key.length > 1 || event.key === " ") release(); // no letter: it may scroll
    if (event.key === "Escape" && event.target.closest("#filters, .site")) event.target.blur();
    if (typing(event) || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  $("keys").addEventListener("click", keys["?"]);

  // Theme and view, which the browser remembers where it may.

  function kept(name, value) {
    try {
      if (value === undefined) return localStorage.getItem(name);
      localStorage.setItem(name, value);
    } catch {
      // A browser that keeps nothing for files.
    }
    return null;
  }

  const themes = ["auto", "light", "dark"];
  function setTheme(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    $("theme").textContent = `Theme: ${theme}`;
    $("theme").value = theme;
  }
  setTheme(themes.includes(kept("fencemig-theme")) ? kept("fencemig-theme") : "auto");
  $("theme").addEventListener("click", () => {
    setTheme(themes[(themes.indexOf($("theme").value) + 1) % themes.length]);
    kept("fencemig-theme", $("theme").value);
  });

  const near = new Set(); // cards that were in view, or close to it
  const split = () => root.dataset.view === "split";

  // Side by side, a line that stays is on both sides: its copy is made when the card is about to be seen.
  function pair(card) {
    const diff = card.querySelector(".diff:not(.paired)");
    if (!diff) return;
    diff.classList.add("paired");
    let shift = Number(diff.dataset.shift);
    for (const line of [...diff.children]) {
      if (line.classList.contains("b")) {
        shift += line.querySelectorAll("ins").length - line.querySelectorAll("del").length;
      } else {
        const copy = line.cloneNode(true);
        copy.dataset.l = Number(line.dataset.l) + shift;
        copy.className = "copy";
        copy.ariaHidden = "true";
        line.after(copy);
      }
    }
  }

  function setView(view) {
    root.dataset.view = view;
    $("view").ariaPressed = String(split());
    if (split()) near.forEach(pair);
  }
  setView(kept("fencemig-view") === "split" ? "split" : "unified");
  $("view").addEventListener("click", () => {
    setView(split() ? "unified" : "split");
    kept("fencemig-view", root.dataset.view);
  });

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        near.add(target);
        if (split()) pair(target);
        target.dispatchEvent(new CustomEvent("near", { bubbles: true }));
      }
    },
    { rootMargin: "800px 0px" },
  );
  addEventListener("DOMContentLoaded", () => {
    for (const card of cards.values()) observer.observe(card.element);
  });
  // After the browser's own idea of where a fragment leads.
  addEventListener("load", () => setTimeout(follow));
  if (location.hash) history.scrollRestoration = "manual";

  // On paper everything is open.

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });

  apply();
  return { data, card: () => (here()?.matches(".card") ? here() : null), typing };
})();
