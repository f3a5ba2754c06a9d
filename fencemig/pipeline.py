# SPDX-License-Identifier: GPL-2.0-only
"""The stages in a row: tree → sites and changes → series. The only place where pure code meets effects."""

import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from fencemig import carried, classify, conditions, digests, residual, transform
from fencemig.carried import Signals, Stores
from fencemig.classify import Examined
from fencemig.decided import Held, held, settle
from fencemig.decisions import Decisions
from fencemig.errors import UserError
from fencemig.fences import Tracer
from fencemig.maintainers import Owners, parse_maintainers
from fencemig.migration import Migration, Rule
from fencemig.model import Change, Site, Subsystem
from fencemig.notes import NOTES
from fencemig.replay import Match
from fencemig.rewriter import Question, Rewriter
from fencemig.source import Source
from fencemig.subsystems import group_by_subsystem
from fencemig.system import process
from fencemig.system.findings import Findings
from fencemig.system.kernel import Tree
from fencemig.system.spatch import Spatch
from fencemig.threads import Thread, find_thread, may_have_thread
from fencemig.tidy import tidy
from fencemig.transform import Outcome, Refusal
from fencemig.types import Headers

_END = object()  # of what is done step by step
_SUBJECTS = 20  # commits of a file that are asked for the prefix of its subsystem


@dataclass(frozen=True)
class Request:
    """What to look at, and how. `paths` are relative to the tree; `timeout` is for one file, in seconds."""

    tree: Tree
    migration: Migration
    spatch: Spatch
    paths: tuple[str, ...]
    jobs: int
    timeout: float
    progress: Callable[[int, int, str], None]  # files done, files in all, the last one
    decisions: Decisions = field(default_factory=Decisions)


@dataclass(frozen=True)
class Survey:
    """Every site below the paths with its verdict, and the changes that the conversion makes.

    What the verdicts rest on: `examined` has the files with sites, `stores` the errors that are still stored
    after the conversion anywhere in the tree. `notes` has a sentence for each decision of a person that does
    not count.
    """

    request: Request
    generation: str
    sites: tuple[Site, ...]
    changes: tuple[Change, ...]
    subsystems: dict[str, Subsystem]
    examined: tuple[Examined, ...]
    stores: Stores
    notes: tuple[str, ...]
    sources: tuple[Source, ...]  # all files of the tree that use the API
    owners: Owners
    reached: bool  # spatch got to all of the sites, also to those elsewhere that bear on these


def survey(request: Request) -> Survey:
    """Census, transformation and verdicts for everything below the paths. Raises UserError and ToolError."""
    tree, migration = request.tree, request.migration
    _check_names(migration)
    generation = migration.generation_of(tree.read(migration.header) or b"")
    symbols = migration.symbols
    headers = Headers(tree.read, symbols.struct.encode())
    about = [request.spatch.identity, migration.content, generation] if migration.content else None
    findings = Findings(about, headers, symbols, request.decisions)
    sources = []
    beside = {}  # other files with a word of the API
    for path in tree.mentioning(symbols.words):
        text = tree.read(path)
        if text is not None and symbols.in_sight(text):
            source = findings.source(path, text)
            # What is elsewhere is parsed only when it may bear on what is here.
            if not (symbols.stores or _below(path, request.paths)) or source.uses:
                sources.append(source)
                continue
        if text is not None:
            beside[path] = text
    scope = [source for source in sources if _below(source.path, request.paths)]
    # Stores anywhere in the tree may bear on a signal here, once it is known which of them stay.
    others = [
        source
        for source in (sources if symbols.stores else ())
        if not _below(source.path, request.paths) and any(carried.is_store(source, use) for use in source.uses)
    ]
    handed = frozenset[str]().union(*map(findings.handed, sources))
    known = {source.path for source in sources}
    with _at_spatch(request, generation, [*scope, *others], findings) as waiting:
        # What needs no answer of spatch is done meanwhile: to search the tree once more takes as long.
        callers = _mentioning(handed, tree, symbols.words, beside)
        tracer = Tracer(sources, [Source(*one, symbols, headers) for one in callers if one[0] not in known])
        owners = Owners(parse_maintainers(tree.read("MAINTAINERS") or b""))
        examined = _collected(request, waiting, map(tracer.follow, sources if symbols.stores else ()))
    if digests.of_folder(migration.folder) == migration.content:  # or somebody is at work on it
        findings.keep(examined)
    stores = Stores([store for one in examined for store in classify.left_stores(one, tracer)], tracer)
    rules = {rule.id: rule for rule in migration.rules}
    signals = Signals(sources, tracer)
    inside = examined[: len(scope)]
    sites = [
        site
        for one in inside
        for site in classify.classify(one, rules, stores, signals.elsewhere, owners.owner(one.source.path).name)
    ]
    settled, notes = settle(sites, request.decisions, request.paths)
    changes = [
        Change(one.source.path, one.source.text, one.outcome.text, tree.mode(one.source.path))
        for one in inside
        if one.outcome.text != one.source.text
    ]
    paths = list(dict.fromkeys([*(one.source.path for one in inside), *symbols.core]))
    history = tree.last_subjects(paths, _SUBJECTS) if changes else {}
    return Survey(
        request,
        generation,
        tuple(sorted(settled, key=lambda site: (site.path, site.line, site.column))),
        tuple(changes),
        group_by_subsystem(paths, owners, history),
        tuple(inside),
        stores,
        notes,
        tuple(sources),
        owners,
        not any(one.outcome.unreached for one in examined),
    )


