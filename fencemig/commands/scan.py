# SPDX-License-Identifier: GPL-2.0-only
"""The command scan. Where nothing that its result rests on has changed, the result of an earlier run is taken."""

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from fencemig import digests, ledger
from fencemig.commands.guard import encoded, say
from fencemig.commands.places import default_migration
from fencemig.commands.shared import (
    Options,
    Question,
    asked,
    commit_of,
    ledger_of,
    link_root,
    migration_of,
    result,
    status_of,
    survey_of,
)
from fencemig.ledger import Ledger
from fencemig.model import Site, Subsystem
from fencemig.system.memo import Memo
from fencemig.system.witness import Watched

_MOST = 5_000  # sites of a ledger that is kept: to keep a longer one takes more memory than to make it


@dataclass(frozen=True)
class Scanned:
    """What a scan prints: a ledger, the subsystems of its files by path, and what is to be noted."""

    ledger: Ledger
    subsystems: Mapping[str, Subsystem]
    notes: tuple[str, ...]

    @property
    def sites(self) -> Collection[Site]:
        """The rows of the ledger."""
        return self.ledger.sites


def scan(options: Options, output_format: str) -> int:
    """Print the ledger."""
    question = asked(options)
    tree = Watched(question.tree.top, question.tree.repository, question.tree.commit)
    found = _scanned(replace(question, tree=tree), tree, options)
    if not found.sites:
        say(f"note: no site is below {' '.join(options.paths)}; only .c and .h files can have some")
    if output_format == "json":
        for part in ledger.json_parts(found.ledger):
            sys.stdout.buffer.write(encoded(part))
    elif output_format == "csv":
        sys.stdout.buffer.write(encoded(ledger.as_csv(found.sites)))
    elif output_format == "sarif":
        from fencemig.report import sarif

        texts = {site.path: tree.read(site.path) or b"" for site in found.sites}
        sys.stdout.buffer.write(encoded(sarif.scan(found.sites, migration_of(options.migration), texts)))
    else:
        from fencemig.report import table

        with result() as screen:
            table.print_sites(screen, found.sites, found.subsystems, link_root(tree))
    return status_of(found)


def _scanned(question: Question, tree: Watched, options: Options) -> Scanned:
    """The result of an earlier run, or else of this one, kept for later ones when nothing went wrong."""
    memo = Memo(_about(question, options))
    kept = memo.find(tree)
    if kept is not None:
        scanned = _from_json(kept)
        return replace(scanned, ledger=replace(scanned.ledger, commit=commit_of(tree)))
    survey = survey_of(question, options)
    scanned = Scanned(ledger_of(survey), survey.subsystems, survey.notes)
    unchanged = memo == Memo(_about(question, options))  # somebody may be at work on the migration, or on fencemig
    if len(scanned.sites) <= _MOST and unchanged and survey.reached and survey.request.migration.content:
        memo.keep(tree, _as_json(scanned))
    return scanned


def _about(question: Question, options: Options) -> list[str]:
    """All that a result depends on, beside the tree and fencemig."""
    tree, spatch, paths = question.tree, question.spatch, question.paths
    folder = options.migration or default_migration()
    asked_for = repr((tree.commit is None, paths, options.timeout))
    return [str(tree.top), spatch.identity, str(folder.absolute()), digests.of_folder(folder), asked_for]


def _as_json(scanned: Scanned) -> bytes:
    subsystems = {path: [one.section, one.prefix] for path, one in scanned.subsystems.items()}
    data = {"ledger": ledger.as_json(scanned.ledger), "subsystems": subsystems, "notes": scanned.notes}
    return json.dumps(data).encode()


def _from_json(kept: bytes) -> Scanned:
    data = json.loads(kept)
    subsystems = {path: Subsystem(*both) for path, both in data["subsystems"].items()}
    return Scanned(ledger.from_json(data["ledger"].encode()), subsystems, tuple(data["notes"]))
