# SPDX-License-Identifier: GPL-2.0-only
"""What the text of a function says about the values that matter to it."""

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from fencemig import syntax

from .declarations import Function, text


@dataclass
class Facts:
    """What the text of a function says about the values that matter to it; members by their last name."""

    function: Function
    tested: set[str] = field(default_factory=set)  # pointers that may be NULL
    errors: set[str] = field(default_factory=set)  # pointers that may be errors
    arrays: set[str] = field(default_factory=set)  # pointers to several
    bounds: set[str] = field(default_factory=set)  # numbers of elements
    numbers: set[int] = field(default_factory=set)  # that something is compared with
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)  # head: struct and member of the elements
    works: tuple[str, str] | None = None  # the struct around a work_struct, and the member
    calls: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for node in syntax.walk(self.function.node):
            match node.type:
                case "call_expression":
                    self._call(node)
                case "identifier" | "field_expression" if _is_truth(node):
                    self.tested.add(last_name(text(node)))
                case "number_literal" if _is_compared(node):
                    number = int(text(node).rstrip("uUlL"), 0)
                    self.numbers |= {number, number + 1}
                case "subscript_expression" if (array := node.child_by_field_name("argument")) is not None:
                    self.arrays.add(last_name(text(array)))
                case "for_statement" if (condition := node.child_by_field_name("condition")) is not None:
                    bound = condition.child_by_field_name("right")
                    if bound is not None and bound.type in ("identifier", "field_expression"):
                        self.bounds.add(last_name(text(bound)))
        self._elements()

    def _call(self, node: Node) -> None:
        callee = node.child_by_field_name("function")
        assert callee is not None
        arguments = [text(argument) for argument in syntax.arguments(node)]
        name = text(callee)
        self.calls.add(last_name(name))
        if name == "IS_ERR":
            self.errors.add(last_name(arguments[0]))
            self._assigned_from_calls(arguments[0])

    def _assigned_from_calls(self, local: str) -> None:
        """The functions that a local comes from return errors, too."""
        for name, _, value in syntax.assigned_names(self.function.node):
            if name == local and value is not None and value.type == "call_expression":
                self.errors.add(text(value).partition("(")[0])

    def _elements(self) -> None:
        """What lists hold and work belongs to: the parser does not know a type as an argument, so by the text."""
        body = text(self.function.node)
        pattern = r"list_for_each_entry(?:_safe)?\((\w+),(?: \w+,)? &([\w>.-]+), (\w+)\)"
        for position, head, member in re.findall(pattern, body):
            declared = re.search(rf"(struct \w+) [^;{{]*\*{position}\b", body)
            assert declared, position
            self.lists[last_name(head)] = (declared[1], member)
        for head, element, member in re.findall(r"list_first_entry\(&([\w>.-]+), (struct \w+), (\w+)\)", body):
            self.lists[last_name(head)] = (element, member)
        if work := re.search(r"container_of\(\w+, (struct \w+), ([\w.]+)\)", body):
            self.works = (work[1], work[2])


def last_name(expression: str) -> str:
    """The last name of an expression: `job->done_fence` is done_fence."""
    return re.split(r"->|\.|&|\*", expression)[-1]


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return "" if operator is None else text(operator)


def _is_truth(node: Node) -> bool:
    """Whether only the truth of a value is asked: for a pointer, whether it is NULL."""
    around = node.parent
    if around is None:
        return False
    if around.type == "conditional_expression":
        return around.child_by_field_name("condition") == node
    return around.type == "parenthesized_expression" or _operator(around) in ("!", "&&", "||")


def _is_compared(node: Node) -> bool:
    around = node.parent
    return around is not None and (
        around.type == "case_statement" or _operator(around) in ("==", "!=", "<", ">", "<=", ">=")
    )
