# SPDX-License-Identifier: GPL-2.0-only
"""Subjects of patches."""

import re
from collections.abc import Iterable, Sequence

from fencemig.model import Site, Subsystem
from fencemig.series.texts import Texts
from fencemig.series.wording import WIDTH


def subject_of(subsystem: Subsystem, rewritten: Sequence[Site], texts: Texts, taken: set[str]) -> str:
    """The first wording that fits and is still free: what is called, else who calls it, at last a number."""
    phrases: list[str] = []
    used = [texts.rules[name].subject for name in used_rules(rewritten, texts)]
    if used:
        alike = {name for name, text in texts.rules.items() if text.subject == used[0]}
        called = _callees((site for site in rewritten if site.rule in alike), texts)
        if not any(subject.startswith(f"{subsystem.prefix} {used[0].partition('{function}')[0]}") for subject in taken):
            phrases += [used[0].replace("{function}", name) for name in (called, texts.several)]
        done = used[0].removesuffix(" to {function}").replace("{function}", called)
        callers = _functions(rewritten)
        phrases += [f"{done} in {name}(){also}" for also in (" et al.", "")[len(callers) < 2 :] for name in callers]
    phrases.append(texts.short)
    phrases += [f"{texts.short}, part {number}" for number in range(2, len(taken) + 3)]
    free = [subject for phrase in phrases if (subject := f"{subsystem.prefix} {phrase}") not in taken]
    return next((subject for subject in free if len(subject) <= WIDTH), min(free, key=len))


def used_rules(rewritten: Sequence[Site], texts: Texts) -> list[str]:
    """The rules that rewrote something, in order of weight."""
    return [name for name in texts.rules if any(site.rule == name for site in rewritten)]


def _callees(sites: Iterable[Site], texts: Texts) -> str:
    """The API function that the sites call after the conversion, or the migration's word for several."""
    names = {called[1] for site in sites if (called := re.search(r"(\w+)\s*\(", site.after or ""))}
    return f"{names.pop()}()" if len(names) == 1 else texts.several


def _functions(sites: Iterable[Site]) -> list[str]:
    return list(dict.fromkeys(site.function for site in sites if site.function))
