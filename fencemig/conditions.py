# SPDX-License-Identifier: GPL-2.0-only
"""What must hold for a match to count, beside what its semantic patch says.

A rule names its conditions in the manifest. Each looks at the file as it was and says what is in the way.
"""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Belongs, Use
from fencemig.lexer import blanked
from fencemig.migration import Rule
from fencemig.model import Verdict
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.threads import belongs_to_thread
from fencemig.transform import Refusal
from fencemig.types import declared_names

SIDE_EFFECT, GAP = "side_effect", "residual_gap"
_NO_MATTER = Refusal("", "")  # the rule is just not for this site: another one, or none, says what it is
_JUMPS = ("return_statement", "goto_statement", "break_statement", "continue_statement")
_LOCK = re.compile(r"lock|mutex|guard|\bdown(_|\b)|\bup\b")
_ORDERING = re.compile(
    r"lock|mutex|guard|\bmb\b|_[rw]?mb\b|barrier|complete|wake_up|signal|WRITE_ONCE|smp_store|xchg"
    r"|\b(?:up|down)(?:_\w+)?\b|synchronize_\w*rcu|rcu_assign_pointer|_(?:acquire|release)\b"
)
_CONSTANT = re.compile(r"-?\s*(?:[A-Z]\w*|\d+)")
_HARMLESS = re.compile(r"ktime_\w+|\w+_to_ktime|likely|unlikely")  # in whatever order they are called
_WARNINGS = re.compile(
    r"likely|unlikely|\w*(?:WARN|BUG)_ON(?:_ONCE)?|WARN(?:_ONCE)?|KUNIT_(?:EXPECT|ASSERT)_(?:TRUE|FALSE)"
)


def judge(source: Source, rule: Rule, match: Match) -> Refusal | None:
    """Why a match does not count, or None when it does."""
    if rule.verdict is Verdict.MANUAL:
        return Refusal(rule.row, rule.reason, for_good=True)
    for name in rule.conditions:
        if (refusal := CONDITIONS[name](source, match)) is not None:
            return refusal
    for name in rule.pure:
        if name in match.values and (effect := syntax.side_effect(syntax.expression(match.values[name]))):
            return Refusal(SIDE_EFFECT, f"{_text(effect)} has a side effect, or may change between two reads")
    return _stands_between(source, match) or _out_of_order(source, match)


def _out_of_order(source: Source, match: Match) -> Refusal | None:
    """What is now evaluated together with the signal's other operands must not depend on what those do."""
    for removed, kept in match.merged.items():
        store, signal = source.uses[removed], source.uses[kept]
        moved = [source.node(store.arguments[1])] if len(store.arguments) > 1 else []
        moved += [syntax.expression(match.values[name]) for name in ("c", "p") if name in match.values]
        unstable = next((one for one in moved if not _stable(source, store, one)), None)
        if unstable is None:
            continue
        node = source.node((signal.start, signal.end))
        around = list(syntax.ancestors(node))
        whole = node
        for one in around:
            if one.type.endswith("_statement") or one.type == "declaration":
                break
            whole = one
        for part in syntax.walk(whole):
            effect = part.type in (syntax.CALL, "assignment_expression", "update_expression")
            if not effect or part == node or part in around or part.start_byte >= signal.end:
                continue
            if not _HARMLESS.fullmatch(_text(part).partition("(")[0].strip()):
                return Refusal(SIDE_EFFECT, f"'{_text(part)}' may come before '{_text(unstable)}' is evaluated")
    return None


def _stable(source: Source, use: Use, expression: Node) -> bool:
    """Whether no other code can change what an expression is: constants, and locals whose address nobody has."""
    definition = source.definition(use)
    if definition is None:
        return _CONSTANT.fullmatch(_text(expression).strip("() ")) is not None
    known = _locals(definition)
    for part in syntax.walk(expression):
        if part.type in (syntax.CALL, "field_expression", "subscript_expression", "pointer_expression"):
            return False
        variable = part.type == "identifier" and not _CONSTANT.fullmatch(_text(part))
        if variable and (_text(part) not in known or _address_taken(source, use, part)):
            return False
    return True


