# SPDX-License-Identifier: GPL-2.0-only
"""Bodies of patches: why; what in this driver; with which semantic patches."""

import re
import textwrap
from collections.abc import Collection, Sequence

from fencemig.model import Site
from fencemig.series.subjects import used_rules
from fencemig.series.texts import Origin, RuleText, StepText, Texts
from fencemig.series.wording import WIDTH, grouped, wrapped

_LONG_ERROR = 30  # an expression longer than that says less than the hunk does
_SHORT_SMPL = 40  # lines of semantic patches that a body quotes instead of naming their files


def body_of(rewritten: Sequence[Site], texts: Texts, origin: Origin) -> str:
    """Why; what in this driver, by rule; with which semantic patches."""
    used = used_rules(rewritten, texts)
    parts = [wrapped(why) for why in dict.fromkeys([texts.why, *(texts.rules[name].why for name in used)]) if why]
    stores = grouped(rewritten, lambda site: site.merged_into or "")
    for name in used:
        touched = [site for site in rewritten if site.rule == name and site.merged_into is None]
        places = list(dict.fromkeys(_place(site, stores.get(site.id, ())) for site in touched))
        if places:
            parts.append(wrapped(f"{texts.rules[name].did} ({name}):"))
            lines = places if any(": " in place for place in places) else [", ".join(places)]
            parts.append("\n".join(wrapped(line, indent="  ") for line in lines))
    if used:
        parts += _semantic_patches([texts.rules[name] for name in used], texts.folder)
    parts.append(generated_with(origin))
    return "\n\n".join(parts)


def step_body(
    step: StepText,
    facts: Collection[str],
    texts: Texts,
    origin: Origin,
    rewritten: Sequence[Site] = (),
    kept: Sequence[str] = (),
) -> str:
    """The body of a patch that is no subsystem's: its own words, what the rules did where it has sites, the tools.

    `kept` are the places that keep the function that stores an error from going with it.
    """
    parts = [wrapped(step.paragraphs(facts))]
    used = used_rules(rewritten, texts)
    for name in used:
        count = sum(site.rule == name and site.merged_into is None for site in rewritten)
        times = f", {count} times" if count > 1 else ""
        parts.append(wrapped(f"{texts.rules[name].did} ({name}{times})."))
    if kept:
        parts += [wrapped(texts.kept), "\n".join(f"  {place}" for place in kept)]
    if used:
        parts.append(wrapped(f"The semantic patches are in {texts.folder}."))
    parts.append(generated_with(origin))
    return "\n\n".join(parts)


def _place(site: Site, stores: Sequence[Site]) -> str:
    """The function that a site stands in, with the error that it passes unless that is none.

    Where several stores were merged into it, the errors that they stored say more than the argument does.
    """
    name = f"{site.function}()" if site.function else "code outside of a function"
    stored = [_last_argument(store.before) for store in stores] if len(stores) > 1 else []
    errors = [error for error in dict.fromkeys(stored) if error] or [_last_argument(site.after or "")]
    told = [error for error in errors if error not in ("", "0") and len(error) <= _LONG_ERROR]
    return f"{name}: {', '.join(told)}" if told else name


def _last_argument(call: str) -> str:
    """The last argument of the call that a text begins with; "" when there is none."""
    depth, start = 0, None
    for index, character in enumerate(call):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return "" if start is None else call[start:index].strip()
        elif character == "," and depth == 1:
            start = index + 1
    return ""


def _semantic_patches(rules: Sequence[RuleText], folder: str) -> list[str]:
    """The semantic patches of a patch: whole when they are short, else where they are."""
    by_file = {rule.file: rule.smpl for rule in sorted(rules, key=lambda rule: rule.file)}  # as they apply
    files = ", ".join(by_file)
    patches = "semantic patch" if len(by_file) == 1 else "semantic patches"
    quoted = list(map(quotable, by_file.values()))
    if all(quoted) and sum(text.count("\n") + 1 for text in quoted) <= _SHORT_SMPL:
        head = wrapped(f"The {patches} ({files} in {folder}), without positions and scripts:")
        return [head, *(textwrap.indent(text, "  ") for text in quoted)]
    return [wrapped(f"The {patches}, in {folder}:"), wrapped(files, indent="  ")]


def quotable(smpl: str) -> str:
    """Semantic patches without header, positions and script parts, in short lines; "" when that is not possible."""
    parts = re.split(r"^(?=@[^@\n]+@$)", smpl, flags=re.MULTILINE)
    rules = [_positions_removed(part.strip()) for part in parts if re.match(r"@(?!script|initialize|finalize)", part)]
    lines = "\n\n".join(rules).splitlines()
    if any(len(line) > WIDTH - 2 and line[0] in "+-" for line in lines):
        return ""
    fill = textwrap.TextWrapper(
        WIDTH - 2, subsequent_indent=" " * 8, expand_tabs=False, break_long_words=False, break_on_hyphens=False
    ).fill
    return "\n".join(fill(line) if len(line) > WIDTH - 2 else line for line in lines)


def _positions_removed(rule: str) -> str:
    """They serve the scripts alone."""
    declared = re.compile(r"^position ([\w, ]+);\n", re.MULTILINE)
    names = "|".join(name.strip() for names in declared.findall(rule) for name in names.split(","))
    return re.sub(rf"(?<=\w)@(?:{names})\b", "", declared.sub("", rule)) if names else rule


def generated_with(origin: Origin) -> str:
    """The tools, as Documentation/process/generated-content.rst asks for."""
    return f"Generated with fencemig {origin.fencemig} and Coccinelle {origin.coccinelle}"
