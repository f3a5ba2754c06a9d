# SPDX-License-Identifier: GPL-2.0-only
"""The audit as a table for people, as JSON and as CSV. The same report gives the same bytes."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fencemig import __version__
from fencemig.audit.model import EXPLAINED, WARNINGS, Answer, Callback, Fact, Finding, Kind, Ops, Report
from fencemig.inert import one_line
from fencemig.report.lines import print_hanging

SCHEMA = 1
_COLOURS = {Answer.YES: "green", Answer.NO: "red", Answer.UNKNOWN: "magenta"}
_LEFT = 13  # the column below which the lines of an item stand
_MEMBERS = ("signaled", "enable_signaling", "release", "wait")
_USES_LOCK = (Fact.TAKES, Fact.DROPS, Fact.ASSERTS, Fact.NEEDS, Fact.TAKES_UNKNOWN)
CSV_COLUMNS = ("id", "record", "path", "line", "column", "function", "kind", "answer", "text", "message")


@dataclass(frozen=True)
class Audit:
    """A report with the tree that it is about."""

    kernel: str | None
    generation: str
    commit: str | None
    paths: tuple[str, ...]
    report: Report


def as_json(audit: Audit) -> str:
    """The audit as JSON, in ASCII."""
    data = {
        "schema": SCHEMA,
        "tool": {"fencemig": __version__},
        "tree": {"kernel": audit.kernel, "generation": audit.generation, "commit": audit.commit},
        "paths": list(audit.paths),
        **asdict(audit.report),
        "answer": answer(audit.report.ops),
    }
    return json.dumps(data, indent=2) + "\n"


def as_csv(report: Report) -> str:
    """One row for each callback and each finding (RFC 4180, one header row); what does not apply is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    rows = [_callback_row(ops, callback) for ops in report.ops for callback in ops.callbacks]
    rows += [{"record": "finding", **asdict(finding)} for finding in report.findings]
    writer.writerows(sorted(rows, key=lambda row: (row["path"], row["line"], row["record"], row["id"])))
    return out.getvalue()


def print_report(console: Console, report: Report) -> None:
    """Print ops with their callbacks, then the findings, each file by file, then what comes of it."""
    path = None
    for ops in report.ops:
        path = _print_path(console, ops.path, path)
        lock = f"lock: {', '.join(ops.locks)}" if ops.locks else "no dma_fence_init() in sight"
        print_hanging(console, Text.assemble(f"  {ops.line}".ljust(9), (ops.name, "bold"), f"  {lock}"), _LEFT)
        for callback in ops.callbacks:
            print_hanging(console, _callback_text(callback), _LEFT)
    path = None
    for finding in report.findings:
        path = _print_path(console, finding.path, path)
        print_hanging(console, _finding_text(finding), _LEFT)
    console.print()
    _print_counts(console, report)
    for line in answer(report.ops):
        print_hanging(console, Text(line), 2)


def answer(ops: Iterable[Ops]) -> list[str]:
    """Which ops->signaled() use the fence lock, and can they be ported? In whole sentences, one to a line."""
    signaled = [(one, callback) for one in ops for callback in one.callbacks if callback.member == "signaled"]
    using = [pair for pair in signaled if any(item.fact in _USES_LOCK for item in pair[1].evidence)]
    lines = [f"{len(signaled)} ops->signaled(): {_named(using) if using else 'none'} may use the fence lock."]
    for reply, said in (
        (Answer.YES, "can be called without it"),
        (Answer.NO, "cannot be called without it"),
        (Answer.UNKNOWN, "must be looked at"),
    ):
        pairs = [pair for pair in signaled if pair[1].answer is reply]
        if pairs:
            lines.append(f"{len(pairs)} {said}: {_named(pairs)}.")
    return lines


def _named(pairs: Iterable[tuple[Ops, Callback]]) -> str:
    return ", ".join(sorted({callback.function for _, callback in pairs}))


def _print_path(console: Console, path: str, last: str | None) -> str:
    if path != last:
        if last is not None and console.is_terminal:
            console.print()
        console.print(Text(one_line(path), "bold"), soft_wrap=True)
    return path


def _callback_text(callback: Callback) -> Text:
    text = Text("  ")
    text.append(f"{callback.line}".ljust(9))
    text.append(f".{callback.member}".ljust(19))
    text.append(callback.answer.ljust(9), _COLOURS[callback.answer])
    text.append(f"{callback.function}(): {callback.because}")
    for item in callback.evidence:
        where = str(item.line) if item.path == callback.path else f"{item.path}:{item.line}"
        text.append(f"\n{'':{_LEFT}}{item.fact}: {item.text} ({item.function}(), {where})")
    return text


def _finding_text(finding: Finding) -> Text:
    text = Text("  ")
    text.append(f"{finding.line}:{finding.column}".ljust(9))
    text.append(finding.kind.ljust(22), "magenta" if finding.kind in WARNINGS else "")
    text.append(f"{finding.function}: {finding.text}")
    return text.append(f"\n{'':{_LEFT}}{finding.message}")


def _print_counts(console: Console, report: Report) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("without the fence lock?", overflow="fold")
    for reply in Answer:
        table.add_column(Text(reply, _COLOURS[reply]), justify="right")
    for member in _MEMBERS:
        found = Counter(one.answer for ops in report.ops for one in ops.callbacks if one.member == member)
        table.add_row(f".{member}", *(str(found[reply]) if found[reply] else "" for reply in Answer))
    console.print(table)
    kinds = Counter(finding.kind for finding in report.findings)
    for kind in Kind:
        if kinds[kind]:
            print_hanging(console, Text(f"{kinds[kind]:4} {kind.ljust(22)} {EXPLAINED[kind]}"), 28)
    console.print()


def _callback_row(ops: Ops, callback: Callback) -> dict[str, object]:
    return {
        "record": "callback",
        "id": f"{ops.path}:{ops.name}:{callback.member}#1",
        "path": callback.path,
        "line": callback.line,
        "function": callback.function,
        "kind": callback.member,
        "answer": callback.answer,
        "text": f"{ops.name}.{callback.member}",
        "message": callback.because,
    }