def _locals(definition: Node) -> set[str]:
    """The parameters and the variables of a function, those aside that outlive it."""
    found: set[str] = set()
    for part in syntax.walk(definition):
        if part.type in ("parameter_declaration", "declaration") and not any(
            child.type == "storage_class_specifier" for child in part.children
        ):
            found.update(declared_names(part))
    return found


def _stands_between(source: Source, match: Match) -> Refusal | None:
    """Nothing is merged across a preprocessor line, a label or a case."""
    for removed, kept in match.merged.items():
        between = blanked(source.text[source.uses[removed].end : source.uses[kept].start])
        for line in between.decode(errors="replace").splitlines():
            found = re.match(r"\s*(#.*|(?:case\b.*|default\s*|\w+\s*):(?!:))", line)
            if found:
                return Refusal(GAP, f"'{found[1].strip()}' stands between the store and the signal")
    return None


def _same_fence(source: Source, match: Match) -> Refusal | None:
    """The two names of the fence: one is a local that was set to the other, and nothing was changed since."""
    if "g" not in match.values:
        return None
    store, signal = source.uses[match.sites["store"][0]], source.uses[match.sites["signal"][0]]
    one, other = source.target(store), source.target(signal)
    definition = source.definition(signal)
    if definition is None:
        return _NO_MATTER
    for local, meant in ((one, other), (other, one)):
        settings = [(place, value) for name, place, value in syntax.assigned_names(definition) if name == local]
        if len(settings) != 1 or settings[0][1] is None or syntax.unspaced(syntax.text_of(settings[0][1])) != meant:
            continue
        place = settings[0][0]
        words = set(re.findall(r"\w+", meant))
        changed = any(
            name in words and place.start_byte < change.start_byte < signal.start
            for name, change, _ in syntax.assigned_names(definition)
        )
        changed = changed or _may_repoint(source, definition, meant, (place.end_byte, signal.start))
        if place.start_byte < store.start and not changed and _same_round(place, source.node((store.start, store.end))):
            return None
    return _NO_MATTER


def _may_repoint(source: Source, definition: Node, fence: str, span: tuple[int, int]) -> bool:
    """Whether a call in a span is handed what holds a pointer that leads to the fence, and may change it."""
    whole, loads = fence.lstrip("&*("), 2 if fence.startswith("&") else 1
    for part in syntax.walk(definition):
        if part.type != syntax.CALL or not span[0] <= part.start_byte < span[1]:
            continue
        if _text(part).partition("(")[0].strip() in source.symbols.functions:
            continue
        for given in syntax.arguments(part):
            holder = syntax.unspaced(syntax.text_of(given)).lstrip("&*(")
            if _holds(given, fence) and whole[len(holder) :].count("->") >= loads:
                return True
    return False


def _same_round(earlier: Node, later: Node) -> bool:
    """Whether the later statement runs once for the earlier one: no loop is entered in between."""
    home = syntax.enclosing(earlier, "compound_statement")
    for around in syntax.ancestors(later):
        if around == home:
            return True
        if around.type == "compound_statement" and (
            around.parent is None or around.parent.type not in ("if_statement", "else_clause", syntax.FUNCTION)
        ):
            return False
    return False


