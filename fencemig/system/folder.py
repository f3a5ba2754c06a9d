# SPDX-License-Identifier: GPL-2.0-only
"""An output folder of `fencemig convert`, read back: its ledger and the mails of its series."""

import os
import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, mktime_tz, parsedate_tz
from pathlib import Path

from fencemig import ledger
from fencemig.errors import UserError
from fencemig.messages import parse_message
from fencemig.sent import Sent, SentMail, SentPatch, read_diff
from fencemig.system.output import read_regular

_MAIL = re.compile(r"(?:v(\d+)-)?(\d{4,})-.*\.patch")
_PREFIX = re.compile(r"^\s*(?:\[[^\]]*\]\s*)+")
_ENDS = {"core": 0, "final": 2}  # of several series, what the others need and what needs them


def read_folder(folder: Path) -> Sent:
    """Read an output folder: one series, or the folders of `--split-by tree`, each with one.

    Raises UserError when it is none, or one of several series, or when its ledger or a mail is damaged.
    """
    if (folder.absolute().parent / "ledger.json").exists():
        raise UserError(f"{folder} is one of several series that belong together: name the folder above it")
    text = _read(folder / "ledger.json", f"{folder} is no output folder of fencemig convert")
    try:
        found = ledger.from_json(text)
    except UserError as error:
        raise UserError(f"{folder / 'ledger.json'}: {error}") from error
    for path in (*found.paths, *(site.path for site in found.sites)):
        if path.startswith("/") or ".." in path.split("/") or "\0" in path:
            raise UserError(f"{folder / 'ledger.json'}: it is damaged: the path {path!r} is not in a tree")
    names = sorted(
        (child.name for child in folder.iterdir() if child.is_dir() and _mails(child)),
        key=lambda name: (_ENDS.get(name, 1), name),
    )
    mails = [mail for part in (folder, *(folder / name for name in names)) for mail in _mails(part)]
    if not mails:
        raise UserError(f"{folder} is no output folder of fencemig convert: it has no patches")
    versions = {int(named[1] or 1) for mail in mails if (named := _MAIL.fullmatch(mail.name))}
    if len(versions) > 1:
        raise UserError(f"{folder} has patches of several versions of a series: leave those of one")
    patches = tuple(_patch(mail, folder) for mail in mails if not _is_cover(mail))
    letters = tuple(_mail(mail, folder)[0] for mail in mails if _is_cover(mail))
    return Sent(found, versions.pop(), tuple(names), patches, letters)


def output_folders(parent: Path) -> list[Path]:
    """The output folders that stand in a folder, by name. Raises UserError when it cannot be read."""
    try:
        return sorted(child for child in parent.iterdir() if (child / "ledger.json").is_file())
    except OSError as error:
        raise UserError(f"{parent}: {error.strerror}") from error


def _mails(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _MAIL.fullmatch(path.name))


def _is_cover(mail: Path) -> bool:
    named = _MAIL.fullmatch(mail.name)
    return named is not None and int(named[2]) == 0


def _patch(file: Path, folder: Path) -> SentPatch:
    mail, body = _mail(file, folder)
    start = re.search(rb"^diff --git ", body, re.MULTILINE)
    diff = body[start.start() :] if start else b""
    try:
        files = read_diff(diff)
    except ValueError as error:
        raise UserError(f"{file} is damaged: {error}") from error
    return SentPatch(**vars(mail), diff=diff, files=files)


def _mail(file: Path, folder: Path) -> tuple[SentMail, bytes]:
    """A mail, and its body."""
    message = parse_message(_read(file, "a mail is missing"))
    subject = _PREFIX.sub("", message.subject)
    text = re.split(r"^--(?:-| )$", message.text, maxsplit=1, flags=re.MULTILINE)[0].strip()
    people = tuple((role, _addresses(message.headers, role)) for role in ("From", "To", "Cc"))
    return SentMail(os.path.relpath(file, folder), subject, text, _date(message.headers), people), message.body


def _addresses(message: Message, role: str) -> tuple[str, ...]:
    """The addresses in a header, decoded one by one: the modern parser gives up on a header with one odd name."""
    raw = [" ".join(str(value).split()) for name, value in message.raw_items() if name.lower() == role.lower()]
    return tuple(_person(name, address) for name, address in getaddresses(raw) if name or address)


def _person(name: str, address: str) -> str:
    with suppress(HeaderParseError, LookupError, UnicodeError):  # then it is shown as it is
        name = str(make_header(decode_header(name)))
    return f"{name} <{address}>" if name else address


def _date(message: Message) -> int:
    """Seconds since 1970; 0 where there is no date that can be read."""
    raw = next((str(value) for name, value in message.raw_items() if name.lower() == "date"), "")
    parsed = parsedate_tz(raw)
    try:
        return 0 if parsed is None else mktime_tz(parsed)
    except (OverflowError, ValueError):
        return 0


def _read(file: Path, problem: str) -> bytes:
    try:
        return read_regular(file)
    except OSError as error:
        raise UserError(f"{problem}: {file}: {error.strerror}") from error
