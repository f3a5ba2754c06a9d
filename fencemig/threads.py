# SPDX-License-Identifier: GPL-2.0-only
"""Errors stored on several paths of a function, and the one signal that follows: where a local can carry the error.

The semantic patch rewrites what this module has proven to belong together: every way that leads out of a store
also leads through the signal, and all of them mean the same fence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Kind, Use
from fencemig.lexer import Where, words
from fencemig.source import Source

_NAMES = (b"err", b"error", b"fence_err")
_ARMS = ("if_statement", "else_clause")
_WAYS_OUT = ("return_statement", "goto_statement", "break_statement", "continue_statement",
             "labeled_statement", "case_statement")  # fmt: skip


@dataclass(frozen=True)
class Thread:
    """Stores and their signal (numbers into the uses), the name of the local, and where it is declared."""

    stores: tuple[int, ...]
    signal: int
    name: bytes
    offset: int
    declaration: bytes  # a %b stands for the name


def may_have_thread(source: Source) -> bool:
    """Whether a function of the file stores two errors for one fence: cheaper than to look for more."""
    stores = [
        (use.function, source.target(use))
        for use in source.uses
        if use.kind is Kind.CALL and source.symbols.role(use.callee) == "store"
    ]
    return len(set(stores)) < len(stores)


def find_thread(source: Source, held: frozenset[int]) -> Thread | None:
    """The first group of a file that a local can carry the error of; `held` uses belong to none."""
    free = [(number, use) for number, use in enumerate(source.uses) if use.kind is Kind.CALL and number not in held]
    for first, store in free:
        if source.symbols.role(store.callee) != "store":
            continue
        mates = [
            (number, use)
            for number, use in free
            if use.function == store.function and source.target(use) == source.target(store)
        ]
        stores = [number for number, use in mates if source.symbols.role(use.callee) == "store"]
        signals = [number for number, use in mates if source.symbols.role(use.callee) in ("signal", "check")]
        if stores[0] == first and len(stores) > 1 and len(signals) == 1:
            thread = _thread(source, stores, signals[0])
            if thread is not None:
                return thread
    return None


def belongs_to_thread(source: Source, store: int, signal: int) -> bool:
    """Whether other stores of the same fence stand before this one, and a local can carry the error of all."""
    held = {
        number
        for number, use in enumerate(source.uses)
        if use.kind is not Kind.CALL or use.function != source.uses[store].function
    }
    thread = find_thread(source, frozenset(held))
    return thread is not None and store in thread.stores and signal == thread.signal


def _thread(source: Source, stores: Sequence[int], signal: int) -> Thread | None:
    end = source.uses[signal]
    function = source.symbols.functions[end.callee]
    definition = source.definition(end)
    if definition is None or function.role != "signal" or len(end.arguments) != function.arguments:
        return None
    statements = [syntax.statement(source.node_of(source.uses[site])) for site in stores]
    last = syntax.statement(source.node_of(end))
    if last is None or any(one is None or one.type != "expression_statement" for one in (*statements, last)):
        return None
    paths = [
        [one for one in syntax.ancestors(node) if one.type == "compound_statement"]
        for node in (*statements, last)
        if node
    ]
    block = next((one for one in paths[-1] if all(one in path for path in paths)), None)
    names = {word.text for word in words(syntax.text_of(definition)) if word.where is not Where.COMMENT}
    name = next((name for name in _NAMES if name not in names), None)
    if block is None or name is None or not _flag_allows(last, block, [one for one in statements if one]):
        return None
    if not all(one is not None and _leads_to(one, block, last) for one in statements):
        return None
    if _disturbed(source, stores, end, block) or _entered(definition, block, last):
        return None
    offset, declaration = _declaration(source.text, block)
    return Thread(tuple(stores), signal, name, offset, declaration)


def _leads_to(store: Node, block: Node, signal: Node) -> bool:
    """Whether nothing on the way from a store to the end of the block leaves it, or enters it elsewhere."""
    if store.start_byte > signal.start_byte:
        return False
    here: Node = store
    while here != block:
        around = here.parent
        if around is None or around.type not in (*_ARMS, "compound_statement"):
            return False  # a loop or a switch
        if around.type == "compound_statement":
            for after in around.named_children:
                if after.start_byte >= here.end_byte and after.start_byte < signal.start_byte and _has_way_out(after):
                    return False
        here = around
    return True


def _has_way_out(node: Node) -> bool:
    return any(part.type in _WAYS_OUT or part.type.startswith("preproc") for part in syntax.walk(node))


def _entered(definition: Node, block: Node, signal: Node) -> bool:
    """Whether a goto can lead into the block behind its declarations, with what an earlier round has left there."""
    labels = {
        syntax.text_of(label)
        for part in syntax.walk(block)
        if part.type == "labeled_statement" and part.start_byte < signal.start_byte
        for label in part.children_by_field_name("label")
    }
    return any(
        part.type == "goto_statement"
        and any(syntax.text_of(label) in labels for label in part.children_by_field_name("label"))
        for part in syntax.walk(definition)
    )


def _flag_allows(signal: Node, block: Node, stores: Sequence[Node]) -> bool:
    """The signal is always made, or under a flag that only arms without a store take back."""
    if signal.parent == block:
        return True
    branch = syntax.enclosing(signal, "if_statement")
    if branch is None or branch.parent != block or branch.child_by_field_name("alternative") is not None:
        return False
    if signal.parent not in (branch, branch.child_by_field_name("consequence")):
        return False
    condition = branch.child_by_field_name("condition")
    flag = "" if condition is None else syntax.shown(condition).strip("()")
    definition = syntax.enclosing(branch, syntax.FUNCTION)
    if definition is None or not re.fullmatch(r"[A-Za-z_]\w*", flag):
        return False
    settings = [(place, value) for name, place, value in syntax.assigned_names(definition) if name == flag]
    values = [b"" if value is None else syntax.text_of(value) for _, value in settings]
    if (
        not settings
        or settings[0][0].type != "init_declarator"
        or values[0] != b"true"
        or set(values[1:]) != {b"false"}
    ):
        return False
    if syntax.takes_address(definition, flag):
        return False
    return all(_other_arm(place, store) for place, _ in settings[1:] for store in stores)


def _other_arm(one: Node, other: Node) -> bool:
    """Whether two statements stand in different arms of one if, so that never both are reached."""
    above = list(syntax.ancestors(one))
    for around in syntax.ancestors(other):
        if around in above:
            return around.type == "if_statement"
    return False


def _disturbed(source: Source, stores: Sequence[int], signal: Use, block: Node) -> bool:
    """Whether between the first store and the signal the fence changes, or somebody looks at its state."""
    start = source.uses[stores[0]].start
    fence = source.target(signal)
    roots = set(re.findall(r"[A-Za-z_]\w*", fence))
    users = {use.function for use in source.uses}
    for part in syntax.walk(block):
        if not start <= part.start_byte < signal.start:
            continue
        if part.type == syntax.CALL:
            name = syntax.called(part)
            if name in source.symbols.readers:
                return True
            role = source.symbols.role(name)
            if role in ("signal", "check"):
                return True
            if not role and _handed(part, fence, name in users):
                return True
        if part.type == "field_expression":
            member, owner = part.child_by_field_name("field"), part.child_by_field_name("argument")
            text = "" if member is None else syntax.text_of(member).decode(errors="replace")
            same = owner is not None and syntax.plain(owner).lstrip("&") == fence.lstrip("&")
            if same and text == source.symbols.member:
                return True
        if part.type in ("assignment_expression", "update_expression"):
            target = part.child_by_field_name("left") or part.child_by_field_name("argument")
            if target is not None and syntax.holds(target, fence):
                return True
    return any(name in roots and place.start_byte >= start and place.start_byte < signal.start
               for name, place, _ in syntax.assigned_names(block))  # fmt: skip


def _handed(call: Node, fence: str, uses_fences: bool) -> bool:
    """Whether a call gets the fence, or, when the function is known to deal with fences, what holds the fence."""
    whole = fence.lstrip("&*(")
    return any(
        syntax.plain(given).lstrip("&*(") == whole or (uses_fences and syntax.holds(given, fence))
        for given in syntax.arguments(call)
    )


def _declaration(text: bytes, block: Node) -> tuple[int, bytes]:
    """Where a declaration goes in a block, and its text: after the last one, else on top with a blank line."""
    declarations = []
    for child in block.named_children:
        if child.type == "declaration":
            declarations.append(child)
        elif child.type != "comment":
            break
    if declarations:
        line_start = text.rfind(b"\n", 0, declarations[0].start_byte) + 1
        indent = text[line_start : declarations[0].start_byte]
        end = text.find(b"\n", declarations[-1].end_byte) + 1
        return end, indent + b"int %b = 0;\n"
    first = block.named_children[0]
    line_start = text.rfind(b"\n", 0, first.start_byte) + 1
    return line_start, text[line_start : first.start_byte] + b"int %b = 0;\n\n"
