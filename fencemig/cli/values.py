# SPDX-License-Identifier: GPL-2.0-only
"""What is typed becomes values: as typer does it, without pydantic, which takes longer to load than all of typer."""

from enum import StrEnum
from typing import Any, get_args

import typer


class Values:
    """Takes the place of what typer makes of a parameter's type (typer._coercion.RuntimeParam)."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of a parameter. Raise typer.BadParameter for a text that stands for none."""
        kind = param.type_descriptor.annotation
        try:
            if param.multiple or param.nargs == -1:
                return [_value(one, get_args(kind)[0], param.min) for one in value or ()]
            return None if value is None else _value(value, kind, param.min)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from None


def _value(value: Any, kind: type, least: float | None) -> Any:
    """A text, or a default that is a value already. Raise ValueError with what is wrong."""
    try:
        found = kind(value)
    except ValueError:
        raise ValueError(f"{value!r} is {_not_a(kind)}") from None
    if least is not None and not found >= least:  # so that nan is refused
        raise ValueError(f"{value} is less than {least}")
    return found


def _not_a(kind: type) -> str:
    if issubclass(kind, StrEnum):
        return f"none of {', '.join(kind)}"
    return "no whole number" if kind is int else "no number"
