// SPDX-License-Identifier: GPL-2.0-only
// A reviewer marks sites as accepted, skipped or held. The marks stay in this browser, and go out as decisions.toml.
(() => {
  "use strict";

  const { data, card, typing } = window.review;
  const file = window.decisionsFile;
  const WORDS = { accept: "accepted", skip: "skipped", hold: "held" };
  const LETTERS = { a: "accept", s: "skip", h: "hold", u: "" };
  const PLACE = `fencemig decisions: ${data.name} ${location.pathname}`; // all files may share one storage

  const bySlug = new Map(data.sites.map((site) => [site.slug, site]));
  const places = new Map(); // what can be marked: the elements by the site's id, in the order of the page
  for (const element of document.querySelectorAll(".site[data-open]")) {
    const site = bySlug.get(element.id);
    // TOML has no way to name a path that is not UTF-8.
    if (site?.id.isWellFormed()) places.set(site.id, { element, site, fieldset: null });
  }
  const byElement = new Map([...places.values()].map((place) => [place.element, place]));
  const decided = new Map(Object.entries(data.decisions.sites)); // by the decisions.toml that is there already
  let changed = { rest: null, sites: new Map() }; // by the reviewer since; null for what is undecided again

  const byId = (id) => document.getElementById(id);
  const counted = (number) => `${number} decision${number === 1 ? "" : "s"}`;
  // Ids are long: they break between their words.
  const say = (text) => {
    const seen = text.replace(/\p{C}/gu, (character) => {
      const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      return `[U+${code}]`;
    });
    const parts = seen.split(/(?<=[/:_])/).flatMap((part) => [part, document.createElement("wbr")]);
    byId("marks-status").replaceChildren(...parts);
  };

  // The marks

  const markOf = (id) => (changed.sites.has(id) ? changed.sites.get(id) : (decided.get(id) ?? null));
  const allMarks = () => {
    const ids = new Set([...places.keys(), ...decided.keys(), ...changed.sites.keys()]);
    return [...ids].map(markOf).filter(Boolean);
  };

  function same(one, other) {
    return ["decision", "reason", "before", "after"].every((name) => (one?.[name] ?? "") === (other?.[name] ?? ""));
  }

  function set(id, mark) {
    if (same(mark, decided.get(id))) changed.sites.delete(id);
    else changed.sites.set(id, mark);
  }

  function markFor({ site }, decision, note) {
    if (!decision) return null;
    const mark = { id: site.id, decision, reason: file.folded(note) };
    // What was decided about: convert passes over a decision when other code is there now.
    if (site.before?.isWellFormed()) mark.before = site.before;
    if (decision === "accept" && site.after?.isWellFormed()) mark.after = site.after;
    return mark;
  }

  function problemOf(mark, site) {
    if (!mark) return "";
    if (mark.decision !== "accept" && !mark.reason) return "A note is needed: it goes into the ledger and the patch.";
    const other = ["before", "after"].some((name) => mark[name] && mark[name] !== (site[name] ?? ""));
    return other ? "This was decided about other code, and does not count: mark it again." : "";
  }

  // Where they are kept

  function load() {
    changed = { rest: null, sites: new Map() };
    try {
      const kept = JSON.parse(localStorage.getItem(PLACE)) ?? { rest: null, sites: [] };
      changed = { rest: kept.rest, sites: new Map(kept.sites) };
    } catch {
      say("The marks that this browser kept cannot be read.");
    }
    for (const [id, mark] of changed.sites) set(id, mark); // a newer decisions.toml may have them by now
  }

  let waiting = 0;
  function keepSoon() {
    // Thousands of marks are too many to be written at every letter of a note.
    clearTimeout(waiting);
    waiting = setTimeout(keep, 250);
  }

  function keep() {
    clearTimeout(waiting);
    waiting = 0;
    try {
      localStorage.setItem(PLACE, JSON.stringify({ rest: changed.rest, sites: [...changed.sites] }));
    } catch {
      say("This browser keeps no marks: export them before you leave the page.");
    }
  }

  // Of what is left to people nothing comes out that could be accepted.
  const acceptable = ({ site }) => site.verdict !== "manual";

  // What is shown

  function show(place) {
    const mark = markOf(place.site.id);
    const { element, site, fieldset } = place;
    if (mark) element.dataset.decision = mark.decision;
    else delete element.dataset.decision;
    if (!fieldset) return;
    const problem = problemOf(mark, site);
    for (const radio of fieldset.querySelectorAll("input[type=radio]")) {
      radio.checked = radio.value === (mark?.decision ?? "");
    }
    const note = fieldset.querySelector(".note input");
    if (note !== document.activeElement) note.value = mark?.reason ?? "";
    note.disabled = !mark;
    note.setAttribute("aria-invalid", String(Boolean(problem)));
    const told = fieldset.querySelector(".problem");
    told.textContent = problem;
    told.hidden = !problem;
  }

  function count() {
    const marks = [...places.keys()].map(markOf).filter(Boolean);
    const parts = Object.entries(WORDS).map(([decision, word]) => {
      const many = marks.filter((mark) => mark.decision === decision).length;
      return `${many} ${word}`;
    });
    // What convert -i asks about; the others can be decided as well.
    const review = [...places.values()].map(({ site }) => site).filter((site) => site.verdict === "review");
    const done = review.filter((site) => markOf(site.id)).length;
    const elsewhere = allMarks().length - marks.length;
    const are = elsewhere === 1 ? "is for another site, and is" : "are for other sites, and are";
    const others = elsewhere ? ` ${elsewhere} more in decisions.toml ${are} kept.` : "";
    byId("marked").textContent = `${done} of ${review.length} conversions for review decided. In all: ${parts.join(", ")}.${others}`;
  }

  function showAll() {
    for (const place of places.values()) show(place);
    count();
  }

  function attach(place) {
    if (!place || place.fieldset) return;
    const { element, site } = place;
    place.fieldset = byId("decide-template").content.cloneNode(true).firstElementChild;
    place.fieldset.querySelector("legend").textContent = `Your decision on line ${site.line}`;
    if (!acceptable(place)) place.fieldset.querySelector("[value=accept]").closest("label").remove();
    for (const radio of place.fieldset.querySelectorAll("input[type=radio]")) {
      radio.name = `decide ${site.slug}`;
      radio.addEventListener("change", () => decide(place, radio.value));
    }
    const note = place.fieldset.querySelector(".note input");
    const told = place.fieldset.querySelector(".problem");
    told.id = `problem-${site.slug}`;
    note.setAttribute("aria-describedby", told.id);
    note.addEventListener("input", () => {
      set(site.id, markFor(place, markOf(site.id).decision, note.value));
      show(place);
      keepSoon();
    });
    note.addEventListener("change", () => {
      note.value = file.folded(note.value);
    });
    note.addEventListener("keydown", (event) => leaveNote(event, element));
    element.append(place.fieldset);
    show(place);
  }

  function decide(place, decision) {
    const note = place.fieldset.querySelector(".note input");
    set(place.site.id, markFor(place, decision, note.value));
    keep();
    show(place);
    count();
  }

  // By keyboard

  function leaveNote(event, element) {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation(); // Escape means something to the page as well
    element.closest(".card").focus();
  }

  /** Which site a letter is about: the one with the focus, else the first of the card that it can change. */
  function placeFor(decision) {
    const can = (place) => place && (decision !== "accept" || acceptable(place));
    const focused = byElement.get(document.activeElement?.closest(".site[data-open]"));
    if (focused) return can(focused) ? focused : null;
    const own = [...(card()?.querySelectorAll(".site[data-open]") ?? [])].map((element) => byElement.get(element));
    const able = own.filter(can);
    const marked = (place) => Boolean(markOf(place.site.id));
    return decision ? (able.find((place) => !marked(place)) ?? able[0]) : able.findLast(marked);
  }

  function press(event) {
    const decision = LETTERS[event.key];
    if (decision === undefined || typing(event)) return;
    const place = placeFor(decision);
    if (!place) return;
    event.preventDefault();
    attach(place);
    decide(place, decision);
    say(`${WORDS[decision] ?? "undecided"}: ${place.site.id}`);
    if (decision && decision !== "accept") place.fieldset.querySelector(".note input").focus();
  }

  // Out and in

  function download(text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    link.download = "decisions.toml";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function exportAll() {
    const marks = allMarks();
    const unfounded = marks.find((mark) => mark.decision !== "accept" && !mark.reason);
    if (unfounded) {
      say(`Not exported: a note is missing, why ${unfounded.id} is ${WORDS[unfounded.decision]}.`);
      const place = places.get(unfounded.id);
      attach(place);
      place?.fieldset.querySelector(".note input").focus();
      return;
    }
    download(file.write(changed.rest ?? data.decisions.rest, marks));
    say(`Exported: ${counted(marks.length)}.`);
  }

  async function importFrom(source) {
    const bytes = await source.arrayBuffer();
    let found;
    try {
      found = file.read(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      const problem = error instanceof file.Refused ? error.message : "it is not UTF-8";
      say(`${source.name} is not read, and nothing is changed: ${problem}.`);
      return;
    }
    if (found.rest.trim()) changed.rest = found.rest;
    const marks = Object.values(found.sites);
    for (const mark of marks) set(mark.id, mark);
    say(`Read from ${source.name}: ${counted(marks.length)}.`);
    keep();
    showAll();
  }

  load();
  showAll();
  document.addEventListener("near", (event) => {
    for (const element of event.target.querySelectorAll(".site[data-open]")) attach(byElement.get(element));
  });
  document.addEventListener("keydown", press);
  byId("export").addEventListener("click", exportAll);
  byId("import").addEventListener("change", async ({ target }) => {
    const [chosen] = target.files;
    if (chosen) await importFrom(chosen);
    target.value = ""; // or the same file could not be read twice
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== PLACE) return; // the same page in another tab
    load();
    showAll();
  });
  window.addEventListener("pagehide", () => {
    if (waiting) keep();
  });
  window.addEventListener("beforeprint", () => {
    for (const place of places.values()) if (markOf(place.site.id)) attach(place);
  });
})();
