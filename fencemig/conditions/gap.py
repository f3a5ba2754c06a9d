# SPDX-License-Identifier: GPL-2.0-only
"""What may stand before a store, and between it and its signal."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from fencemig import syntax
from fencemig.conditions.expressions import JUMPS, is_stable, mentions, touch
from fencemig.conditions.fence import names_of
from fencemig.conditions.refusals import GAP, NO_MATTER
from fencemig.lexer import blanked
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.threads import belongs_to_thread
from fencemig.transform import Refusal

_LOCK = re.compile(r"lock|mutex|guard|\bdown(_|\b)|\bup\b")
_ORDERING = re.compile(
    r"lock|mutex|guard|\bmb\b|_[rw]?mb\b|barrier|complete|wake_up|signal|WRITE_ONCE|smp_store|xchg"
    r"|\b(?:up|down)(?:_\w+)?\b|synchronize_\w*rcu|rcu_assign_pointer|_(?:acquire|release)\b"
)
_BORDER = re.compile(r"\s*(#.*|(?:case\b.*|default\s*|\w+\s*):(?!:))")


def no_border(source: Source, match: Match) -> Refusal | None:
    """Nothing is merged across a preprocessor line, a label or a case."""
    for removed, kept in match.merged.items():
        between = blanked(source.text[source.uses[removed].end : source.uses[kept].start])
        for line in between.decode(errors="replace").splitlines():
            if found := _BORDER.match(line):
                return Refusal(GAP, f"'{found[1].strip()}' stands between the store and the signal")
    return None


def alone(source: Source, match: Match) -> Refusal | None:
    """No error of this fence is stored on another path that leads here: else a local takes all of them."""
    return NO_MATTER if belongs_to_thread(source, match.store, match.signal) else None


def straight_block(source: Source, match: Match) -> Refusal | None:
    """The block before the store neither jumps nor locks, nor can it change the error."""
    store = source.uses[match.store]
    block = syntax.enclosing(source.node_of(store), "compound_statement")
    if block is None:
        return NO_MATTER
    problem = next(_crooked(block, store.start, source.node(store.arguments[1])), None)
    return None if problem is None else Refusal(GAP, problem)


def _crooked(block: Node, end: int, error: Node) -> Iterator[str]:
    """What in a block, up to an offset, may jump, lock, or change the error."""
    shown = syntax.shown(error)
    names = set(re.findall(r"\w+", shown))
    for part in syntax.walk(block):
        if part.start_byte >= end:
            break
        if part.type in (*JUMPS, "labeled_statement", "case_statement"):
            yield f"'{syntax.shown(part)}' stands in the block before the store"
        if part.type == syntax.CALL and _LOCK.search(syntax.called(part)):
            yield f"{syntax.shown(part)} stands in the block before the store"
        if part.type == syntax.CALL and error.type != "identifier":
            yield f"{syntax.shown(part)} before the store may change {shown}"
        if part.type == "pointer_expression" and syntax.plain(part) in {f"&{name}" for name in names}:
            yield f"the address of {shown} is taken in the block before the store"
    for name, change, _ in syntax.assigned_names(block):
        if name in names and change.start_byte < end:
            yield f"'{syntax.shown(change)}' changes the error before it is stored"


def straight_gap(source: Source, match: Match) -> Refusal | None:
    """Only plain statements stand in the gap, and none has to do with the fence, what holds it, or the error."""
    store, signal = source.uses[match.store], source.uses[match.signal]
    first, last = syntax.statement(source.node_of(store)), syntax.statement(source.node_of(signal))
    if first is None or last is None or first.parent != last.parent or first.parent is None:
        return NO_MATTER  # what stands between them is told by the place where the store is filed
    error = source.node(store.arguments[1])
    stable = is_stable(source, store, error)
    names = names_of(source, store)
    for between in first.parent.named_children:
        if not first.end_byte <= between.start_byte < last.start_byte or between.type == "comment":
            continue
        what = f"'{syntax.shown(between)}' between the store and the signal"
        if between.type not in ("expression_statement", "declaration"):
            return Refusal(GAP, f"{what} is no plain statement")
        if any(mentions(between, name) for name in names):
            return Refusal(GAP, f"{what} uses the fence")
        if touched := next(filter(None, (touch(between, name) for name in names)), None):
            return Refusal(GAP, f"{what} {touched} what holds the fence")
        for name in map(syntax.called, syntax.calls(between)):
            if _ORDERING.search(name) or name in source.symbols.functions:
                return Refusal(GAP, f"{what} locks, orders or signals")
            if not stable:
                return Refusal(GAP, f"{what} may change {syntax.shown(error)}")
        if touch(between, syntax.shown(error)) == "changes":
            return Refusal(GAP, f"{what} changes the error")
    return None
