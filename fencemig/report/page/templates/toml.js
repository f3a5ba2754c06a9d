// SPDX-License-Identifier: GPL-2.0-only
// Reads and writes decisions.toml as fencemig/decisions.py does: just as much TOML as there can be in one.
window.decisionsFile = (() => {
  "use strict";

  const TABLES = ["[[site]]", "[[patch]]", "[changelog]"];
  const KEYS = ["id", "decision", "reason", "before", "after"];
  const CHOICES = ["accept", "skip", "hold"];
  const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/; // TOML has them nowhere, neither in comments nor in strings
  const END = /[ \t]*(?:#[^\n]*)?\n/y;
  const BLANK = /[ \t]*\n/y;
  const HEADER = /[ \t]*(\[\[?)[ \t]*([\w-]+)[ \t]*(\]\]?)[ \t]*(?:#[^\n]*)?\n/y;
  const KEY = /[ \t]*([\w-]+)[ \t]*=[ \t]*/y;
  // The long ones first: they begin like the short ones. Up to two quotes may stand before the three that close.
  const BASIC = [/"""\n?((?:\\[^]|[^\\])*?)"""(?!")/y, /"(?!"")((?:\\[^\n]|[^\\"\n])*)"/y];
  const LITERAL = [/'''\n?([^]*?)'''(?!')/y, /'(?!'')([^'\n]*)'/y];
  const ESCAPE = /\\(?:([btnfr"\\])|u([\da-fA-F]{4})|U([\da-fA-F]{8})|[ \t]*\n[ \t\n]*|([^]))/g;
  const NAMED = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

  /** Its message names the line and says what is wrong with it. */
  class Refused extends Error {}

  /** The marks of a file: {rest, sites}, as for_page() in fencemig/decisions.py gives them. Throws Refused. */
  function read(source) {
    let text = source.replaceAll("\r\n", "\n");
    text += text.endsWith("\n") ? "" : "\n";
    const refuse = (at, problem) => {
      throw new Refused(`line ${text.slice(0, at).split("\n").length}: ${problem}`);
    };
    const control = text.search(CONTROL);
    if (control >= 0) refuse(control, "a control character");
    const tables = scan(text, refuse);
    let rest = "";
    const sites = Object.create(null); // any text can be an id
    tables.forEach((table, number) => {
      const gap = text.slice(table.end, tables[number + 1]?.start);
      const own = text.slice(table.start, table.end);
      if (table.header !== "[[site]]") {
        rest += own + gap;
        return;
      }
      const mark = checked(table, refuse);
      if (mark.id in sites) refuse(table.at, `${mark.id} is decided twice`);
      sites[mark.id] = { ...mark, text: own };
      rest += gap.replace(/^\n+/, "");
    });
    return { rest, sites };
  }

  /** The tables of a text. Each begins with the comment above its header, and ends with its last key. */
  function scan(text, refuse) {
    let at = 0;
    const take = (pattern) => {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found) at = pattern.lastIndex;
      return found;
    };
    const tables = [{ header: "", at, start: 0, end: 0, keys: new Map() }];
    let comment = null;
    while (at < text.length) {
      const start = at;
      const table = tables.at(-1);
      let found;
      if (take(BLANK)) {
        comment = null;
      } else if (take(END)) {
        comment ??= start;
      } else if ((found = take(HEADER))) {
        const header = found.slice(1).join("");
        if (!TABLES.includes(header)) refuse(start, `${header} is none of ${TABLES.join(", ")}`);
        tables.push({ header, at: start, start: comment ?? start, end: at, keys: new Map() });
        comment = null;
      } else if (table.header && (found = take(KEY))) {
        if (table.keys.has(found[1])) refuse(start, `${found[1]} is there twice`);
        table.keys.set(found[1], { at: start, value: string(take, () => at, refuse) });
        if (!take(END)) refuse(at, "more than a text between quotes");
        table.end = at;
        comment = null;
      } else {
        refuse(start, `this is no line of ${TABLES.join(", ")}`);
      }
    }
    return tables;
  }

  function string(take, where, refuse) {
    const start = where();
    const literal = take(LITERAL[0]) ?? take(LITERAL[1]);
    if (literal) return literal[1];
    const basic = take(BASIC[0]) ?? take(BASIC[1]);
    if (!basic) refuse(start, "no text between quotes");
    return basic[1].replace(ESCAPE, (escape, named, short, long, unknown) => {
      if (named) return NAMED[named];
      if (unknown) refuse(start, `${escape} is no escape of TOML`);
      if (!short && !long) return ""; // the end of a line
      const code = Number.parseInt(short ?? long, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) refuse(start, `${escape} is no character`);
      return String.fromCodePoint(code);
    });
  }

  /** What a [[site]] table says, held to the rules of fencemig convert. */
  function checked(table, refuse) {
    const mark = {};
    for (const [name, { at, value }] of table.keys) {
      if (!KEYS.includes(name)) refuse(at, `${name} is none of ${KEYS.join(", ")}`);
      if (value || name === "id") mark[name] = value;
    }
    if (!mark.id) refuse(table.at, "a [[site]] without an id");
    const line = (name) => table.keys.get(name)?.at ?? table.at;
    if (!CHOICES.includes(mark.decision)) refuse(line("decision"), `the decision is none of ${CHOICES.join(", ")}`);
    if ("reason" in mark) {
      mark.reason = mark.reason.replace(/[\s\x1c-\x1f\x85]+/g, " ").trim();
      if (/\p{C}/u.test(mark.reason)) refuse(line("reason"), "the reason has a control character");
      if (!mark.reason) delete mark.reason;
    }
    if (mark.decision !== "accept") {
      if (!mark.reason) refuse(line("reason"), `${mark.decision} needs a reason`);
      if (table.keys.has("after")) refuse(line("after"), "'after' goes with accept only");
    }
    return mark;
  }

  /** The text of a decisions.toml of a `rest` and marks. A mark that has its `text` keeps it. */
  function write(rest, marks) {
    const parts = [rest, ...marks.map((mark) => mark.text ?? table(mark))];
    const trimmed = parts.map((part) => part.replaceAll("\r\n", "\n").replace(/^\n+|\n+$/g, ""));
    return trimmed.filter(Boolean).join("\n\n") + "\n";
  }

  function table(mark) {
    const lines = KEYS.filter((name) => mark[name]).map((name) => `${name} = ${quoted(mark[name])}`);
    return ["[[site]]", ...lines].join("\n");
  }

  /** A string of TOML: one of JSON but for DEL. */
  function quoted(text) {
    return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
  }

  /** A note as it can be a reason: on one line, and what cannot be printed is a space. */
  function folded(note) {
    return note.replace(/[\s\p{C}]+/gu, " ").trim();
  }

  return { Refused, read, write, folded };
})();
