# SPDX-License-Identifier: GPL-2.0-only
"""Who gets a patch: what scripts/get_maintainer.pl says, with the maintainers of the owning sections in To.

The rules are those of get_maintainer.pl with its defaults in a tree without git, read in Linux 6.12 and 7.3.
(.get_maintainer.ignore plays no part: the script holds it against signers from the history only.) Two things
are as in git instead: case does not matter in .mailmap, and what is no mail address is left out.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from fencemig.addresses import Mailbox, parse_mailbox, without_doubles
from fencemig.maintainers import Owners
from fencemig.model import Change, Person, Section

LIMIT = 100  # addresses of one mail, beyond which mail servers refuse it

_CHIEF = Mailbox("Linus Torvalds", "torvalds@linux-foundation.org")  # get_maintainer.pl never names him

_MAPPED = re.compile(r"(?P<name>[^<]*)<(?P<address>[^>]+)>\s*(?:(?P<old_name>[^<]*)<(?P<old>[^>]+)>)?")
_CHANGED = "^[+-].*"
_FLAGS = re.compile(r"\(\?[imsx]+\)")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Recipients:
    """Whom a mail goes to. No address is in it twice."""

    to: tuple[Person, ...]
    cc: tuple[Person, ...]

    @classmethod
    def of(cls, to: Iterable[Person], cc: Iterable[Person]) -> "Recipients":
        """These people, each once; who is in both is in `to`."""
        everyone = without_doubles([*(first := without_doubles(to)), *cc])
        return cls(everyone[: len(first)], everyone[len(first) :])


def union(mails: Iterable[Recipients], limit: int = LIMIT) -> tuple[Recipients, int]:
    """The recipients of several mails together, and how many were left out to keep to the limit.

    Those in `to` stay first, then whom the user named, then lists, then the rest.
    """
    mails = tuple(mails)
    everyone = Recipients.of((p for mail in mails for p in mail.to), (p for mail in mails for p in mail.cc))
    weight = {"": 0, "list": 1}
    heaviest = sorted(everyone.cc, key=lambda person: weight.get(person.role, 2))
    to = everyone.to[:limit]
    cc = heaviest[: limit - len(to)]
    left_out = len(everyone.to) + len(everyone.cc) - len(to) - len(cc)
    return Recipients(to, tuple(cc)), left_out


class Directory:
    """Looks up who gets a patch. `mailmap` is the text of the tree's .mailmap, empty for none."""

    def __init__(self, owners: Owners, mailmap: bytes) -> None:
        self._owners = owners
        self._mailmap = _Mailmap(mailmap)

    def recipients(self, changes: Iterable[Change], message: str = "") -> Recipients:
        """Who gets a patch with these changes and this message (subject, body, notes: K: patterns look at it).

        To has the maintainers of the owning sections; for a section without any, those of the next less
        specific one. Cc has the owning sections' reviewers and lists, then everyone else, lists last. Where
        there is no maintainer at all, the lists are in To: a mail needs someone there.
        """
        changes = sorted(changes, key=lambda change: change.path)
        rankings = [self._owners.ranking(change.path) for change in changes]
        owning = dict.fromkeys(section for ranking in rankings for section in ranking[:1])
        minding = dict.fromkeys(section for ranking in rankings for section in _with_maintainers(ranking))
        sections = dict.fromkeys(section for ranking in rankings for section in ranking)
        sections.update(dict.fromkeys(self._mentioned(changes, message)))
        known = self._resolved(sections)
        to = [known[p] for section in minding for p in section.people if p.role == "maintainer" and p in known]
        cc = [known[p] for section in owning for p in section.people if p.role != "maintainer" and p in known]
        found = Recipients.of(to, [*cc, *known.values()])
        if found.to:
            return found
        lists = [person for person in found.cc if person.role == "list"]
        return Recipients.of(lists, found.cc)

    def _resolved(self, sections: Iterable[Section]) -> dict[Person, Person]:
        """Everyone in the sections, people first, then lists, with the name and address to write to.

        The same name or the same address is the same person: the first mention counts, then what .mailmap
        makes of it. get_maintainer.pl does it twice, with the names of MAINTAINERS and with those of .mailmap.
        """
        people = [person for section in sections for person in section.people]
        before, after = _Acquaintances(), _Acquaintances()
        known = {}
        firsts = [
            *((person, before.first) for person in people if person.role != "list"),
            *((person, lambda mailbox: mailbox) for person in people if person.role == "list"),
        ]
        for person, first in firsts:
            mailbox = parse_mailbox(person.address)
            if mailbox is not None:
                mapped = self._mailmap.map(after.first(self._mailmap.map(first(mailbox))))
                if mapped != _CHIEF:
                    known[person] = Person(str(mapped), person.role)
        return known

    def _mentioned(self, changes: Iterable[Change], message: str) -> list[Section]:
        """The sections with a K: pattern that is in the message or in a changed line."""
        said = message.split("\n")
        lines = [line for change in changes for line in _diff(change)]

        def mentioned(keyword: str) -> bool:
            return any(map(_keyword(keyword).search, said)) or any(map(_keyword(keyword, _CHANGED).search, lines))

        return [section for section in self._owners.sections if any(map(mentioned, section.keywords))]