def _straight_block(source: Source, match: Match) -> Refusal | None:
    """The block before the store neither jumps nor locks, nor can it change the error."""
    store = source.uses[match.sites["store"][0]]
    block = syntax.enclosing(source.node((store.start, store.end)), "compound_statement")
    if block is None:
        return _NO_MATTER
    error = source.node(store.arguments[1])
    names = set(re.findall(r"\w+", _text(error)))
    for part in syntax.walk(block):
        if part.start_byte >= store.start:
            break
        if part.type in (*_JUMPS, "labeled_statement", "case_statement"):
            return Refusal(GAP, f"'{_text(part).splitlines()[0]}' stands in the block before the store")
        if part.type == syntax.CALL and _LOCK.search(_text(part).partition("(")[0]):
            return Refusal(GAP, f"{_text(part)} stands in the block before the store")
        if part.type == syntax.CALL and error.type != "identifier":
            return Refusal(GAP, f"{_text(part)} before the store may change {_text(error)}")
        if part.type == "pointer_expression" and _text(part).lstrip("& ") in names and _text(part)[0] == "&":
            return Refusal(GAP, f"the address of {_text(error)} is taken in the block before the store")
    for name, change, _ in syntax.assigned_names(block):
        if name in names and change.start_byte < store.start:
            return Refusal(GAP, f"'{_text(change)}' changes the error before it is stored")
    return None


def _straight_gap(source: Source, match: Match) -> Refusal | None:
    """Only plain statements stand in the gap, and none has to do with the fence, what holds it, or the error."""
    store, signal = source.uses[match.sites["store"][0]], source.uses[match.sites["signal"][0]]
    first = syntax.statement(source.node((store.start, store.end)))
    last = syntax.statement(source.node((signal.start, signal.end)))
    if first is None or last is None or first.parent != last.parent or first.parent is None:
        return _NO_MATTER  # what stands between them is told by the place where the store is filed
    error = source.node(store.arguments[1])
    stable = _stable(source, store, error)
    names = _names_of(source, store)
    for between in first.parent.named_children:
        if not first.end_byte <= between.start_byte < last.start_byte or between.type == "comment":
            continue
        what = f"'{_text(between)}' between the store and the signal"
        if between.type not in ("expression_statement", "declaration"):
            return Refusal(GAP, f"{what} is no plain statement")
        if any(_mentions(between, name) for name in names):
            return Refusal(GAP, f"{what} uses the fence")
        if touch := next(filter(None, (_touch(between, name) for name in names)), None):
            return Refusal(GAP, f"{what} {touch} what holds the fence")
        for call in (part for part in syntax.walk(between) if part.type == syntax.CALL):
            name = _text(call).partition("(")[0]
            if _ORDERING.search(name) or name in source.symbols.functions:
                return Refusal(GAP, f"{what} locks, orders or signals")
            if not stable:
                return Refusal(GAP, f"{what} may change {_text(error)}")
        if _touch(between, _text(error)) == "changes":
            return Refusal(GAP, f"{what} changes the error")
    return None


def _names_of(source: Source, use: Use) -> list[str]:
    """The fence of a use, and all that it goes by in its function: locals that it is set to, or that are set to it."""
    names = {source.target(use)}
    definition = source.definition(use)
    settings = [] if definition is None else list(syntax.assigned_names(definition))
    for _ in settings:
        known = len(names)
        for name, _, value in settings:
            meant = "" if value is None else syntax.unspaced(syntax.text_of(value))
            if name in names and re.match(r"[&*(\w]", meant) and meant != "NULL":
                names.add(meant)
            elif meant in names:
                names.add(name)
        if len(names) == known:
            break
    return sorted(names)


def _mentions(node: Node, expression: str) -> bool:
    """Whether an expression stands in code as it is, not as a part of another word."""
    whole = re.escape(expression.lstrip("&*("))
    return re.search(rf"(?<!\w)(?<!->)(?<!\.){whole}(?!\w)", syntax.unspaced(syntax.text_of(node))) is not None


