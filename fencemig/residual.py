# SPDX-License-Identifier: GPL-2.0-only
"""Why a site is left to people: the first row of the catalogue's manual table that applies, and what it names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Kind, Use
from fencemig.source import Source
from fencemig.transform import TRACKED, Refusal


@dataclass(frozen=True)
class Context:
    """What else bears on a file's sites: the refused matches, and where else the same fence is signaled."""

    refusals: dict[int, Refusal]
    signals_elsewhere: Callable[[Use], str]


def before_spatch(source: Source, generation: str) -> dict[int, Refusal]:
    """The sites that no rule may touch, with the reason."""
    held = {}
    for site, use in enumerate(source.uses):
        if use.kind is not Kind.CALL:
            continue
        if use.function in source.callbacks:
            held[site] = Refusal("residual_callback", _callback(source, use))
        elif generation != "void" and _result_of_statement(source, use):
            held[site] = Refusal("int_timestamp", f"the result of {use.callee}() is used: {_statement(source, use)}")
        elif source.symbols.stores and use.arguments:
            # A store and its signal evaluate their fence twice, and a conversion may do so once.
            effect = syntax.side_effect(source.node(use.arguments[0]))
            if effect is not None:
                held[site] = Refusal("side_effect", f"'{syntax.shown(effect)}' has a side effect")
    return held


def why_left(source: Source, site: int, context: Context) -> Refusal:
    """The row and the reason for a store, a bit or a call that no rule rewrote."""
    use = source.uses[site]
    if use.kind in (Kind.VALUE, Kind.MACRO, Kind.PROTOTYPE, Kind.DEFINITION, Kind.EXPORT):
        return Refusal("address_taken", _taken(source, use))
    if use.function in source.callbacks:
        return Refusal("residual_callback", _callback(source, use))
    by_hand = any(other.kind is Kind.BIT and other.function == use.function for other in source.uses)
    if by_hand or (use.kind is Kind.STORE and "xchg" in use.before.partition("(")[0]):
        return Refusal("private_signal", f"{use.function}() does by hand what signalling does")
    if use.kind is Kind.STORE or source.symbols.role(use.callee) == "store":
        return _store(source, site, use, context)
    refusal = context.refusals.get(site)
    if refusal and refusal.row:
        return refusal
    row = "no_rule" if source.symbols.role(use.callee) == "call" else "residual_gap"
    return Refusal(row, "no rule applies to this form of the call")


def _store(source: Source, site: int, use: Use, context: Context) -> Refusal:
    fence, definition = source.target(use), source.definition(use)
    mates = [
        other
        for other in source.uses
        if other.kind is Kind.CALL
        and other.function == use.function
        and source.symbols.role(other.callee) in ("signal", "check")
        and source.target(other) == fence
    ]
    later = [mate for mate in mates if mate.offset > use.offset]
    if is_state(source, use):
        value = syntax.folded(source.text[slice(*use.arguments[1])])
        return Refusal("residual_state", f"{value} is an initial or internal state, no error to pass on")
    if later and definition is not None and (reader := _reader(source, use, later[0], definition)):
        return Refusal(
            "residual_read", f"{reader} reads the state between the store and the signal in line {later[0].line}"
        )
    end = later[0].start if later else len(source.text)
    first = later or not mates
    if first and definition is not None and (helper := _wrapper(source, use, definition, end)):
        return Refusal("residual_wrapper", f"the fence is signaled by {helper}(): give it an 'int err' parameter")
    if mates and not later:
        return Refusal("residual_late", f"stored after the signal of the same fence in line {mates[-1].line}")
    if site in context.refusals and context.refusals[site].row:
        return context.refusals[site]
    if later and len(later[0].arguments) == source.symbols.functions[later[0].callee].converted:
        return Refusal("residual_gap", f"the signal in line {later[0].line} passes an error already: {later[0].before}")
    if later:
        between = _first_between(source.text[use.end : later[0].start])
        return Refusal("residual_gap", f"between the store and the signal in line {later[0].line}: {between}")
    elsewhere = context.signals_elsewhere(use)
    where = f"it may be signaled in {elsewhere}" if elsewhere else "no signal of it was found"
    return Refusal("residual_store", f"{use.function}() does not signal this fence; {where}")


def passes_error(source: Source, use: Use) -> bool:
    """Whether a use is a call in the new form: a signal that has its error already."""
    return use.kind is Kind.CALL and source.symbols.is_converted(use.callee, len(use.arguments))


