# SPDX-License-Identifier: GPL-2.0-only
"""What every table of a migration.toml is held to."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any


def existing(folder: Path, name: str) -> Path:
    """A file that a manifest names, from its folder on. Raises ValueError when it is missing."""
    path = folder / name
    if not path.is_file():
        raise ValueError(f"{name} is missing")
    return path.absolute()  # spatch runs in a folder of its own, and says nothing about a file that it cannot find


def inside(folder: Path, name: str) -> Path:
    """A file that may run code, or becomes part of a patch: only what is in the folder did its user name.

    Raises ValueError when it is missing or elsewhere.
    """
    path = existing(folder, name)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name} is outside of the migration's folder")
    return path


def refuse_unknown(data: Mapping[str, Any], known: Collection[str], where: str = "") -> None:
    """Raise ValueError for a key that means nothing; `where` names the table."""
    if unknown := sorted(set(data) - set(known)):
        raise ValueError(f"{where}: unknown key {unknown[0]!r}" if where else f"unknown key {unknown[0]!r}")
