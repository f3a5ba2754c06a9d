# SPDX-License-Identifier: GPL-2.0-only
"""Lines up to the kernel's limit: what spatch broke too early is joined, what is too long is broken.

A break that the author made stays, and lines that were not touched stay as they are. So does a line that was too
long before and has not become longer.
"""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field

from fencemig.layout import LIMIT, Kind, Revision, Token, lines, to_column, tokens, width

_BREAK_AFTER = (b",", b"&&", b"||", b"?")

# The tokens of a call, or a condition, from the word before its parenthesis to a line break.
Context = tuple[bytes, ...]


@dataclass
class _Open:
    """An open bracket: the column behind it, whether its line was touched, and the tokens since."""

    bracket: bytes
    column: int
    touched: bool
    so_far: list[bytes]


@dataclass
class _Nesting:
    """The brackets that are open at a place."""

    opened: list[_Open] = field(default_factory=list)
    last: bytes = b""

    @property
    def call(self) -> _Open | None:
        """The innermost bracket, when it is a parenthesis."""
        return self.opened[-1] if self.opened and self.opened[-1].bracket == b"(" else None

    def step(self, token: Token, column: int, touched: bool) -> None:
        """Go over a token that ends at a column."""
        if token.kind is not Kind.CODE:
            return
        for bracket in reversed(self.opened):
            if bracket.bracket != b"(":
                break
            bracket.so_far.append(token.text)
        if token.text in (b"(", b"{"):
            self.opened.append(_Open(token.text, column, touched, [self.last, token.text]))
        elif token.text == b")" and self.call is not None:
            self.opened.pop()
        elif token.text == b"}":
            while self.opened and self.opened.pop().bracket != b"{":
                pass
        self.last = token.text

    def feed(self, text: bytes, touched: bool) -> None:
        """Go over a line."""
        column = 0
        for token in tokens(text):
            column = width(token.text, column)
            self.step(token, column, touched)


def rewrap(before: bytes, after: bytes) -> bytes:
    """The text with the touched lines as long as they may be, and no longer."""
    if not _concerns(before, after):
        return after
    authors = _breaks(before)
    return _broken(before, _unbroken(before, after, authors), authors)


def _concerns(before: bytes, after: bytes) -> bool:
    """Whether a touched line is too long, or not a whole call: mostly there is none, which is quickly seen."""
    revision = Revision(before, after)
    touched = (line.text for line, origin in zip(revision.new, revision.origin, strict=True) if origin is None)
    return any(width(text.rstrip()) > LIMIT or text.count(b"(") != text.count(b")") for text in touched)


def _breaks(text: bytes) -> dict[Context, bool]:
    """The breaks within parentheses, and whether the line that follows is aligned to the parenthesis."""
    found: dict[Context, bool] = {}
    nesting = _Nesting()
    for line in lines(text):
        if nesting.call is not None and line.kind is Kind.CODE:
            found[tuple(nesting.call.so_far)] = width(line.indent) == nesting.call.column
        nesting.feed(line.text, touched=False)
    return found


def _unbroken(before: bytes, after: bytes, authors: dict[Context, bool]) -> bytes:
    """The text without the breaks within parentheses that are not the author's and not needed."""
    revision = Revision(before, after)
    nesting = _Nesting()
    parts: list[bytes] = []
    touched = False
    for line, origin in zip(revision.new, revision.origin, strict=True):
        touched = touched or origin is None
        text = line.text
        if parts and touched and nesting.call and tuple(nesting.call.so_far) not in authors:
            joined = _joined(parts[-1], text.lstrip(b" \t"))
            if line.kind is Kind.CODE and joined is not None:
                parts.pop()
                text = joined
        parts.append(text)
        nesting.feed(line.text, touched=False)
        touched = origin is None
    return b"".join(parts)


def _joined(head: bytes, tail: bytes) -> bytes | None:
    """Two lines as one, or None where they are better, or must be, two."""
    start = head.rstrip()
    joined = start + (b"" if start.endswith(b"(") else b" ") + tail
    if width(joined.rstrip()) > LIMIT or tail.startswith((b")", b"{", b"}")):
        return None
    return joined if _words(joined) == _words(head) + _words(tail) else None


def _words(text: bytes) -> list[bytes]:
    return [token.text for token in tokens(text) if token.kind is not Kind.BLANK]


def _broken(before: bytes, after: bytes, authors: dict[Context, bool]) -> bytes:
    """The text with touched lines broken where they are too long, and what continues them aligned."""
    revision = Revision(before, after)
    end = b"\r\n" if b"\r\n" in after else b"\n"
    nesting = _Nesting()
    parts: list[bytes] = []
    for number, (line, origin) in enumerate(zip(revision.new, revision.origin, strict=True)):
        text = line.text
        call = nesting.call
        continues = line.kind is Kind.CODE and call is not None and call.touched and call.so_far[-1] != b"("
        if continues and call is not None and authors.get(tuple(call.so_far), True):
            text = to_column(call.column) + text.lstrip(b" \t")
        breakable = line.kind is Kind.CODE and origin is None and b"\n" not in text.rstrip()
        breakable = breakable and _has_become_too_long(revision, number, text)
        if breakable and call is None and (comment := _comment_that_does_not_fit(text)):
            parts.append(line.indent + text[comment.start :].rstrip() + end)
            text = text[: comment.start].rstrip() + end
        while breakable:
            cut = _cut(text, nesting)
            if cut is None:
                break
            head = text[:cut].rstrip(b" \t") + end
            nesting.feed(head, touched=True)
            parts.append(head)
            assert nesting.call is not None
            text = to_column(nesting.call.column) + text[cut:].lstrip(b" \t")
        nesting.feed(text, touched=origin is None)
        parts.append(text)
    return b"".join(parts)


def _has_become_too_long(revision: Revision, number: int, text: bytes) -> bool:
    """Whether a touched line is longer than it may be, and than the one that it replaces: the likest that went."""
    if width(text.rstrip()) <= LIMIT:
        return False
    above = [origin for origin in revision.origin[:number] if origin is not None]
    below = [origin for origin in revision.origin[number:] if origin is not None]
    gone = revision.old[above[-1] + 1 if above else 0 : below[0] if below else None]
    own = Counter(_words(revision.new[number].text))
    likest = max(gone, key=lambda line: (own & Counter(_words(line.text))).total(), default=None)
    return likest is None or width(text.rstrip()) > width(likest.text.rstrip())


def _comment_that_does_not_fit(text: bytes) -> Token | None:
    """The comment at the end of a line that is too long because of it, and may stand above the line."""
    *_, last = tokens(text.rstrip())
    code = text[: last.start].strip()
    if last.kind is not Kind.COMMENT or width(text.rstrip()) <= LIMIT or code.startswith((b"}", b"else")):
        return None
    return last if width(text[: last.start].rstrip()) <= LIMIT else None


def _cut(text: bytes, nesting: _Nesting) -> int | None:
    """Where to break a line that is too long: in the outermost call that allows it, as late as possible."""
    if width(text.rstrip()) <= LIMIT:
        return None
    inside = deepcopy(nesting)
    cuts: list[tuple[int, bool, int]] = []
    column = 0
    for token in tokens(text.rstrip()):
        column = width(token.text, column)
        inside.step(token, column, touched=True)
        if column > LIMIT:
            break
        rest = text[token.end :].strip()
        gains = inside.call is not None and inside.call.column < column + 1
        if token.text in _BREAK_AFTER and gains and rest and not rest.startswith((b"/*", b"//", b"#")):
            cuts.append((len(inside.opened), token.text != b",", -token.end))
    return -min(cuts)[2] if cuts else None
