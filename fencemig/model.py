# SPDX-License-Identifier: GPL-2.0-only
"""The frozen types that the stages hand to each other. Source text is bytes; paths are str, relative to the tree."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What fencemig says about a site. Every site gets exactly one (the contract's closed set)."""

    CONVERT = "convert"
    REVIEW = "review"
    MANUAL = "manual"
    CORE = "core"
    KEEP = "keep"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Site:
    """One place in the tree that uses the API, with what becomes of it: a row of the ledger.

    `line` and `column` are 1-based (columns in bytes), in the tree before conversion. `function` is None
    outside of one. `after` is None where nothing is rewritten or where the call is gone; a store that went
    into its signal then has that site's id in `merged_into`. `decision` is what a person decided, if anything.
    """

    id: str
    path: str
    line: int
    column: int
    function: str | None
    callee: str
    verdict: Verdict
    rule: str | None
    before: str
    after: str | None
    merged_into: str | None
    reason: str
    subsystem: str
    decision: str | None = None  # "accept", "skip" or "hold"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict of a site rests on, as sentences: what was found, and what was looked for in vain.

    `code` has the lines around a site that a person must decide about, the first of which is the 1-based `line`;
    it is empty for the others, which a diff shows.
    """

    found: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    line: int = 0
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rewritten:
    """What spatch made of a text, what its rules printed, and its complaint, empty when all went well.

    `rule_failed`: it ran, but found that it cannot apply one of the rules.
    """

    text: bytes
    output: bytes
    complaint: str
    rule_failed: bool = False


@dataclass(frozen=True)
class Person:
    """Someone to address a patch to, with the role that MAINTAINERS gives: "maintainer", "reviewer" or "list"."""

    address: str  # "Name <a@b.org>", or the bare address of a list
    role: str


@dataclass(frozen=True)
class Section:
    """One section of MAINTAINERS."""

    name: str
    people: tuple[Person, ...] = ()
    trees: tuple[str, ...] = ()  # the T: lines
    files: tuple[str, ...] = ()  # the F: patterns
    excludes: tuple[str, ...] = ()  # the X: patterns
    regexes: tuple[str, ...] = ()  # the N: patterns
    keywords: tuple[str, ...] = ()  # the K: patterns


@dataclass(frozen=True)
class Subsystem:
    """An owning section of MAINTAINERS together with a subject prefix: the unit of a patch.

    `prefix` has its colon, as in "drm/amdgpu:".
    """

    section: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Change:
    """A file that the conversion rewrites. `mode` is git's ("100644" or "100755")."""

    path: str
    before: bytes
    after: bytes
    mode: str = "100644"


@dataclass(frozen=True)
class Patch:
    """One commit of a series: its message (subject, body), what it changes, and what stands below the "---".

    `to` and `cc` are whom its mail goes to. `author` is None where the person who runs fencemig is, else a
    line as in a commit object: `Name <address> seconds +zone`.
    """

    subsystem: Subsystem
    subject: str
    body: str
    changes: tuple[Change, ...]
    notes: str = ""
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    author: str | None = None


@dataclass(frozen=True)
class Series:
    """A patch series: a plan, before it has effects.

    `prerequisites` are patches of other series that must be applied on `base` before these; `name` is the folder
    among several series, "" for one alone. `sites` are what it accounts for. `to` and `cc` are whom the cover
    letter goes to.
    """

    base: str  # full commit hash
    cover_subject: str
    cover_body: str
    patches: tuple[Patch, ...] = ()
    prerequisites: tuple[Patch, ...] = ()
    name: str = ""
    sites: tuple[Site, ...] = ()
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Mail:
    """How the mails of a series are headed, beyond what is in them.

    `version` is the N of -v N; `change_id` names a series in all its versions; `changelog` is what a person
    wrote of the changes since earlier versions.
    """

    prefix: str = "PATCH"
    rfc: bool = False
    version: int = 1
    in_reply_to: str | None = None
    signoff: bool = False
    change_id: str = ""
    changelog: str = ""
