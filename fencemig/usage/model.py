# SPDX-License-Identifier: GPL-2.0-only
"""What there is to say of commands and their options. fencemig/cli makes these from what it gives to typer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Parameter:
    """An option, or an argument: that has no `names`. `metavar` is what stands for its value, "" for a flag.

    `group` is the heading below which help shows it, "" for none of its own; `choices` are all values that it takes,
    if these can be told; `opposites` name the flag that takes it back.
    """

    names: tuple[str, ...]
    metavar: str
    text: str
    group: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    repeatable: bool = False
    opposites: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """As in a list of options: `-C, --tree DIR`."""
        names = " / ".join(filter(None, (", ".join(self.names), ", ".join(self.opposites))))
        return f"{names} {self.metavar}".strip()

    @property
    def sentence(self) -> str:
        """What it does, which values there are, and which it has by itself."""
        said = self.text
        if self.choices:
            said = f"{said.rstrip('.')}: {', '.join(self.choices[:-1])} or {self.choices[-1]}."
        return f"{said.rstrip('.')} (default: {self.default})." if self.default else said


@dataclass(frozen=True)
class Command:
    """A command; also fencemig as a whole, which has no `name`. The first paragraph of `text` is its summary.

    `group` is the heading below which the list of commands shows it.
    """

    name: str
    text: tuple[str, ...]
    arguments: tuple[Parameter, ...] = ()
    options: tuple[Parameter, ...] = ()
    group: str = ""

    @property
    def full_name(self) -> str:
        """As it is typed: `fencemig scan`."""
        return f"fencemig {self.name}".strip()

    @property
    def usage(self) -> tuple[str, ...]:
        """What follows the name in a usage line, piece by piece."""
        pieces = [one.metavar if one.required else f"[{one.metavar}]" for one in self.arguments]
        return ("[OPTIONS]", *(pieces if self.name else ("COMMAND", "[ARGS]...")))

    def grouped(self) -> Mapping[str, tuple[Parameter, ...]]:
        """The options by heading; those without one come first."""
        return grouped((one.group or "Options", one) for one in sorted(self.options, key=lambda one: one.group != ""))


@dataclass(frozen=True)
class Manual:
    """fencemig as a whole, and its commands in the order of the help."""

    main: Command
    commands: Mapping[str, Command] = field(default_factory=dict)


def grouped(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    """Things below their headings, both in the order of their first appearance."""
    found: dict[str, tuple[T, ...]] = {}
    for heading, one in pairs:
        found[heading] = (*found.get(heading, ()), one)
    return found