def _mentioning(
    names: Collection[str], tree: Tree, words: Sequence[str], known: Mapping[str, bytes]
) -> list[tuple[str, bytes]]:
    """The files with one of the names in them, sorted by path. `known` are those with one of the words: where a name
    has one in it, the tree need not be searched again.
    """
    other = sorted(name for name in names if not any(word in name for word in words))
    found = {path: text for path, text in known.items() if any(name.encode() in text for name in names)}
    for path in tree.mentioning(other) if other else ():
        if path not in found and (text := tree.read(path)) is not None:
            found[path] = text
    return sorted(found.items())


def _check_names(migration: Migration) -> None:
    """The manifest names conditions and notes, which only here meet the code that they stand for."""
    manifest = migration.folder / "migration.toml"
    for rule in migration.rules:
        unknown = [*(set(rule.conditions) - set(conditions.CONDITIONS)), *(set(rule.notes) - set(NOTES))]
        if unknown:
            raise UserError(f"{manifest}: rule {rule.id} names {unknown[0]!r}, which is no condition or note")


def _below(path: str, scope: Sequence[str]) -> bool:
    return any(part == "." or path == part or path.startswith(part + "/") for part in scope)


@dataclass(frozen=True)
class _Job:
    """A file, and what is known of it before spatch has seen it."""

    source: Source
    decided: Held
    kept: dict[int, Refusal]
    rules: tuple[Rule, ...]  # those that may match
    question: Question | None  # what spatch will be asked first


@contextmanager
def _at_spatch(
    request: Request, generation: str, sources: Sequence[Source], findings: Findings
) -> Iterator[list[Future[Examined]]]:
    """All files on their way through spatch, in parallel; in the order of the files."""
    rules = request.migration.rules_for(generation)
    jobs = [findings.examined(source) or _job(request, generation, rules, source) for source in sources]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fencemig-")))
        rewriter = Rewriter(request.spatch, request.migration, request.timeout, folder)
        pool = ThreadPoolExecutor(max_workers=request.jobs)
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        try:
            questions = [job.question for job in jobs if isinstance(job, _Job) and job.question is not None]
            rewriter.ask_early(questions, pool, request.jobs)
            yield [pool.submit(_transform, job, rewriter, request.migration) for job in jobs]
        except (KeyboardInterrupt, GeneratorExit):  # the latter when it comes before the first answer is awaited
            process.stop_all()  # or the pool would wait for every spatch to end
            raise


def _collected(request: Request, waiting: Sequence[Future[Examined]], meanwhile: Iterator[None]) -> list[Examined]:
    """What became of the files. `meanwhile` is to be done anyway, in steps: while there is nothing to collect."""
    examined = []
    for number, future in enumerate(waiting, 1):
        while not future.done() and next(meanwhile, _END) is not _END:
            pass
        examined.append(future.result())
        request.progress(number, len(waiting), examined[-1].source.path)
    return examined


def _job(request: Request, generation: str, rules: Sequence[Rule], source: Source) -> _Job:
    decided = held(source, request.decisions)
    kept = {**residual.before_spatch(source, generation), **decided.sites}
    if not _for_spatch(source):
        return _Job(source, decided, kept, (), None)
    threaded = may_have_thread(source)
    fitting = tuple(rule for rule in rules if rule.may_match(source.text) and (threaded or not rule.threaded))
    first = tuple(transform.first_run(fitting))
    question = None
    if not any(rule.threaded for rule in first):
        beside = transform.first_run([rule for rule in rules if rule in fitting or not rule.threaded])
        text = transform.first_text(source.text, kept, source.census)
        question = Question(text, first, tuple(beside))
    return _Job(source, decided, kept, fitting, question)


def _for_spatch(source: Source) -> bool:
    return source.path not in source.symbols.core and residual.has_old_form(source)


def _transform(job: _Job | Examined, rewriter: Rewriter, migration: Migration) -> Examined:
    if isinstance(job, Examined):  # by an earlier run
        return job
    source, decided = job.source, job.decided
    if not _for_spatch(source):
        return Examined(source, Outcome(source.text), job.kept)

    def accept(match: Match) -> Refusal | None:
        rule = _reported(match, job, migration)
        return decided.refuse(match) or conditions.judge(source, rule, match)

    def find(text: bytes, blocked: frozenset[int]) -> Thread | None:
        return find_thread(source.at_stage(text), blocked)

    census = cache(source.census)
    outcome = transform.transform(source.text, job.rules, job.kept, rewriter.rewrite, census, find, accept)
    if transform.NOT_SEEN in outcome.unreached.values():
        outcome = transform.transform(source.text, job.rules, job.kept, rewriter.rewrite_whole, census, find, accept)
    if outcome.unreached:
        complaint = rewriter.complaint(source.text)
        said = {site: f"{reason}; {complaint}" if complaint else reason for site, reason in outcome.unreached.items()}
        outcome = replace(outcome, unreached=said)
    refusals = {**outcome.refusals, **decided.left_alone()}
    return Examined(source, replace(outcome, text=tidy(source.text, outcome.text), refusals=refusals), job.kept)


def _reported(match: Match, job: _Job, migration: Migration) -> Rule:
    """The rule that a semantic patch says has matched. Raises UserError when it cannot be that one."""
    for rule in job.rules:
        if rule.id == match.rule:
            return rule
    if any(rule.id == match.rule for rule in migration.rules):
        raise UserError(
            f"rule {match.rule} matched in {job.source.path}, for which migration.toml rules it out: "
            "are its needs and generations right?"
        )
    said = re.compile(rf"\breport\(\s*['\"]{re.escape(match.rule)}['\"]")
    files = [rule.file.name for rule in migration.rules if said.search(rule.file.read_text(encoding="utf-8"))]
    who = ", ".join(files) or "a semantic patch"
    raise UserError(f"{who} reports the rule {match.rule!r}, which migration.toml does not have")
