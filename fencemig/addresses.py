# SPDX-License-Identifier: GPL-2.0-only
"""Addresses of mail: what is one, and how it is written in a header so that nothing else can come of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fencemig.errors import UserError
from fencemig.model import Person

_WIDTH = 78  # RFC 5322, 2.1.1
_INDENT = "    "  # of a folded line, as git's

# What RFC 5321, git send-email and mail servers all take: a dot-atom at a domain with a dot, all ASCII.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@.{{1,253}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_NAMED = re.compile(r"(?P<name>.*?) *<(?P<address>[^<>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_AMBIGUOUS = re.compile(r'["\\,;:@<>]')  # what ends a name that is not in quotes
_PLAIN = re.compile(r"[A-Za-z0-9_ -]*")  # what get_maintainer.pl does not put in quotes

_ENCODED = "=?UTF-8?q?{}?="
_ROOM = 60  # of a name, or a part of it: encoded, it still fits behind "Cc: " or the indent (RFC 2047, 2: 76 columns)
_AS_IT_IS = re.compile(r"[A-Za-z0-9!*+/-]")  # RFC 2047, 5 (3)


@dataclass(frozen=True)
class Mailbox:
    """A name, "" for none, as people read it (not quoted, not encoded), and an address.

    str() gives it as get_maintainer.pl does, quotes and all: "Name <address>", or the address alone.
    """

    name: str
    address: str

    def __str__(self) -> str:
        return f"{_quoted(self.name)} <{self.address}>" if self.name else self.address


def parse_mailbox(text: str) -> Mailbox | None:
    """Read a mailbox as MAINTAINERS and .mailmap have it, whose names hold commas and dots without quotes.

    White space of any kind counts as a space. None for what is no address, or has a control character in it.
    """
    named = _NAMED.fullmatch(text)
    name, address = named.group("name", "address") if named else ("", text)
    if quoted := _QUOTED.fullmatch(name.strip()):
        name = _ESCAPED.sub(r"\1", quoted[1])
    mailbox = Mailbox(" ".join(name.split()), address.strip())
    return mailbox if mailbox.name.isprintable() and _ADDRESS.fullmatch(mailbox.address) else None


def validated(text: str) -> Person:
    """The person or list that a user named: `address` or `Name <address>`, one of them. Its role is "".

    Raises UserError for anything else: two addresses, none, a line break or other control character.
    """
    named = _NAMED.fullmatch(text)
    name = named["name"].strip(" ") if named else ""
    mailbox = parse_mailbox(text)
    clear = _QUOTED.fullmatch(name) or not _AMBIGUOUS.search(name)
    if mailbox is None or not clear or not text.isprintable():
        raise UserError(f"{text!r} is not one mail address: write 'name@example.org' or 'Name <name@example.org>'")
    return Person(str(mailbox), "")


def header(field: str, people: Sequence[Person]) -> str:
    """The header `field` ("To", "Cc"), folded at 78 columns, without the last line's end; "" for nobody.

    Names that are not ASCII are encoded (RFC 2047), others quoted where they must be. The people must come
    from this module or from recipients: raises ValueError for an address that is none.
    """
    lines = [f"{field}:"]
    for number, person in enumerate(people, 1):
        mailbox = parse_mailbox(person.address)
        if mailbox is None:
            raise ValueError(f"no mailbox: {person.address!r}")
        for piece in _pieces(mailbox, "" if number == len(people) else ","):
            if len(lines[-1]) + 1 + len(piece) <= _WIDTH or lines[-1] == f"{field}:":
                lines[-1] += f" {piece}"
            else:
                lines.append(_INDENT + piece)
    return "\n".join(lines) if people else ""


def _pieces(mailbox: Mailbox, comma: str) -> list[str]:
    """The parts between which a line may be broken: the whole mailbox where that fits on one."""
    name = mailbox.name
    if not name:
        return [mailbox.address + comma]
    plain = name.isascii() and "=?" not in name and len(_quoted(name)) <= _ROOM
    pieces = [*([_quoted(name)] if plain else _encoded(name)), f"<{mailbox.address}>{comma}"]
    whole = " ".join(pieces)
    return [whole] if len(_INDENT + whole) <= _WIDTH else pieces


def _quoted(name: str) -> str:
    """In quotes where it has more than words."""
    return name if _PLAIN.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def _encoded(name: str) -> Iterator[str]:
    """Encoded words, each whole by itself: no character is split between two (RFC 2047, 5)."""
    word = ""
    for character in name:
        code = _q(character)
        if len(word) + len(code) > _ROOM:
            yield _ENCODED.format(word)
            word = ""
        word += code
    yield _ENCODED.format(word)


def _q(character: str) -> str:
    if character == " ":
        return "_"
    if _AS_IT_IS.fullmatch(character):
        return character
    return "".join(f"={byte:02X}" for byte in character.encode())


def without_doubles(people: Iterable[Person]) -> tuple[Person, ...]:
    """Each address once, by its first mention. Case does not tell addresses apart."""
    first: dict[str, Person] = {}
    for person in people:
        first.setdefault(_address_of(person), person)
    return tuple(first.values())


def _address_of(person: Person) -> str:
    """The address alone, in lower case: the same for the same person under two names."""
    return person.address.rpartition("<")[2].rstrip(">").lower()
