# SPDX-License-Identifier: GPL-2.0-only
"""Texts of others that a terminal does not obey, and that stay on their line."""


def inert(text: str) -> str:
    """A text for a terminal: what is neither printable nor a line's end or a tab is shown as its escape."""
    return "".join(one if one in "\n\t" else _shown(one) for one in text)


def one_line(name: str) -> str:
    """A name, of a file for example, that ends no line and begins none; all that is printable stays."""
    return "".join(map(_shown, name))


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
