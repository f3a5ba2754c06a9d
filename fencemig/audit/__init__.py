# SPDX-License-Identifier: GPL-2.0-only
"""The audit: fence callbacks and the code around signalling that a redesign of dma_fence must know about.

Pure: files in, a report out. Nothing here is expanded or compiled; what is not in sight is `unknown`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fencemig.audit import names
from fencemig.audit.callbacks import all_ops
from fencemig.audit.deferred import by_callbacks, deferred_by_ops, on_signal_paths
from fencemig.audit.locks import initialised
from fencemig.audit.model import Finding, Report
from fencemig.audit.program import Program
from fencemig.audit.races import CORE, around_signals
from fencemig.types import Headers

WORDS = ("fence",)  # helpers of a driver's callbacks are in files that name fences, not always dma_fence
_SIGNALS = re.compile(rb"\b(?:" + names.SIGNAL.pattern.encode() + rb")\s*\(")


def audit(sources: Mapping[str, bytes], headers: Headers, paths: Sequence[str]) -> Report:
    """Audit what is below `paths`; `sources` are all files of the tree that have one of WORDS, to follow calls."""
    program = Program(sources, headers)
    ops = [one for one in all_ops(program, initialised(program)) if below(one.path, paths)]
    found: list[Finding] = [*deferred_by_ops(program, ops), *by_callbacks(program)]
    for path, unit in program.units.items():
        if path not in CORE and below(path, paths) and _SIGNALS.search(unit.source):
            for function in unit.functions.values():
                found += [*around_signals(program, function), *on_signal_paths(program, function)]
    return Report(tuple(ops), tuple(_numbered(finding for finding in found if below(finding.path, paths))))


def below(path: str, paths: Sequence[str]) -> bool:
    """Whether a path is one of these, or below one of them."""
    return any(top == "." or path == top or path.startswith(top + "/") for top in paths)


def _numbered(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted, what is at one place merged into one finding, each with an id that moved lines do not change."""
    messages: dict[Finding, list[str]] = {}
    for finding in findings:
        parts = messages.setdefault(replace(finding, message=""), [])
        if finding.message not in parts:
            parts.append(finding.message)
    counts: Counter[str] = Counter()
    numbered = []
    for place in sorted(messages, key=lambda found: (found.path, found.line, found.column, found.kind)):
        stem = f"{place.path}:{place.function}:{place.kind}"
        counts[stem] += 1
        numbered.append(replace(place, id=f"{stem}#{counts[stem]}", message="; ".join(messages[place])))
    return numbered
