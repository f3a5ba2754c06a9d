# SPDX-License-Identifier: GPL-2.0-only
"""What of the old API the whole tree still uses after the conversion: it keeps the transitional form alive."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fencemig.census import Kind, Use, named_functions
from fencemig.source import Source

_CODE = (Kind.CALL, Kind.MACRO, Kind.VALUE)


@dataclass(frozen=True)
class Remaining:
    """Places as "path:line: function()", in the resulting tree.

    `calls` pass no error, nor does a pointer to one of the functions; `results` are calls whose result is used
    although the function is to have none: both outside of the files that define the API. `stores` are all uses
    of the function that stores an error.
    """

    calls: tuple[str, ...]
    results: tuple[str, ...]
    stores: tuple[str, ...]


def remaining(sources: Iterable[Source], after: Mapping[str, bytes]) -> Remaining:
    """A census of the resulting tree: `sources` are all files that name the API, `after` the converted texts."""
    calls: list[str] = []
    results: list[str] = []
    stores: list[str] = []
    for source in sources:
        result, uses = source, iter(source.uses)
        if source.path in after:
            result = source.at_stage(after[source.path])
            uses = named_functions(result.text, result.symbols)
        for use in uses:
            role = source.symbols.role(use.callee)
            if use.kind not in _CODE or not role:
                continue
            place = f"{source.path}:{use.line}: {use.function}()" if use.function else f"{source.path}:{use.line}"
            if role == "store":
                stores.append(place)
            elif source.path in source.symbols.core or role == "new":
                continue
            elif use.kind is Kind.VALUE or not source.symbols.is_converted(use.callee, _arguments(result, use)):
                calls.append(place)
            elif role == "signal" and use.kind is Kind.CALL and _result_used(result, use):
                results.append(place)
    return Remaining(tuple(calls), tuple(results), tuple(stores))


def _arguments(source: Source, use: Use) -> int:
    """How many arguments a call has; those in the body of a macro are counted by their commas."""
    if use.kind is Kind.CALL:
        return len(use.arguments)
    return sum(1 for _ in _split(source.text[use.offset + len(use.callee) :]))


def _split(text: bytes) -> Iterator[None]:
    """Once for each argument of the list that a text begins with."""
    depth = 0
    for character in text.lstrip().decode(errors="replace"):
        if character in "([{":
            depth += 1
            if depth == 1:
                yield
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 1:
            yield
        if depth == 0:
            return


def _result_used(source: Source, use: Use) -> bool:
    call = source.node_of(use)
    return call.parent is not None and call.parent.type != "expression_statement"
