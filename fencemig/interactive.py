# SPDX-License-Identifier: GPL-2.0-only
"""The questions of `convert -i`: one by one through the sites that a person must look at, as in `git add -p`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from unidiff.patch import PatchSet

from fencemig.decisions import Choice, Decision, checked_reason
from fencemig.inert import inert
from fencemig.model import Site, Verdict

_CHOICES = {"a": Choice.ACCEPT, "s": Choice.SKIP, "h": Choice.HOLD}
_HELP = """\
a - accept this conversion: it stays in the series, with your word for it
s - skip it: the code stays as it is (asks for the reason)
h - hold it: the code stays as it is for now (asks for the reason)
n - leave it undecided, and go to the next one
p - go back to the one before
q - quit; what is not decided yet stays so
? - print help"""


@dataclass(frozen=True)
class Screen:
    """Where a person sits: `tell` gets sentences, `show` gets code.

    `ask` gets a prompt and returns a line without its end, None when there is nobody left to answer.
    """

    tell: Callable[[str], None]
    show: Callable[[str], None]
    ask: Callable[[str], str | None]


@dataclass(frozen=True)
class Question:
    """One conversion: its signal, or what else is rewritten, and the stores that went into it."""

    site: Site
    stores: tuple[Site, ...]

    @property
    def sites(self) -> tuple[Site, ...]:
        """All of its sites in the order of their lines."""
        return tuple(sorted((*self.stores, self.site), key=lambda site: (site.line, site.column)))


class Hunks:
    """The hunks of a diff, by the lines that they replace."""

    def __init__(self, diff: bytes) -> None:
        self._files = {file.path: file for file in PatchSet(diff.decode(errors="replace"))}

    def around(self, sites: Sequence[Site]) -> str:
        """The hunks that have one of the sites, all of them in one file."""
        lines = [site.line for site in sites]
        return "".join(
            str(hunk)
            for hunk in self._files.get(sites[0].path, ())
            if any(hunk.source_start <= line < hunk.source_start + hunk.source_length for line in lines)
        )


def questions(sites: Collection[Site]) -> list[Question]:
    """What there is to ask: the conversions that are for review and not decided."""
    stores: dict[str | None, list[Site]] = defaultdict(list)
    for site in sites:
        stores[site.merged_into].append(site)
    return [
        Question(site, tuple(stores.get(site.id, ())))
        for site in sites
        if site.verdict is Verdict.REVIEW and site.decision is None and site.merged_into is None
    ]


def go_through(
    sites: Collection[Site],
    hunk_of: Callable[[Sequence[Site]], str],
    screen: Screen,
    save: Callable[[Decision], None],
) -> tuple[Decision, ...]:
    """Ask about each conversion that is for review, and return what was decided.

    Every decision is saved before the next question, so that an interruption loses none.
    """
    asked = questions(sites)
    decided: dict[str, Decision] = {}
    number = 0
    while number < len(asked):
        question = asked[number]
        screen.tell(_described(question))
        screen.show(inert(hunk_of(question.sites).rstrip("\n").replace("\r\n", "\n")))
        decision, step = _answered(question, f"({number + 1}/{len(asked)})", number > 0, screen)
        if decision is not None:
            save(decision)
            decided[decision.id] = decision
        if step is None:
            told = f"{len(decided)} of {len(asked)} decided" if decided else "nothing was decided"
            screen.tell(f"\nThe input ended: {told}.")
        if not step:
            break
        number += step
    return tuple(decided.values())


def _described(question: Question) -> str:
    site = question.site
    where = f"in {site.function}()" if site.function else "outside of a function"
    return inert(f"\n{site.subsystem}: {site.path}:{site.line}, {where}\n{site.rule}: {site.reason}")


def _answered(question: Question, place: str, may_go_back: bool, screen: Screen) -> tuple[Decision | None, int | None]:
    """What was decided, if anything, and how many questions to go on: 0 to quit, None when nobody answers."""
    letters = "a,s,h,n,p,q,?" if may_go_back else "a,s,h,n,q,?"
    while True:
        answer = screen.ask(f"{place} Accept this conversion [{letters}]? ")
        if answer is None:
            return None, None
        letter = answer.strip().lower()[:1]
        if letter in _CHOICES:
            reason = "" if letter == "a" else _reason(_CHOICES[letter], screen)
            if reason is not None:
                return _decision(question.site, _CHOICES[letter], reason), 1
        elif letter in ("n", "q") or (letter == "p" and may_go_back):
            return None, {"n": 1, "p": -1, "q": 0}[letter]
        else:
            screen.tell(_HELP)


def _reason(choice: Choice, screen: Screen) -> str | None:
    """Why a person wants it; None when they do not say, which takes the answer back."""
    answer = screen.ask(f"Why {choice}? ")
    try:
        reason = checked_reason(answer or "")
    except ValueError as error:
        screen.tell(f"Not decided: {error}")
        return None
    if not reason:
        screen.tell(f"Not decided: {choice} needs a reason, which the ledger and the patch will give.")
    return reason or None


def _decision(site: Site, choice: Choice, reason: str) -> Decision:
    return Decision(site.id, choice, reason, site.before, site.after if choice is Choice.ACCEPT else None)
