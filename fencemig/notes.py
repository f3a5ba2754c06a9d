# SPDX-License-Identifier: GPL-2.0-only
"""What a reviewer of a site would look up next, said at once: notes that a rule asks for in the manifest."""

from collections.abc import Callable, Sequence

from fencemig import syntax
from fencemig.census import Use
from fencemig.source import Source

_SHOWN = 6


def _poll(source: Source, use: Use, near: Sequence[Source]) -> str:
    """Whether the fences of this driver have a callback that the lost poll would have asked."""
    ops = sorted({name for other in near for name in other.ops})
    asked = sorted({name for other in near for name, members in other.ops.items() if "signaled" in members})
    if not ops:
        return f"no {source.symbols.callbacks_of} in this driver"
    if not asked:
        return f"{', '.join(ops)}: no .signaled, so the poll had nothing to ask"
    return f"with a .signaled: {', '.join(asked)}"


def _returns(source: Source, use: Use, near: Sequence[Source]) -> str:
    """Every return of the function, for one that does not fit is easily overlooked."""
    definition = source.definition(use)
    if definition is None:
        return ""
    found = [
        f"{node.start_point[0] + 1}: {syntax.shown(node).rstrip(';')}"
        for node in syntax.walk(definition)
        if node.type == "return_statement" and node.named_children
    ]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"returns of {use.function}(): {'; '.join(found[:_SHOWN])}{more}" if found else ""


# Each is given a site, and the sources of its driver.
NOTES: dict[str, Callable[[Source, Use, Sequence[Source]], str]] = {"poll": _poll, "returns": _returns}
