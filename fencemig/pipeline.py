# SPDX-License-Identifier: GPL-2.0-only
"""The stages in a row: tree → sites and changes → series. The only place where pure code meets effects."""

import re
import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice
from pathlib import Path

from fencemig import carried, classify, conditions, digests, residual, transform
from fencemig.carried import Signals, Stores
from fencemig.classify import Examined
from fencemig.decided import Held, counting, held, settled
from fencemig.decisions import Decisions
from fencemig.errors import UserError
from fencemig.fences import Tracer
from fencemig.maintainers import Owners, parse_maintainers
from fencemig.migration import Migration, Rule
from fencemig.model import Change, Subsystem
from fencemig.notes import NOTES
from fencemig.replay import Match
from fencemig.rewriter import Question, Rewriter
from fencemig.source import Source
from fencemig.subsystems import group_by_subsystem
from fencemig.system import process
from fencemig.system.collected import Collected, Found, Rows
from fencemig.system.files import Files
from fencemig.system.findings import Findings
from fencemig.system.kernel import Tree
from fencemig.system.shelf import ByPath, Shelf
from fencemig.system.spatch import Spatch
from fencemig.threads import Thread, find_thread, may_have_thread
from fencemig.tidy import tidy
from fencemig.transform import Outcome, Refusal
from fencemig.types import Headers

_END = object()  # of what is done step by step
_TOGETHER = 256  # files at least that are handed to spatch at once, as far as there are so many
_EACH = 64  # for each process
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
    sites: Rows
    changes: Collection[Change]
    subsystems: dict[str, Subsystem]
    examined: Mapping[str, Examined]  # by path
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
    files, examined, tracer, owners = _examined(request, generation)
    inside = examined.only(files.scope)
    stores = Stores([store for one in examined.values() for store in classify.left_stores(one, tracer)], tracer)
    signals = Signals(files.sources, tracer)
    rules = {rule.id: rule for rule in migration.rules}
    judged = Rows(
        classify.classify(one, rules, stores, signals.elsewhere, owners.owner(path).name)
        for path, one in inside.items()
    )
    decisions, notes = counting(judged, request.decisions, request.paths)
    changes = ByPath[Change]()
    for path, one in inside.items():
        if one.outcome.text != one.source.text:
            changes.add(path, Change(path, one.source.text, one.outcome.text, tree.mode(path)))
    paths = list(dict.fromkeys([*inside, *migration.symbols.core]))
    history = tree.last_subjects(paths, _SUBJECTS) if changes else {}
    return Survey(
        request,
        generation,
        Rows([settled(site, decisions) for site in of_file] for of_file in judged.by_file()) if decisions else judged,
        changes.values(),
        group_by_subsystem(paths, owners, history),
        inside,
        stores,
        notes,
        tuple(files.sources),
        owners,
        not any(one.outcome.unreached for one in examined.values()),
    )


def _examined(request: Request, generation: str) -> tuple[Files, Collected, Tracer, Owners]:
    """The files that use the API, and what became of those below the paths and of others that bear on them."""
    tree, migration, symbols = request.tree, request.migration, request.migration.symbols
    headers = Headers(tree.read, symbols.struct.encode(), Shelf[bytes]().put)
    about = [request.spatch.identity, migration.content, generation] if migration.content else None
    findings = Findings(about, headers, symbols, request.decisions)
    files = Files(tree, symbols, headers, findings, request.paths)
    # Stores anywhere in the tree may bear on a signal here, once it is known which of them stay.
    storing = [
        source
        for source in (files.elsewhere if symbols.stores else ())
        if any(carried.is_store(source, use) for use in source.uses)
    ]
    asked = [*files.scope, *storing]
    with _at_spatch(request, generation, asked, findings) as waiting:
        # What needs no answer of spatch is done meanwhile: to search the tree once more takes as long.
        tracer = Tracer(files.sources, files.callers(findings))
        owners = Owners(parse_maintainers(tree.read("MAINTAINERS") or b""))
        meanwhile = map(tracer.follow, files.sources if symbols.stores else ())
        examined = Collected(asked, _collected(request, len(asked), waiting, meanwhile))
    if digests.of_folder(migration.folder) == migration.content:  # or somebody is at work on it
        findings.keep(examined)
    return files, examined, tracer, owners


def _check_names(migration: Migration) -> None:
    """The manifest names conditions and notes, which only here meet the code that they stand for."""
    manifest = migration.folder / "migration.toml"
    for rule in migration.rules:
        unknown = [*(set(rule.conditions) - set(conditions.CONDITIONS)), *(set(rule.notes) - set(NOTES))]
        if unknown:
            raise UserError(f"{manifest}: rule {rule.id} names {unknown[0]!r}, which is no condition or note")


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
) -> Iterator[Iterator[Future[Examined]]]:
    """All files on their way through spatch, in parallel; in the order of the files. The first are there already."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fencemig-")))
        rewriter = Rewriter(request.spatch, request.migration, request.timeout, folder)
        pool = ThreadPoolExecutor(max_workers=request.jobs)
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        try:
            waiting = _submitted(request, generation, sources, findings, rewriter, pool)
            first = list(islice(waiting, 1))
            yield chain(first, waiting)
        except (KeyboardInterrupt, GeneratorExit):  # the latter when it comes before the first answer is awaited
            process.stop_all()  # or the pool would wait for every spatch to end
            raise


def _submitted(
    request: Request,
    generation: str,
    sources: Sequence[Source],
    findings: Findings,
    rewriter: Rewriter,
    pool: ThreadPoolExecutor,
) -> Iterator[Future[Examined]]:
    """The files, handed to the pool some hundred at a time, and the next before those are done."""
    rules = request.migration.rules_for(generation)
    together = max(_TOGETHER, request.jobs * _EACH)
    waiting = deque[Future[Examined]]()
    for first in range(0, len(sources), together):
        some = sources[first : first + together]
        # Backwards: the trees of the last ones are still there, and afterwards those of the first, where spatch begins.
        jobs = [findings.examined(source) or _job(request, generation, rules, source) for source in reversed(some)]
        jobs.reverse()
        questions = [job.question for job in jobs if isinstance(job, _Job) and job.question is not None]
        rewriter.ask_early(questions, pool, request.jobs)
        waiting += [pool.submit(_transform, job, rewriter, request.migration) for job in jobs]
        while len(waiting) > together:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _collected(
    request: Request, count: int, waiting: Iterable[Future[Examined]], meanwhile: Iterator[None]
) -> ByPath[Found]:
    """What became of the files. `meanwhile` is to be done anyway, in steps: while there is nothing to collect."""
    found = ByPath[Found]()
    for number, future in enumerate(waiting, 1):
        while not future.done() and next(meanwhile, _END) is not _END:
            pass
        one = future.result()
        found.add(one.source.path, (one.outcome, one.held))
        request.progress(number, count, one.source.path)
    return found


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