def _touch(node: Node, expression: str) -> str | None:
    """How code may do something to an expression: it "changes" it or what holds it, or "is given" it."""
    for part in syntax.walk(node):
        if part.type in ("assignment_expression", "update_expression"):
            target = part.child_by_field_name("left") or part.child_by_field_name("argument")
            if target is not None and _holds(target, expression):
                return "changes"
        elif part.type == "init_declarator":
            declared = part.child_by_field_name("declarator")
            if declared is not None and _holds(declared, expression):
                return "changes"
        elif part.type == syntax.CALL and any(_holds(given, expression) for given in syntax.arguments(part)):
            return "is given"
    return None


def _holds(node: Node, expression: str) -> bool:
    """Whether a node is the expression, or what the expression is a part of: job for &job->done."""
    whole = syntax.unspaced(expression.encode()).lstrip("&*(")
    part = syntax.unspaced(syntax.text_of(node)).lstrip("&*(")
    return re.match(re.escape(part) + r"(?!\w)", whole) is not None


def _address_taken(source: Source, use: Use, local: Node) -> bool:
    definition = source.definition(use)
    return definition is not None and any(
        part.type == "pointer_expression" and _text(part).replace(" ", "") == f"&{_text(local)}"
        for part in syntax.walk(definition)
    )


def _calm_branch(source: Source, match: Match) -> Refusal | None:
    """What is done about a fence that is signaled already neither touches the fence nor the error."""
    signal = source.uses[match.sites["signal"][0]]
    last = syntax.statement(source.node((signal.start, signal.end)))
    branch = None if last is None else last.prev_named_sibling
    while branch is not None and branch.type != "if_statement":
        branch = branch.prev_named_sibling
    then = None if branch is None else branch.child_by_field_name("consequence")
    if then is None:
        return _NO_MATTER
    if any(part.type in _JUMPS for part in syntax.walk(then)) or _touch(then, match.values["f"]):
        return _NO_MATTER
    error = syntax.expression(match.values["e"])
    if any(part.type == syntax.CALL for part in syntax.walk(then)) and not _stable(source, signal, error):
        return _NO_MATTER
    return _NO_MATTER if _touch(then, match.values["e"]) == "changes" else None


def _operand_of_test(source: Source, match: Match) -> Refusal | None:
    """The test can stand before a `?` without parentheses of its own."""
    inner = syntax.expression(match.values["c"]).named_children
    loose = ("conditional_expression", "comma_expression", "assignment_expression")
    return _NO_MATTER if not inner or inner[0].type in loose else None


def _no_poll(source: Source, match: Match) -> Refusal | None:
    """The test does not ask the very fence whether it is signaled."""
    fence = syntax.unspaced(match.values["f"].encode())
    for part in syntax.walk(syntax.expression(match.values["c"])):
        if part.type == syntax.CALL and _text(part).partition("(")[0].strip() in source.symbols.readers:
            given = syntax.arguments(part)
            if given and syntax.unspaced(syntax.text_of(given[0])) == fence:
                return Refusal(GAP, f"the test {_text(part)} polls the fence: is the poll wanted?")
    return None


def _always_called(source: Source, match: Match) -> Refusal | None:
    """The check is made whatever else its statement does."""
    signal = source.uses[match.sites["signal"][0]]
    node = source.node((signal.start, signal.end))
    for around in syntax.ancestors(node):
        operator = around.child_by_field_name("operator")
        sometimes = (
            around.type == "binary_expression"
            and operator is not None
            and operator.type in ("&&", "||")
            and around.child_by_field_name("left") != node
        ) or (around.type == "conditional_expression" and around.child_by_field_name("condition") != node)
        if sometimes:
            return Refusal(GAP, f"the signal is only made in a part of '{_text(around)}'")
        if around.type.endswith("_statement") or around.type == "declaration":
            break
        node = around
    return None