def _with_maintainers(ranking: Iterable[Section]) -> list[Section]:
    """The first section that has a maintainer, if any."""
    return [section for section in ranking if any(person.role == "maintainer" for person in section.people)][:1]


def _diff(change: Change) -> Iterator[str]:
    """The lines of the hunks, with their signs. Context counts, too: see _keyword()."""
    before, after = (text.decode(errors="replace").split("\n") for text in (change.before, change.after))
    lines = list(difflib.unified_diff(before, after, lineterm=""))[2:]
    return (line for line in lines if not line.startswith("@@"))


@cache
def _keyword(pattern: str, prefix: str = "") -> re.Pattern[str]:
    """A K: pattern, compiled as get_maintainer.pl does it: with /x, the prefix glued to it.

    So of "a|b" the prefix binds a alone, and b is found in context lines, too. Flags, which Perl takes
    anywhere, go in front. What Python cannot read matches nothing.
    """
    flags = _FLAGS.match(pattern)
    try:
        return re.compile(f"{flags[0]}{prefix}{pattern[flags.end() :]}" if flags else prefix + pattern, re.VERBOSE)
    except (re.error, OverflowError, RecursionError):
        return _NEVER


class _Acquaintances:
    """Remembers people by name and by address."""

    def __init__(self) -> None:
        self._by_name: dict[str, Mailbox] = {}
        self._by_address: dict[str, Mailbox] = {}

    def first(self, mailbox: Mailbox) -> Mailbox:
        """The mailbox of the same name, or else address, that came first: maybe this one."""
        name, address = mailbox.name.lower(), mailbox.address.lower()
        met = self._by_name.get(name) if name else None
        met = met or self._by_address.get(address)
        if met is None:
            self._by_name[name] = self._by_address[address] = mailbox
        return met or mailbox


class _Mailmap:
    """The tree's .mailmap: the names and addresses that people want to be known by (man gitmailmap)."""

    def __init__(self, text: bytes) -> None:
        self._names: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        for line in text.decode(errors="replace").split("\n"):
            if entry := _MAPPED.fullmatch(line.partition("#")[0].strip()):
                self._add(entry["name"], entry["address"], entry["old_name"] or "", entry["old"])

    def _add(self, name: str, address: str, old_name: str, old: str | None) -> None:
        """Each of the four forms, from "Name <address>" to "Name <address> Old Name <old address>"."""
        new = parse_mailbox(f"{name} <{address}>")
        key = parse_mailbox(f"{old_name} <{old or address}>")
        if new is not None and key is not None:
            if new.name:
                self._names[str(key).lower()] = new.name
            if old is not None:
                self._addresses[str(key).lower()] = new.address

    def map(self, mailbox: Mailbox) -> Mailbox:
        """The mailbox to use instead: by name and address where there is such an entry, else by address."""
        keys = (str(mailbox).lower(), mailbox.address.lower())
        key = next((key for key in keys if key in self._names or key in self._addresses), "")
        return Mailbox(self._names.get(key, mailbox.name), self._addresses.get(key, mailbox.address))
