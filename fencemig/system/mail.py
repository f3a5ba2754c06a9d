# SPDX-License-Identifier: GPL-2.0-only
"""How the mails of a series are headed: subjects, addresses, threads, and the lines that tools read.

What `git format-patch` does with the same options is the measure. Nothing that a text or a name has in it can
add a header: white space and control characters become single spaces.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from fencemig.addresses import header
from fencemig.errors import UserError
from fencemig.model import Mail, Person, Series

_MIME = b"MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit"
_LONG_SLUG = 40
_NO_TEXT = {"Cc", "Cf", "Zl", "Zp"}  # control, format (such as the direction of writing), separators of lines


def checked(mail: Mail) -> None:
    """Raise UserError where a person gave what cannot stand in a header of these mails."""
    if mail.in_reply_to is not None:
        message_id(mail.in_reply_to)
    if not mail.prefix.isascii() or not mail.prefix.isprintable() or set("[]") & set(mail.prefix):
        raise UserError(f"{mail.prefix!r} is no prefix of a subject: it is to be ASCII without brackets, as in RFC")


def subject_prefix(mail: Mail) -> str:
    """What stands between the brackets before the numbers, but for the version: "RFC PATCH drm-misc-next"."""
    return one_line(f"RFC {mail.prefix}" if mail.rfc else mail.prefix)


def file_prefix(mail: Mail) -> str:
    """What the names of the files begin with: "v2-", or nothing for the first version."""
    return f"v{mail.version}-" if mail.version > 1 else ""


def message_id(text: str) -> str:
    """A message's id between angle brackets, given with them or without. Raises UserError when it is none."""
    found = re.fullmatch(r"<?([^\s<>@]+@[^\s<>@]+)>?", text.strip())
    if found is None or "://" in text or not text.isascii() or not text.strip().isprintable():
        raise UserError(f"{text!r} is no message id: give it as it stands in the Message-ID header, as in <id@host>")
    return f"<{found[1]}>"


def change_id(seconds: int, words: str, digest: str) -> str:
    """The name that a series has in all its versions, as b4 makes it: YYYYMMDD-words-12 hexadecimal digits.

    `seconds` is a date since 1970 and `digest` a hash of what makes the series this one, both the same in two runs.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_LONG_SLUG].strip("-")
    return f"{datetime.fromtimestamp(seconds, UTC):%Y%m%d}-{slug}-{digest[:12]}"


def addressed(text: bytes, to: Sequence[Person], cc: Sequence[Person]) -> bytes:
    """A mail as `git format-patch` wrote it, with recipients, and with its encoding when git did not see it."""
    head, body = text.split(b"\n\n", 1)
    undeclared = b"\nMIME-Version:" not in head and not text.isascii() and _is_utf8(text)
    fields = (head, _MIME if undeclared else b"", header("To", to).encode(), header("Cc", cc).encode())
    return b"\n".join(filter(None, fields)) + b"\n\n" + body


def cover_letter(
    series: Series, mail: Mail, count: int, author: tuple[str, str, int], summary: str, range_diff: str, base: str
) -> bytes:
    """The headers and the body of a cover letter, for a series of `count` patches.

    `author` is the name, address and date, `summary` the list of patches with the diffstat, and `base` the lines
    that `git format-patch --base` writes.
    """
    name, address, seconds = author
    version = f" v{mail.version}" if mail.version > 1 else ""
    numbered = f"[{f'{subject_prefix(mail)}{version} '.lstrip()}{0:0{len(str(count))}}/{count}]"
    headers = [
        *(f"{field}: {message_id(mail.in_reply_to)}" for field in ("In-Reply-To", "References") if mail.in_reply_to),
        f"From: {formataddr((name, address))}",
        f"Date: {format_datetime(datetime.fromtimestamp(seconds, UTC))}",
        f"Subject: {_header(f'{numbered} {one_line(series.cover_subject)}')}",
    ]
    if mail.change_id:
        base = base.replace("\n", f"\nchange-id: {one_line(mail.change_id)}\n", 1)
    # No "---" above the changelog, as b4 has it: `git am --empty=drop` would take what follows for a patch.
    parts = (series.cover_body.strip(), mail.changelog.strip(), range_diff.strip(), f"{summary}\n\n{base}")
    text = plain("\n".join(headers) + "\n\n" + "\n\n".join(filter(None, parts)))
    return addressed(text, series.to, series.cc)


def one_line(text: str) -> str:
    """A text for a header: characters that could end it, or hide in it, become spaces."""
    encodable = text.encode(errors="replace").decode()
    return " ".join("".join(" " if unicodedata.category(one) in _NO_TEXT else one for one in encodable).split())


def plain(text: str) -> bytes:
    """A text for a body: without control characters, and with a "?" for what cannot be encoded.

    A path that is no UTF-8 has such characters.
    """
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text).encode(errors="replace")


def _header(text: str) -> str:
    verbatim = text.isascii() and "=?" not in text  # which begins an encoded word
    return Header(text, None if verbatim else "utf-8", header_name="Subject").encode()


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
