# SPDX-License-Identifier: GPL-2.0-only
"""The commands that look at a tree and change nothing: convert --dry-run, audit, explain; scan has its own module."""

import sys
from dataclasses import replace
from pathlib import Path

from rich.text import Text

from fencemig import explain
from fencemig.audit import WORDS
from fencemig.audit import audit as audit_sources
from fencemig.commands.guard import OK, encoded
from fencemig.commands.shared import (
    OUTGOING,
    Options,
    commit_of,
    console,
    inside,
    link_root,
    migration_of,
    result,
    status_of,
    surveyed,
    top_of,
)
from fencemig.decisions import NAME, load_decisions
from fencemig.errors import UserError
from fencemig.report import audit as report_audit
from fencemig.report import diff, sarif, table
from fencemig.report.lines import print_prose, with_links
from fencemig.system import kernel, scratch
from fencemig.types import Headers


def audit(top: Path | None, named: tuple[str, ...], base: str | None, output_format: str) -> int:
    """Print the audit of what is below the named paths, or of the whole tree."""
    tree = kernel.open_tree(top_of(top), base)
    paths = tuple(inside(tree, path, top is not None) for path in named) or (".",)
    migration = migration_of(None)
    generation = migration.generation_of(tree.read(migration.header) or b"")
    sources = {path: text for path in tree.mentioning(WORDS) if (text := tree.read(path)) is not None}
    found = audit_sources(sources, Headers(tree.read, migration.symbols.struct.encode()), paths)
    if output_format == "json":
        about = report_audit.Audit(tree.version, generation, commit_of(tree), paths, found)
        sys.stdout.buffer.write(encoded(report_audit.as_json(about)))
    elif output_format == "csv":
        sys.stdout.buffer.write(encoded(report_audit.as_csv(found)))
    elif output_format == "sarif":
        sys.stdout.buffer.write(encoded(sarif.audit(found, sources)))
    else:
        with result() as screen:
            report_audit.print_report(screen, found)
    return OK


def explained(options: Options, name: str) -> int:
    """Print what a rule does, or why a site has its verdict."""
    place = explain.place_of(name)
    if place is None:
        text = explain.explain_rule(migration_of(options.migration), name)
        with result() as screen:
            print_prose(screen, text)
        return OK
    tree = kernel.open_tree(top_of(options.tree), options.base)
    path = _file(tree, place.path, options)
    found = surveyed(replace(options, paths=(str(tree.top / path),)), tree)
    texts = [
        explain.explain_site(site, found.request.migration, found.examined[path], found.stores)
        for site in explain.sites_at(place, path, found.sites.of(path))
    ]
    with result() as screen:
        print_prose(screen, with_links(Text("\n").join(texts), link_root(tree)))
    return status_of(found)


def dry_run(options: Options, decided: Path | None) -> int:
    """Print the diff that a conversion makes, by what was decided in a decisions.toml."""
    decisions = load_decisions(decided or OUTGOING / NAME, required=decided is not None)
    found = surveyed(replace(options, decisions=decisions))
    changes = diff.in_order(found.changes, found.subsystems)
    text = scratch.diff(changes) if changes else b""
    if sys.stdout.isatty():
        with result() as screen:
            diff.print_diff(screen, text, changes, found.subsystems, link_root(found.request.tree))
            table.print_summary(screen, found.sites, found.subsystems)
    else:
        sys.stdout.buffer.write(text)
        table.print_summary(console(stderr=True), found.sites, found.subsystems)
    return status_of(found)


def _file(tree: kernel.Tree, path: str, options: Options) -> str:
    """A file relative to the tree, which a ledger's id always is. Raises UserError, with the nearest, for none."""
    for relative_to_tree in (True, options.tree is not None):
        try:
            return inside(tree, path, relative_to_tree)
        except UserError:
            continue
    known = tree.mentioning(migration_of(options.migration).symbols.words)
    raise UserError(f"{path} does not exist in {tree.top}; the nearest: {explain.nearest(path, known)}")
