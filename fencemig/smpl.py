# SPDX-License-Identifier: GPL-2.0-only
"""A semantic patch → words of which one is in every piece of code that its rules match.

What has none of them, spatch need not be shown. So this must never name too few: whatever is not understood
counts as a rule that may match anything, and isomorphisms are taken to drop what standard.iso lets them drop.
"""

import re
from collections.abc import Iterable
from functools import cache

_SKIPPED = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_RULE = re.compile(r"^@(?P<head>[^@]*)@(?P<declared>[^@]*)@@(?P<body>.*?)(?=^@|\Z)", re.MULTILINE | re.DOTALL)
_SCRIPT = re.compile(r"\b(?:script|initialize|finalize)\s*:")
_READS_ON = re.compile(r"\busing\b|^#\s*include\b", re.MULTILINE)  # other isomorphisms, other semantic patches
_LITERAL = re.compile(r"\s*(?:(?:iterator|declarer|attribute)\s+name|typedef|symbol)\b")
_ONE_OF = re.compile(r"(\w+)\s*=\s*\{([^{}]*)\}")
_NAMES_SETS = re.compile(r"\s*(?:identifier|function)\b")
# An isomorphism drops casts. (To the eye, a call's only argument is one.)
_CAST = re.compile(r"(?<!\\)\(\s*\w+(?:\s+\w+)*[\s*]*\)")
_TOKEN = re.compile(r"\\[(|&)]|<\+?\.\.\.|\.\.\.\+?>|(?:@\w+)+|\w+|[{};]")
_CLOSING = {"<...": "...>", "<+...": "...+>"}
_CONTROL = frozenset({"if", "else", "for", "while", "do", "switch"})
_KEYWORDS = """
auto bool break case char const continue default double enum extern float goto inline int long register return short
signed sizeof static struct typedef typeof union unsigned void volatile
"""
_DROPPED = {"NULL", "likely", "unlikely", "__predict_true", "__predict_false"}  # by isomorphisms
_SAYS_NOTHING = _CONTROL | _DROPPED | set(_KEYWORDS.split())

Words = frozenset[str]


class _UnsureError(Exception):
    """A form of a rule about which nothing is known."""


def needed_words(semantic_patches: Iterable[str]) -> Words | None:
    """Words of which one is, as it is, in every block or statement that a rule matches; None where that is not known.

    A rule for definitions of functions is among what is not known.
    """
    rules = [needs for semantic_patch in semantic_patches for needs in _needs(semantic_patch)]
    return _one_each(rules) if all(rules) else None


def stands_alone(semantic_patch: str) -> bool:
    """Whether a semantic patch is all that spatch reads for it, beside what comes with spatch."""
    return _READS_ON.search(plain(semantic_patch)) is None


def plain(semantic_patch: str) -> str:
    """Without what strings and comments say."""
    return _SKIPPED.sub(lambda found: '""' if found[0].startswith('"') else "", semantic_patch)


@cache
def _needs(semantic_patch: str) -> list[list[Words]]:
    """Of each rule, the sets of words of which it takes one each."""
    text = plain(semantic_patch)
    if not stands_alone(semantic_patch) or "@" in _RULE.sub("", text):
        return [[]]
    return [_rule_needs(rule) for rule in _RULE.finditer(text) if not _SCRIPT.search(rule["head"])]


def _rule_needs(rule: re.Match[str]) -> list[Words]:
    metavariables: set[str] = set()
    literal: set[str] = set()
    one_of: dict[str, Words] = {}
    for declaration in rule["declared"].split(";"):
        if _LITERAL.match(declaration):
            literal.update(re.findall(r"\w+", declaration))
            continue
        if _NAMES_SETS.match(declaration):
            one_of.update((name, frozenset(re.findall(r"\w+", names))) for name, names in _ONE_OF.findall(declaration))
        metavariables.update(re.findall(r"\w+", _ONE_OF.sub(r"\1", declaration)))
    meanings = {name: frozenset[str]() for name in _SAYS_NOTHING | metavariables} | one_of
    try:
        return _Body(rule["body"], meanings, literal).needs()
    except (_UnsureError, IndexError):
        return []


class _Body:
    """What a rule matches, read from left to right. IndexError: something is not closed."""

    def __init__(self, body: str, meanings: dict[str, Words], iterators: Iterable[str]) -> None:
        self._tokens = [*_TOKEN.findall("\n".join(_matched_lines(body))), ""]
        self._next = 0
        self._meanings = meanings
        self._heads = {*_CONTROL, *iterators}
        self._depth = 0

    def needs(self) -> list[Words]:
        """The sets of words of which the whole takes one each."""
        return self._sequence({""})[0]

    def _sequence(self, ends: set[str]) -> tuple[list[Words], str]:
        """The sets up to one of these tokens, and that token."""
        needs: list[Words] = []
        head = ""  # the first word of a statement
        while (token := self._tokens[self._next]) not in ends:
            self._next += 1
            if token == r"\(":
                needs += self._alternatives()
            elif token in _CLOSING:
                inside, _ = self._sequence({_CLOSING[token]})
                self._next += 1
                needs += inside if token == "<+..." else []
            elif token in ("{", "}", ";"):
                if token == "{" and not self._depth and head and head not in self._heads:
                    raise _UnsureError  # a function
                self._depth += (token == "{") - (token == "}")
                head = ""
            elif token[0].isalpha() or token[0] == "_":
                head = head or token
                if words := self._meanings.get(token, frozenset([token])):
                    needs.append(words)
        return needs, token

    def _alternatives(self) -> list[Words]:
        branches: list[list[Words]] = []
        separators: set[str] = set()
        end = ""
        while end != r"\)":
            needs, end = self._sequence({r"\|", r"\&", r"\)"})
            self._next += 1
            branches.append(needs)
            separators.add(end)
        if r"\|" not in separators:
            return [words for needs in branches for words in needs]
        return [_one_each(branches)] if all(branches) else []


def _one_each(groups: Iterable[list[Words]], words: Words = frozenset()) -> Words:
    """Few words, of which each group has one of its sets whole: where there is a choice, what is there already."""
    for group in sorted(groups, key=len):
        words |= min(group, key=lambda one: len(one - words))
    return words


def _matched_lines(body: str) -> Iterable[str]:
    """The lines without what is added, what may be missing, and what must not be there; ( | ) as in expressions."""
    for line in body.splitlines():
        if line.startswith(("+", "?")):
            continue
        code, when, forbidden = re.sub(r"\bwhen\b", "\0", line).partition("\0")
        if when and forbidden.count("(") != forbidden.count(")"):
            raise _UnsureError  # it goes on in the next line
        yield _CAST.sub("", "\\" + code if code.startswith(("(", "|", "&", ")")) else code)
