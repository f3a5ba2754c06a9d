# SPDX-License-Identifier: GPL-2.0-only
"""The census and what spatch did → exactly one verdict for each site."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fencemig import carried, syntax
from fencemig.carried import Store, Stores
from fencemig.census import Kind, Use
from fencemig.fences import Tracer, driver_of
from fencemig.migration import Rule
from fencemig.model import Site, Verdict
from fencemig.notes import NOTES
from fencemig.replay import Match
from fencemig.residual import Context, is_state, passes_error, why_left
from fencemig.source import Source
from fencemig.transform import Outcome, Refusal

_NOT_BELOW_0 = re.compile(rb"-?0|[0-9]+|E[A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that went through spatch, and the sites that were kept from it."""

    source: Source
    outcome: Outcome
    held: Mapping[int, Refusal]


def left_stores(examined: Examined, tracer: Tracer) -> list[Store]:
    """The errors that a file still stores after its conversion; the core's, and initial states, aside."""
    source, outcome = examined.source, examined.outcome
    if source.path in source.symbols.core:
        return []
    return [
        carried.store_of(source, use, tracer)
        for site, use in enumerate(source.uses)
        if carried.is_store(source, use) and site not in outcome.merged and not is_state(source, use)
    ]


def classify(
    examined: Examined,
    rules: Mapping[str, Rule],
    stores: Stores,
    signals_elsewhere: Callable[[Source, Use], str],
    section: str,
) -> list[Site]:
    """The ledger's rows for one file. `stores` are those of the whole tree, after the conversion."""
    source = examined.source
    context = Context(examined.outcome.refusals, lambda use: signals_elsewhere(source, use))
    rows = []
    for site, use in enumerate(source.uses):
        verdict, rule, reason = _verdict(examined, site, rules, stores, context)
        into = examined.outcome.merged.get(site)
        after = examined.outcome.after.get(site)
        rows.append(
            Site(
                id=use.id(source.path),
                path=source.path,
                line=use.line,
                column=use.column,
                function=use.function,
                callee=use.callee,
                verdict=verdict,
                rule=rule,
                before=use.before,
                after=None if after == use.before else after,
                merged_into=None if into is None else source.uses[into].id(source.path),
                reason=reason,
                subsystem=section,
            )
        )
    return rows


def _verdict(
    examined: Examined, site: int, rules: Mapping[str, Rule], stores: Stores, context: Context
) -> tuple[Verdict, str | None, str]:
    source, outcome = examined.source, examined.outcome
    use = source.uses[site]
    if use.kind in (Kind.TEXT, Kind.NAMESAKE):
        return Verdict.KEEP, None, "a comment or a string" if use.kind is Kind.TEXT else "another name"
    if source.path in source.symbols.core:
        return Verdict.CORE, None, "the core patch converts the API itself"
    if source.symbols.role(use.callee) == "new":
        return Verdict.KEEP, None, "is in the new form"
    if site in outcome.unreached:
        return Verdict.UNREACHED, None, outcome.unreached[site]
    if site in examined.held:
        return Verdict.MANUAL, examined.held[site].row or None, examined.held[site].reason
    if site in outcome.refusals and outcome.refusals[site].for_good:
        return Verdict.MANUAL, outcome.refusals[site].row, outcome.refusals[site].reason
    if site in outcome.merged:
        return _rewritten(examined, outcome.merged[site], rules, stores)  # one hunk, one verdict
    if any(site in match.all_sites for match in outcome.matches):
        return _rewritten(examined, site, rules, stores)
    if passes_error(source, use):
        return Verdict.KEEP, None, "has its error already"
    left = why_left(source, site, context)
    return Verdict.MANUAL, left.row, left.reason


def _rewritten(examined: Examined, site: int, rules: Mapping[str, Rule], stores: Stores) -> tuple[Verdict, str, str]:
    """The verdict of a site that rules rewrote: the strictest of theirs, and why."""
    source = examined.source
    matches = [match for match in examined.outcome.matches if site in match.all_sites]
    decisive = [match for match in matches if not rules[match.rule].carried] or matches
    rule, reasons = rules[decisive[-1].rule].row or decisive[-1].rule, []
    verdict = Verdict.CONVERT
    for match in matches:
        if _verdict_of(match, rules) is Verdict.REVIEW:
            verdict = Verdict.REVIEW
            near = stores.tracer.near(driver_of(source.path))
            reasons.append(match.reason or rules[match.rule].reason)
            reasons += [NOTES[name](source, source.uses[site], near) for name in rules[match.rule].notes]
    if odd := next(filter(None, (_no_errno(source, match) for match in matches)), None):
        verdict = Verdict.REVIEW
        reasons.append(f"{odd} is stored, which is no negative errno: a 0 warned and cleared, and now keeps the error")
    passing_none = [match for match in matches if rules[match.rule].carried]
    if passing_none and (found := stores.carriers(source, source.uses[site])):
        verdict = Verdict.REVIEW
        reasons.append(stores.reason(found))
        rule = rules[decisive[-1].rule].carried or rule
    return verdict, rule, "; ".join(filter(None, dict.fromkeys(reasons)))


def _no_errno(source: Source, match: Match) -> str:
    """A constant among the errors of a match that is not below 0; "" when there is none."""
    queue = [source.node(source.uses[site].arguments[1]) for site in match.deleted if source.uses[site].arguments[1:]]
    while queue:
        node = syntax.bare(queue.pop())
        if node.type == "conditional_expression":
            arms = (node.child_by_field_name(name) for name in ("consequence", "alternative"))
            queue += [arm for arm in arms if arm is not None]
        elif _NOT_BELOW_0.fullmatch(syntax.text_of(node)):
            return syntax.shown(node)
    return ""


def _verdict_of(match: Match, rules: Mapping[str, Rule]) -> Verdict:
    return Verdict(match.verdict) if match.verdict else rules[match.rule].verdict
