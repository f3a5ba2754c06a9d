# SPDX-License-Identifier: GPL-2.0-only
"""The words of a migration, and where a series comes from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RuleText:
    """What a rule gives to the texts of a patch in which it rewrote something.

    `subject` is an imperative phrase in which "{function}" stands for the API function; `did` another, which
    a list of functions follows after a colon. `file` is the name of the semantic patch, `smpl` its text, or "".
    `why` is a paragraph on what was wrong where it rewrote something, or "".
    """

    subject: str
    did: str
    file: str
    smpl: str = ""
    why: str = ""


@dataclass(frozen=True)
class StepText:
    """The words of a patch that is no subsystem's. `also` has further paragraphs by what they depend on.

    That is a generation of the tree, "store" where the function that stores an error goes, or "blocked" where the
    transitional form of the API stays.
    """

    subject: str
    body: str
    also: Mapping[str, str] = field(default_factory=dict)

    def paragraphs(self, facts: Collection[str]) -> str:
        """The body with the paragraphs for these facts."""
        return "\n\n".join([self.body, *(text for fact, text in self.also.items() if fact in facts)])


@dataclass(frozen=True)
class Texts:
    """The words of one migration. Paragraphs are separated by an empty line; lines are wrapped here.

    `why` is true of every driver, that of a rule only where the rule applies. `rules` is in order of weight: the
    first that applies gives a patch its subject. `several` stands for "{function}" where a patch touches more than
    one, and `short` is a phrase for prefixes that leave no room for another. `rows` has a sentence for each rule,
    or row of the catalogue, that sites are left or marked under. `staged` tells the order of a series with a core
    patch, `dropped` what its last patch does, `prerequisite` what one without it needs, `blocked` what the calls
    that are left keep back, `kept` what the stores do. `core`, `final` and `flag_day` are the patches that are no
    subsystem's.
    """

    cover_subject: str
    purpose: str
    why: str
    several: str
    short: str
    folder: str
    rules: Mapping[str, RuleText]
    semantics: str = ""
    prerequisite: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    staged: str = ""
    dropped: str = ""
    blocked: str = ""
    kept: str = ""
    core: StepText | None = None
    final: StepText | None = None
    flag_day: StepText | None = None


@dataclass(frozen=True)
class Origin:
    """Where a series comes from: what a reader needs to make it again. `kernel` is None when not known.

    `testing` is what a cover letter says of a proof, "" where there is none.
    """

    base: str  # full commit hash
    kernel: str | None
    generation: str
    command: str
    fencemig: str
    coccinelle: str
    testing: str = ""
