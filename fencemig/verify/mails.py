# SPDX-License-Identifier: GPL-2.0-only
"""The texts of patches, held to what a series must look like (series.md of the kernel's habits, put in rules).

Sources: Documentation/process/submitting-patches.rst for widths and mood, generated-content.rst for trailers.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from fencemig.messages import parse_message

WIDTH = 75

_TAG = re.compile(r"^\[[^]]*?(?:(\d+)/(\d+))?\]\s*")
_SUBJECT = re.compile(r"^(?P<prefix>(?:[\w./,+-]+: )+)(?P<rest>\S.*)$")
_FILE_NAME = re.compile(r"[\w-]+\.[chS]\b")
_MOODS = re.compile(r"(?:\w+ing|\w+ed|\w+[^s]s)$")  # Passing, Passed, Passes: for Pass
_IMPERATIVE = frozenset({"Bring", "String", "Embed", "Feed", "Need", "Seed", "Shed", "Speed", "Bias", "Alias"})
_TRAILER = re.compile(r"^([A-Z][\w-]*(?:-by|-to)|Fixes|Link|Closes|Cc): (.+)$", re.MULTILINE)
_GIVEN_BY_PEOPLE = re.compile(r"(?:Reviewed|Acked|Tested|Reported|Suggested)-by|Fixes|Link|Closes")


@dataclass(frozen=True)
class PatchMail:
    """A patch as it is mailed. `number` of `count` are 0 where the subject has none; `after` are the abbreviated
    hashes that the diff names for the files that it leaves behind, in its order.
    """

    author: str
    subject: str
    body: str
    number: int
    count: int
    after: tuple[str, ...]

    @property
    def by_hand(self) -> bool:
        """Whether a person made the patch: fencemig says so in its own (generated-content.rst)."""
        return re.search(r"^Generated with fencemig ", self.body, re.MULTILINE) is None


def parse_mail(raw: bytes) -> PatchMail:
    """Parse a file that git format-patch wrote."""
    message = parse_message(raw)
    tag = _TAG.match(message.subject)
    number, count = (int(part or 0) for part in tag.groups()) if tag else (0, 0)
    body, _, rest = message.text.partition("\n---\n")
    hashes = re.findall(r"^index [0-9a-f]+\.\.([0-9a-f]+)", rest, re.MULTILINE)
    author, subject = str(message.headers["From"] or ""), _TAG.sub("", message.subject)
    return PatchMail(author, subject, body.strip("\n"), number, count, tuple(hashes))


def problems(mail: PatchMail) -> list[str]:
    """What is wrong with the texts of one patch, a line each."""
    found = _subject(mail.subject)
    found += [
        f"line of {len(line)} columns in the text: {line[:40]}…"
        for line in mail.body.splitlines()
        if len(line) > WIDTH and " " in line.strip() and not _TRAILER.match(line)
    ]
    if not mail.body.strip():
        found.append("there is no text below the subject")
    author = parseaddr(mail.author)[1]
    for name, value in _TRAILER.findall(mail.body):
        if name == "Signed-off-by" and parseaddr(value)[1] != author:
            found.append(f"{name}: {value}, who is not the author {mail.author}, and cannot be known to have given it")
    return found


def notes(mail: PatchMail) -> list[str]:
    """What only a person can have given."""
    given = [f"{name}: {value}" for name, value in _TRAILER.findall(mail.body) if _GIVEN_BY_PEOPLE.fullmatch(name)]
    return [f"not from fencemig, so somebody must have given it: {trailer}" for trailer in given]


def series_problems(mails: Sequence[PatchMail]) -> list[str]:
    """What is wrong with the texts of the patches taken together."""
    subjects = Counter(mail.subject for mail in mails)
    found = [f"{count} patches have the subject {subject!r}" for subject, count in subjects.items() if count > 1]
    signed = [number for number, mail in enumerate(mails, 1) if is_signed(mail)]
    if signed and len(signed) < len(mails):
        missing = sorted(set(range(1, len(mails) + 1)) - set(signed))
        found.append(f"patches without Signed-off-by where others have it: {', '.join(map(str, missing))}")
    return found


def missing_patches(mails: Mapping[str, PatchMail]) -> list[str]:
    """Patches that the subjects of a series count (n/m) and that are not there; by file, relative to the folder."""
    found = []
    for folder in sorted({posixpath.dirname(file) for file in mails}):
        series = [mail for file, mail in mails.items() if posixpath.dirname(file) == folder]
        there = {mail.number for mail in series}
        where = f" in {folder}" if folder else ""
        expected = max(mail.count for mail in series)
        found += [f"patch {n} of {expected} is missing{where}" for n in range(1, expected + 1) if n not in there]
    return found


def is_signed(mail: PatchMail) -> bool:
    """Whether somebody signed a patch off."""
    return any(name == "Signed-off-by" for name, _ in _TRAILER.findall(mail.body))


def _subject(subject: str) -> list[str]:
    found = [f"the subject has {len(subject)} columns, more than {WIDTH}"] if len(subject) > WIDTH else []
    parts = _SUBJECT.match(subject)
    if parts is None:
        return [*found, "the subject has no prefix"]
    first = parts["rest"].split()[0]
    if not first[0].isupper():
        found.append(f"the subject's first word after the prefix is not uppercase: {first}")
    if _MOODS.fullmatch(first) and first not in _IMPERATIVE:
        found.append(f"the subject is not in imperative mood: {first}")
    if name := _FILE_NAME.search(parts["rest"]):
        found.append(f"the subject names a file: {name[0]}")
    return found
