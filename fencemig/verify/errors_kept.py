# SPDX-License-Identifier: GPL-2.0-only
"""No error is lost: what a store that is gone stored is what the signal that it went into passes."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tree_sitter import Node

from fencemig import syntax
from fencemig.model import Site
from fencemig.source import Source

_WORD = re.compile(r"\b[A-Za-z_]\w*\b(?!\s*\()|\b\d+\b")


def lost_errors(sites: Sequence[Site], converted: Mapping[str, Source]) -> Iterator[str]:
    """Yield a line for each store that is gone and whose error no signal passes.

    A signal passes it itself, or by a local that is set to it where the store was. `converted` are the files
    of the converted tree by path.
    """
    by_id = {site.id: site for site in sites}
    for site in sites:
        if site.merged_into is None:
            continue
        signal = by_id.get(site.merged_into)
        if signal is None:
            yield f"{site.id}: went into {site.merged_into}, of which the ledger has no site"
            continue
        error, passed = error_of(site.before), error_of(signal.after or signal.before)
        if not passes(passed, error) and not _is_set(passed, error, site, converted.get(site.path)):
            yield f"{site.id}: its error {error} is lost: {signal.after or signal.before} takes its place"


def error_of(text: str) -> str:
    """The last argument of the first call in a text, or what a store by hand stores; "" for neither."""
    for node in syntax.walk(syntax.parse(f"void f(void) {{ {text}; }}".encode(errors="replace"))):
        if node.type == syntax.CALL and (given := syntax.arguments(node)):
            return _text(given[-1])
        if node.type == "assignment_expression" and (value := node.child_by_field_name("right")) is not None:
            return _text(value)
    return ""


def passes(argument: str, error: str) -> bool:
    """Whether an argument has an error in it: all its names and numbers, those of called functions aside."""
    words = set(_WORD.findall(error))
    return words <= set(_WORD.findall(argument)) if words else error != "" and error in argument


def _is_set(local: str, error: str, site: Site, source: Source | None) -> bool:
    """Whether the function that a store stood in now sets a local to the error."""
    for definition in syntax.walk(source.root) if source is not None else ():
        if definition.type != syntax.FUNCTION or syntax.function_name(definition) != site.function:
            continue
        for node in syntax.walk(definition):
            fields = ("left", "right") if node.type == "assignment_expression" else ("declarator", "value")
            target, value = (node.child_by_field_name(field) for field in fields)
            if target is not None and value is not None and _text(target) == local and passes(_text(value), error):
                return True
    return False


def _text(node: Node) -> str:
    return syntax.text_of(node).decode(errors="replace")
