# SPDX-License-Identifier: GPL-2.0-only
"""docs/commands.md: the reference of the commands, made of what fencemig/cli gives to typer."""

import re
from collections.abc import Iterable, Iterator

from documents import GENERATED, table
from fencemig.cli import manual
from fencemig.usage.guide import GUIDES
from fencemig.usage.model import Command, Parameter

_TOP = """
# The commands

What `--help` tells, and the man page [fencemig.1](fencemig.1) (`man fencemig` once fencemig is installed, or
`man -l docs/fencemig.1`). What the commands print for programs is in [formats.md](formats.md).

The result of a command is on stdout, progress and messages are on stderr.

`fencemig --install-completion` sets up completion in the shell that it is typed in: bash, zsh or fish. In zsh, the
first Tab of a session only loads it.
"""
_LITERAL = re.compile(r"(?<![\w`])(--?[A-Za-z][\w-]*|\w+/[\w.-]+\.json|\w+\.toml|dma_fence_\w+\(\)|\[(?:RFC )?PATCH\])")


def text() -> str:
    """The whole document."""
    told = manual()
    parts = [GENERATED + _TOP, "## fencemig\n", *_parts(told.main)]
    rows = [(f"[`{name}`](#fencemig-{name})", _literal(one.text[0])) for name, one in told.commands.items()]
    parts.append(table(("command", "does"), rows))
    for command in told.commands.values():
        parts += [f"## {command.full_name}\n", *_parts(command)]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _parts(command: Command) -> Iterator[str]:
    yield "\n\n".join(_literal(paragraph) for paragraph in command.text)
    yield f"```\n{command.full_name} {' '.join(command.usage)}\n```"
    if command.arguments:
        yield table(("argument", "is"), _rows(command.arguments))
    for heading, options in command.grouped().items():
        title = "option" if heading == "Options" else f"option: {heading[0].lower()}{heading[1:]}"
        yield table((title, "does"), _rows(options))
    guide = GUIDES[command.name]
    width = max(len(example.line) for example in guide.examples)
    lines = (f"{example.line:{width}}  # {example.does}" for example in guide.examples)
    yield "```sh\n{}\n```".format("\n".join(lines))
    yield table(("exit status", "means"), ((str(number), said) for number, said in guide.statuses.items()))


def _rows(parameters: Iterable[Parameter]) -> Iterator[tuple[str, str]]:
    for one in parameters:
        more = " May be given more than once." if one.repeatable and one.names else ""
        yield f"`{one.label}`", _literal(one.sentence) + more


def _literal(said: str) -> str:
    """Text as Markdown, with what is to be typed or looked for as code."""
    return _LITERAL.sub(r"`\1`", said).replace("<", "\\<")
