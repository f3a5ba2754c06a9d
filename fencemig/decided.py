# SPDX-License-Identifier: GPL-2.0-only
"""What people decided → what the rules may not touch, and what the ledger says of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fencemig.census import Kind
from fencemig.decisions import Choice, Decision, Decisions
from fencemig.model import Site, Verdict
from fencemig.replay import Match
from fencemig.residual import passes_error
from fencemig.source import Source
from fencemig.transform import Refusal

ACCEPTED = "; accepted"  # between why a site is for review and what the person says who accepted it
_NOT_FOR_US = Refusal("", "")  # the site says itself why it is left
_GAP = "residual_gap"
_OPEN = (Verdict.CONVERT, Verdict.REVIEW, Verdict.MANUAL)  # what a person can leave as it is
_REWRITTEN = (Verdict.CONVERT, Verdict.REVIEW)


@dataclass(frozen=True)
class Held:
    """The sites of a file that stay as they are because a person wants it, each with the reason."""

    source: Source
    sites: Mapping[int, Refusal]

    def refuse(self, match: Match) -> Refusal | None:
        """Why a match does not count, or None.

        Nothing is merged across a site that stays: a store that stays would come before an older error that
        a signal now passes, and a signal that stays would come before the error that a later one now passes.
        """
        if any(site in self.sites for site in match.all_sites):
            return _NOT_FOR_US
        if not match.deleted:
            return None
        uses = [self.source.uses[site] for site in match.all_sites]
        first, last = min(use.start for use in uses), max(use.end for use in uses)
        for site in self.sites:
            stays = self.source.uses[site]
            if stays.function == uses[0].function and first < stays.start < last:
                return Refusal(_GAP, f"{stays.before} in line {stays.line} stays, by a decision, and stands between")
        return None

    def left_alone(self) -> dict[int, Refusal]:
        """The stores whose signal stays: they stay as well."""
        found = {}
        for site in sorted(self.sites, reverse=True):  # the first signal after a store is its own
            signal = self.source.uses[site]
            if signal.kind is not Kind.CALL or self.source.symbols.role(signal.callee) == "store":
                continue
            for number, store in enumerate(self.source.uses):
                of_same = store.function == signal.function and store.offset < signal.offset
                stores = store.kind is Kind.STORE or self.source.symbols.role(store.callee) == "store"
                if of_same and stores and store.arguments and self._same_fence(number, site):
                    found[number] = Refusal(_GAP, f"its signal in line {signal.line} stays as it is, by a decision")
        return found

    def _same_fence(self, one: int, other: int) -> bool:
        return self.source.target(self.source.uses[one]) == self.source.target(self.source.uses[other])


def held(source: Source, decisions: Decisions) -> Held:
    """The sites of a file that decisions keep as they are."""
    found = {}
    for number, use in enumerate(source.uses):
        decision = decisions.sites.get(use.id(source.path))
        if decision is None or not decision.keeps or not _is_meant(decision, use.before):
            continue
        if not passes_error(source, use):
            found[number] = Refusal("", f"{decision.choice}: {decision.reason}")
    return Held(source, found)


def counting(
    sites: Iterable[Site], decisions: Decisions, paths: Sequence[str]
) -> tuple[Mapping[str, Decision], tuple[str, ...]]:
    """The decisions that count, by the site's id, and a sentence for each that does not.

    `paths` is where the sites are from, relative to the tree.
    """
    known = {site.id: site for site in sites if site.id in decisions.sites}
    found, notes, elsewhere = {}, [], 0
    for decision in decisions.sites.values():
        if _is_merged(decision, known.get(decision.id)):
            continue
        problem = _problem(decision, known.get(decision.id))
        if decision.id not in known and not _below(decision.id, paths):
            elsewhere += 1
        elif problem:
            notes.append(f"the decision to {decision.choice} {decision.id} does not count: {problem}")
        else:
            found[decision.id] = decision
    if elsewhere:
        told = "the decision on 1 site" if elsewhere == 1 else f"the decisions on {elsewhere} sites"
        was = "was" if elsewhere == 1 else "were"
        notes.append(f"{told} outside of {' '.join(paths)} {was} not looked at")
    return found, tuple(notes)


def settled(site: Site, decisions: Mapping[str, Decision]) -> Site:
    """A site with its decision, of those that count; what is decided of a signal holds for what went into it."""
    decision = decisions.get(site.id) or decisions.get(site.merged_into or "")
    if decision is None:
        return site
    reason = site.reason
    if decision.choice is Choice.ACCEPT and site.verdict is Verdict.REVIEW:
        reason += ACCEPTED + (f": {decision.reason}" if decision.reason else "")
    return replace(site, decision=decision.choice.value, reason=reason)


def _problem(decision: Decision, site: Site | None) -> str:
    """Why a decision does not count; "" when it does."""
    if site is None:
        return "there is no such site"
    if not _is_meant(decision, site.before):
        return f"it was about '{decision.before}', and now '{site.before}' is there"
    if decision.keeps:
        return "" if site.verdict in _OPEN else f"it is {site.verdict} ({site.reason}): nothing would change it"
    if site.verdict not in _REWRITTEN:
        return f"it is {site.verdict} ({site.reason}): nothing comes out that could be accepted"
    if decision.after is not None and decision.after != site.after:
        return f"'{decision.after}' was accepted, and now '{site.after or 'nothing'}' comes out"
    return ""


def _is_merged(decision: Decision, site: Site | None) -> bool:
    """Whether what was accepted is in the tree by now."""
    return site is not None and decision.after == site.before and site.verdict not in _REWRITTEN


def _is_meant(decision: Decision, before: str) -> bool:
    return decision.before is None or decision.before == before


def _below(site: str, paths: Sequence[str]) -> bool:
    return any(path == "." or site.startswith((f"{path}/", f"{path}:")) for path in paths)