def has_old_form(source: Source) -> bool:
    """Whether a file has a use that spatch must see; functions that are new are none of its business."""
    return any(use.kind in TRACKED and source.symbols.role(use.callee) != "new" for use in source.uses)


def is_state(source: Source, use: Use) -> bool:
    """A direct store of 0, of a positive constant, or of what a 0 elsewhere in the file takes back."""
    if not _is_assignment(use):
        return False
    value = source.text[slice(*use.arguments[1])].strip()
    if value == b"0" or re.fullmatch(rb"[A-Z]\w*|[0-9]+", value):
        return True
    if any(
        other.function == use.function and other.offset > use.offset and source.target(other) == source.target(use)
        for other in source.uses
        if other.kind is Kind.CALL and source.symbols.role(other.callee) in ("signal", "check")
    ):
        return False
    return any(
        _is_assignment(other)
        and source.text[slice(*other.arguments[1])].strip() == b"0"
        and _place(source, other) == _place(source, use)
        and _place(source, use) is not None
        for other in source.uses
    )


def _place(source: Source, store: Use) -> tuple[str, bytes] | None:
    """The struct and the member that hold the fence of a store; None where the types are not in sight."""
    fence = syntax.bare(source.node(store.arguments[0]))
    owner, member = fence.child_by_field_name("argument"), fence.child_by_field_name("field")
    struct = None if owner is None else source.struct_of(owner)
    return None if not struct or member is None else (struct, syntax.text_of(member))


def _is_assignment(use: Use) -> bool:
    return use.kind is Kind.STORE and len(use.arguments) > 1 and "xchg" not in use.before.partition("(")[0]


def _reader(source: Source, store: Use, signal: Use, definition: Node) -> str:
    fence = source.target(store)
    for node in syntax.walk(definition):
        if not store.end <= node.start_byte < signal.start:
            continue
        if node.type == syntax.CALL:
            given = syntax.arguments(node)
            name = syntax.called(node)
            if name in source.symbols.readers and given and syntax.plain(given[0]) == fence:
                return syntax.shown(node)
        elif node.type == "field_expression":
            owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
            if owner is None or member is None or syntax.text_of(member).decode() != source.symbols.member:
                continue
            if syntax.plain(owner) in (fence, fence.removeprefix("&")):
                return syntax.shown(node)
    return ""


def _wrapper(source: Source, store: Use, definition: Node, end: int) -> str:
    """The first function of this file, called after the store with the fence or its owner, that signals."""
    owners = set(re.findall(r"[A-Za-z_]\w*", source.target(store)))
    signallers = {
        use.function
        for use in source.uses
        if use.kind is Kind.CALL and source.symbols.role(use.callee) in ("signal", "check")
    }
    for node in syntax.walk(definition):
        if node.type != syntax.CALL or not store.end <= node.start_byte < end:
            continue
        name = syntax.called(node)
        words = {word for part in syntax.arguments(node) for word in re.findall(r"\w+", syntax.shown(part))}
        if name in signallers and name != store.function and words & owners:
            return name
    return ""


def _callback(source: Source, use: Use) -> str:
    callback = source.callbacks[use.function or ""]
    return f"{use.function}() is {callback}: the core signals after it and keeps what it stored"


def _taken(source: Source, use: Use) -> str:
    line = source.text.splitlines()[use.line - 1].strip().decode(errors="replace")
    where = "in the body of a macro" if use.kind is Kind.MACRO else "used as a value or declared anew"
    return f"{use.callee}() is {where}: {line}"


def _result_of_statement(source: Source, use: Use) -> bool:
    """Whether the result of a function is used that no rule gives a result."""
    function = source.symbols.functions.get(use.callee)
    if function is None or not function.only_statement:
        return False
    node = source.node_of(use)
    parent = node.parent
    while parent is not None and parent.type == "cast_expression":
        parent = parent.parent
    return parent is not None and parent.type not in ("expression_statement", "comma_expression")


def _statement(source: Source, use: Use) -> str:
    return source.text.splitlines()[use.line - 1].strip().decode(errors="replace")


def _first_between(text: bytes) -> str:
    for line in text.decode(errors="replace").lstrip(";").splitlines():
        if line.strip() and line.strip() not in ("{", "}"):
            return f"'{line.strip()}'"
    return "the end of a block"
