# SPDX-License-Identifier: GPL-2.0-only
"""MAINTAINERS text → sections, and the section that owns a path: the one whose F: pattern is most specific.

The rules are those of the kernel's scripts/get_maintainer.pl, read in Linux 6.12 and 7.3. K: patterns never
own: they claim every file that merely mentions a subsystem's functions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from fencemig.model import Person, Section

THE_REST = "THE REST"

# Classes of claims, best first. The named sections hold whole top folders; any other F: goes before theirs.
_FILES, _DRM, _REGEX, _REST = range(4)
_CATCH_ALLS = {"DRM DRIVERS": _DRM, THE_REST: _REST}

_FIELD = re.compile(r"([A-Z]):\s*(.*)")
_ROLES = {"M": "maintainer", "R": "reviewer", "L": "list"}
# One mailbox of a line, and whether a comma leads to another. An @ is in no name but in quotes: "a@x, B <b@x>" are two.
_MAILBOX = re.compile(
    r"""\s* (?: (?P<name> (?: "(?:[^"\\]|\\.)*" | [^<>@"] )*+ ) <(?P<address>[^<>\s]+@[^<>\s]+)>
             | (?P<bare>[^<>\s,]+@[^<>\s,]+) )
        (?P<tail>) \s* (?:\([^()]*\)\s*)* (?P<more>,?)""",
    re.VERBOSE,
)
_WILDCARD = re.compile(r"[*?[]")
_GLOB_TOKEN = re.compile(r"(?P<many>\*+)|(?P<one>\?)|(?P<set>\[[^]]+\])|[^*?[]+|\[")
_NEVER = re.compile(r"(?!)")


def parse_maintainers(text: bytes) -> tuple[Section, ...]:
    """Parse a MAINTAINERS file, in its order.

    As in get_maintainer.pl, a section is a run of lines "X: value" (blank lines and # comments do not count),
    named by the line before it. That skips the preamble by itself, which indents its examples. What is not
    UTF-8 becomes U+FFFD: names end up in mail headers and JSON, which cannot carry stray bytes.
    """
    sections: list[tuple[str, list[tuple[str, str]]]] = []
    name = ""
    fields: list[tuple[str, str]] | None = None
    for line in text.decode(errors="replace").split("\n"):
        if match := _FIELD.match(line):
            if fields is None:
                fields = []
                sections.append((name, fields))
            if value := match[2].rstrip():
                fields.append((match[1], value))
        elif (stripped := line.strip()) and not stripped.startswith("#"):
            name, fields = stripped, None
    return tuple(_section(name, fields) for name, fields in sections if name)


def _section(name: str, fields: Sequence[tuple[str, str]]) -> Section:
    values = defaultdict(list)
    for letter, value in fields:
        values[letter].append(value)
    return Section(
        name=name,
        people=tuple(_people(fields)),
        trees=tuple(values["T"]),
        files=tuple(values["F"]),
        excludes=tuple(values["X"]),
        regexes=tuple(values["N"]),
        keywords=tuple(values["K"]),
    )


def _people(fields: Iterable[tuple[str, str]]) -> Iterator[Person]:
    """Those whom get_maintainer.pl writes to by default: lists for subscribers only would reject the mail."""
    for letter, value in fields:
        match = _MAILBOX.match(value) if letter in _ROLES else None
        while match:
            name, address = " ".join((match["name"] or "").split()), match["address"] or match["bare"]
            if "subscribers-only" not in value[match.start("tail") :]:
                yield Person(f"{name} <{address}>" if name else address, _ROLES[letter])
            match = _MAILBOX.match(value, match.end()) if match["more"] else None


class Owners:
    """Looks up who owns a path, among `sections`. Patterns are indexed by the folder that they start with."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self.sections = tuple(sections)
        self._by_folder: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, section in enumerate(self.sections):
            for pattern in section.files:
                self._by_folder[_leading_folder(pattern)].append((number, pattern))
        self._with_regexes = [number for number, section in enumerate(self.sections) if section.regexes]

    def owner(self, path: str) -> Section:
        """The section that owns `path` (relative to the tree): first in ranking(), or an empty THE REST."""
        return next(iter(self.ranking(path)), Section(THE_REST))

    def ranking(self, path: str) -> tuple[Section, ...]:
        """All sections that claim `path` by F: or N: and do not exclude it by X:, the most specific first.

        More specific is the pattern with more path components, as in get_maintainer.pl; of those the one that
        spells out more of the path. Where sections share a pattern, the narrower section goes first (fewer
        patterns: BPF [SELFTESTS] before BPF [GENERAL]), then the earlier one. Any F: goes before those of the
        catch-all DRM DRIVERS, these before the N: regexes, and THE REST is last.
        """
        claims: dict[int, tuple[int, int, int]] = {}
        for folder in _folders_above(path):
            for number, pattern in self._by_folder.get(folder, ()):
                if _matches(pattern, path):
                    kind = _CATCH_ALLS.get(self.sections[number].name, _FILES)
                    claim = (kind, -_depth(pattern), -len(_WILDCARD.sub("", pattern)))
                    claims[number] = min(claim, claims.get(number, claim))
        for number in self._with_regexes:
            if number not in claims and any(_regex(n).search(path) for n in self.sections[number].regexes):
                claims[number] = (_REGEX, 0, 0)
        ranked = sorted(claims, key=lambda number: (claims[number], len(self.sections[number].files), number))
        sections = (self.sections[number] for number in ranked)
        return tuple(s for s in sections if not any(_matches(pattern, path) for pattern in s.excludes))


def _leading_folder(pattern: str) -> str:
    """The folders that a pattern spells out, with the trailing slash; maybe none."""
    literal = _WILDCARD.split(pattern, maxsplit=1)[0]
    return literal[: literal.rfind("/") + 1]


def _folders_above(path: str) -> Iterator[str]:
    return (path[:end] for end in [0, *(match.end() for match in re.finditer("/", path))])


def _depth(pattern: str) -> int:
    """How many path components a pattern names; fewer than none when it begins with `*`."""
    return -1 if pattern.startswith("*") else pattern.count("/") + (not pattern.endswith("/"))


def _matches(pattern: str, path: str) -> bool:
    """Whether an F: or X: pattern covers a path.

    A pattern matches as a prefix. Without a trailing slash it must reach the path's last component, unless
    it has `**`, or names a folder (get_maintainer.pl asks the tree; a path below it is proof enough).
    """
    literal = not _WILDCARD.search(pattern)  # most are, and compiling thousands of those would take long
    if not (path.startswith(pattern) if literal else _glob(pattern).match(path)):
        return False
    return (
        pattern.endswith("/")
        or "**" in pattern
        or pattern.count("/") == path.count("/")
        or path.startswith(pattern + "/")
    )


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    """The regular expression of an F: pattern, as get_maintainer.pl makes it (`*` crosses slashes, too)."""

    def translate(token: re.Match[str]) -> str:
        if token.lastgroup == "set":
            return token[0]
        return {"many": ".*", "one": "."}.get(token.lastgroup or "", re.escape(token[0]))

    return _regex(_GLOB_TOKEN.sub(translate, pattern))


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """Compile an N: pattern (with /x, as in get_maintainer.pl). What Python cannot read matches nothing."""
    try:
        return re.compile(pattern, re.VERBOSE)
    except (re.error, OverflowError, RecursionError):
        return _NEVER