def _only_tested(source: Source, match: Match) -> Refusal | None:
    """The local that keeps the result is set once, and then only tested: it can become a bool."""
    signal = source.uses[match.sites["signal"][0]]
    if "r" not in match.values:
        call = source.node((signal.start, signal.end))
        return _NO_MATTER if call.parent is not None and _yields(call.parent) else None
    definition = source.definition(signal)
    if definition is None:
        return _NO_MATTER
    settings = [place for name, place, _ in syntax.assigned_names(definition) if name == match.values["r"]]
    reads = list(_reads(definition, match.values["r"]))
    return None if len(settings) == 1 and reads and all(map(_is_test, reads)) else _NO_MATTER


def _reads(definition: Node, name: str) -> Iterator[Node]:
    for node in syntax.walk(definition):
        if node.type != "identifier" or _text(node) != name or node.parent is None:
            continue
        parent = node.parent
        written = parent.child_by_field_name("left") == node and parent.type == "assignment_expression"
        if not written and parent.type not in ("declaration", "init_declarator"):
            yield node


def _is_test(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "parenthesized_expression":
        outer = parent.parent
        statements = ("if_statement", "while_statement", "do_statement")
        return (outer is not None and outer.type in statements) or _is_test(parent)
    if parent.type == "unary_expression":
        return _text(parent).startswith("!")
    if parent.type == "conditional_expression":
        return parent.child_by_field_name("condition") == node and not _yields(parent)
    if parent.type == "binary_expression":
        operator = parent.child_by_field_name("operator")
        other = {_text(child) for child in parent.named_children if child != node}
        sign = "" if operator is None else operator.type
        return sign in ("&&", "||") or (sign in ("==", "!=") and other == {"0"})
    if parent.type == "argument_list" and parent.parent is not None:
        return _WARNINGS.fullmatch(_text(parent.parent).partition("(")[0].strip()) is not None
    return False


def _yields(node: Node) -> bool:
    """Whether a `?:` without a middle part passes on the very value that it tests."""
    return node.type == "conditional_expression" and node.child_by_field_name("consequence") is None


def _unlocked_error(source: Source, match: Match) -> Refusal | None:
    """The error means the same outside of the lock: a constant, or a local."""
    signal = source.uses[match.sites["signal"][0]]
    return None if _stable(source, signal, syntax.expression(match.values["e"])) else _NO_MATTER


def _alone(source: Source, match: Match) -> Refusal | None:
    """No error of this fence is stored on another path that leads here: else a local takes all of them."""
    store, signal = match.sites["store"][0], match.sites["signal"][0]
    return _NO_MATTER if belongs_to_thread(source, store, signal) else None


def _no_read(source: Source, match: Match) -> Refusal | None:
    """The test between the store and the signal does not look at the error."""
    store = source.uses[match.sites["store"][0]]
    fences = {source.target(store), source.target(store).removeprefix("&")}
    for part in syntax.walk(syntax.expression(match.values["c"])):
        owner, member = part.child_by_field_name("argument"), part.child_by_field_name("field")
        read = owner is not None and member is not None and _text(member) in (source.symbols.member, "flags")
        if read and owner is not None and syntax.unspaced(syntax.text_of(owner)) in fences:
            return _NO_MATTER
    return None


def _typed_store(source: Source, match: Match) -> Refusal | None:
    """The headers in sight say that the store is to a fence."""
    store = source.uses[match.sites["store"][0]]
    if store.belongs is Belongs.YES:
        return None
    return Refusal(GAP, f"no header in sight says of what type the target of '{store.before}' is")


def _text(node: Node) -> str:
    return syntax.folded(syntax.text_of(node))


CONDITIONS: dict[str, Callable[[Source, Match], Refusal | None]] = {
    "same_fence": _same_fence,
    "straight_block": _straight_block,
    "operand_of_test": _operand_of_test,
    "no_poll": _no_poll,
    "always_called": _always_called,
    "only_tested": _only_tested,
    "unlocked_error": _unlocked_error,
    "typed_store": _typed_store,
    "no_read": _no_read,
    "alone": _alone,
    "straight_gap": _straight_gap,
    "calm_branch": _calm_branch,
}
