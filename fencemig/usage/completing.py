# SPDX-License-Identifier: GPL-2.0-only
"""What a shell's cursor stands on: the name of a command or an option, or a value, and of what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fencemig.usage.model import Command, Manual, Parameter


@dataclass(frozen=True)
class Names:
    """A word out of a closed set, each with what it means."""

    known: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Value:
    """A value of a parameter. `before` is what of the word precedes it, as the `--format=` of `--format=json`.

    `given` are the values of other options of the line, by each of their names.
    """

    command: str
    parameter: Parameter
    before: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


def under_cursor(manual: Manual, words: Sequence[str], word: str) -> Names | Value:
    """What `word`, of which there may be only a part, or nothing yet, is to become behind `words`."""
    command, arguments, literal = manual.main, 0, False
    given: dict[str, str] = {}
    pending: Parameter | None = None
    for one in words:
        if pending:
            given |= dict.fromkeys(pending.names, one)
            pending = None
        elif one == "--" and not literal:
            literal = True
        elif one.startswith("-") and not literal:
            option, _, value = _option(command, one)
            if option and option.metavar and value is None:
                pending = option
            elif option and value is not None:
                given |= dict.fromkeys(option.names, value)
        elif command is not manual.main:
            arguments += 1
        elif one in manual.commands:
            command = manual.commands[one]
        else:
            return Names(())
    if pending:
        return Value(command.name, pending, given=given)
    if word.startswith("-") and not literal:
        option, before, value = _option(command, word)
        if option and option.metavar and value is not None:
            return Value(command.name, option, before, given)
        return Names(
            tuple((name, option.text) for option in command.options for name in (*option.names, *option.opposites))
        )
    if command is manual.main:
        return Names(tuple((one.name, one.text[0]) for one in manual.commands.values()))
    argument = _nth(command.arguments, arguments)
    return Value(command.name, argument, given=given) if argument else Names(())


def _option(command: Command, word: str) -> tuple[Parameter | None, str, str | None]:
    """The option that a word names, the part of the word that does, and its value where the word has it, too."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return _named(command.options, name), name + equals, value if equals else None
    return _named(command.options, word[:2]), word[:2], word[2:] or None


def _named(options: Iterable[Parameter], name: str) -> Parameter | None:
    return next((option for option in options if name in (*option.names, *option.opposites)), None)


def _nth(arguments: Sequence[Parameter], number: int) -> Parameter | None:
    if number < len(arguments):
        return arguments[number]
    return arguments[-1] if arguments and arguments[-1].repeatable else None
