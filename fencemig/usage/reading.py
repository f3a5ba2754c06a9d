# SPDX-License-Identifier: GPL-2.0-only
"""typer's objects as data, without importing typer."""

from enum import StrEnum
from typing import Any

from fencemig.usage.model import Command, Manual, Parameter


def manual_of(group: Any, context: Any) -> Manual:
    """A group of commands, in its context."""
    make_context = type(context)
    inner = {name: described(command, make_context(command, context)) for name, command in group.commands.items()}
    return Manual(described(group, context), inner)


def described(command: Any, context: Any) -> Command:
    """A command, or a group, in its context."""
    parameters = command.get_params(context)
    group = hasattr(command, "commands")
    return Command(
        "" if group else command.name,
        tuple(" ".join(paragraph.split()) for paragraph in command.help.split("\n\n")),
        tuple(_parameter(one) for one in parameters if one.param_type_name == "argument"),
        tuple(_parameter(one) for one in parameters if one.param_type_name == "option"),
        "" if group else command.rich_help_panel or "Commands",
    )


def _parameter(given: Any) -> Parameter:
    option = given.param_type_name == "option"
    flag = option and given.is_flag
    default = "" if flag or given.default is None else given.default
    return Parameter(
        names=tuple(sorted(given.opts, key=len)) if option else (),
        metavar="" if flag else given.metavar or given.name.upper(),
        text=given.help or "",
        group=given.rich_help_panel or "",
        choices=tuple(type(default)) if isinstance(default, StrEnum) else (),
        default=f"{default:g}" if isinstance(default, float) else str(default),
        required=given.required,
        opposites=tuple(given.secondary_opts) if option else (),
        repeatable=given.nargs == -1 or (option and given.multiple),
    )
