# SPDX-License-Identifier: GPL-2.0-only
"""The text of --help: plain, grouped, in lines of at most `width` columns where words allow."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from fencemig.usage.guide import GUIDES
from fencemig.usage.model import Command, Manual, Parameter, grouped

_INDENT = 2
_LABELS = 26  # columns of the longest label that has its text beside it
_LEAST = 20  # columns that a text gets whatever the width


def usage_line(command: Command, width: int) -> str:
    """`Usage: fencemig scan [OPTIONS] PATH...`."""
    start = f"Usage: {command.full_name} "
    return "\n".join(_wrapped(" ".join(command.usage), width, start, " " * len(start)))


def front_page(manual: Manual, width: int) -> str:
    """What fencemig is, and which commands it has."""
    commands = grouped((one.group, (one.name, one.text[0])) for one in manual.commands.values())
    lines = [line for heading, pairs in commands.items() for line in _section(heading, pairs, width)]
    more = ["", *_wrapped("`fencemig COMMAND --help` says more of a command.", width)]
    return _joined(_head(manual.main, width), lines, _tail(manual.main, width), more)


def help_page(command: Command, width: int) -> str:
    """All that there is to say of a command."""
    lines = _section("Arguments", map(_pair, command.arguments), width)
    return _joined(_head(command, width), lines, _tail(command, width))


def _head(command: Command, width: int) -> Iterator[str]:
    yield usage_line(command, width)
    for paragraph in command.text:
        yield from ("", *_wrapped(paragraph, width, " " * _INDENT))


def _tail(command: Command, width: int) -> Iterator[str]:
    for heading, options in command.grouped().items():
        yield from _section(heading, map(_pair, options), width)
    guide = GUIDES[command.name]
    yield from ("", "Examples:")
    for example in guide.examples:
        yield from (f"{'':{_INDENT}}{example.line}", *_wrapped(example.does, width, " " * 3 * _INDENT))
    yield from _section("Exit status", ((str(number), said) for number, said in guide.statuses.items()), width)


def _joined(*parts: Iterable[str]) -> str:
    return "\n".join(line for part in parts for line in part) + "\n"


def _pair(parameter: Parameter) -> tuple[str, str]:
    return parameter.label, parameter.sentence


def _section(heading: str, pairs: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """A heading, and a list of labels with their texts beside them, or below those that are too long."""
    pairs = list(pairs)
    if not pairs:
        return
    beside = max((len(label) for label, _ in pairs if len(label) <= _LABELS), default=0)
    column = min(_INDENT + beside + 2, max(width - _LEAST, 2 * _INDENT))
    yield from ("", f"{heading}:")
    for label, text in pairs:
        start = f"{'':{_INDENT}}{label}"
        if len(start) + 2 > column:
            yield start
            start = ""
        yield from _wrapped(text, width, f"{start:{column}}", " " * column)


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of whole words: a name with a hyphen in it stays one, or it could not be copied."""
    rest = first if rest is None else rest
    return wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
