# SPDX-License-Identifier: GPL-2.0-only
"""The command status: an earlier series beside a newer tree."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from fencemig.commands.guard import encoded
from fencemig.commands.shared import Options, migration_for, result, status_of, surveyed, top_of
from fencemig.decisions import default_file, load_decisions
from fencemig.report import status as report
from fencemig.status import Now, judge, next_command
from fencemig.system import kernel
from fencemig.system.folder import read_folder
from fencemig.system.history import find_landed


def status(options: Options, folder: Path, output_format: str) -> int:
    """Print what became of each patch of an output folder in `options.base`, or in HEAD without one.

    The paths are those of the folder's ledger, and what was decided for it holds.
    """
    sent = read_folder(folder)
    migration = migration_for(sent.ledger, options.migration, folder)
    rev = options.base or "HEAD"
    tree = kernel.open_tree(top_of(options.tree), rev)
    assert tree.repository is not None and tree.commit is not None  # open_tree() with a commit
    there = [path for path in sent.ledger.paths if tree.exists(path)]  # convert takes no others
    decisions = load_decisions(default_file(folder.absolute()), required=False)
    whole = tuple(str(tree.top / path) for path in there)
    found = surveyed(replace(options, paths=whole, decisions=decisions), tree)
    landed, note = find_landed(tree.repository, sent.ledger.commit, tree.commit, sent.patches)
    judged = judge(sent, Now(rev, tree.commit, found.generation, tuple(found.sites), tree.read), landed, migration)
    paths = there if options.tree else [os.path.relpath(tree.top / path) for path in there]
    named = ["-C", str(options.tree)] if options.tree else []
    named += ["--migration", str(options.migration)] if options.migration else []
    command = next_command(judged, migration, str(folder), named, paths)
    notes = [note] if note else []
    if output_format == "json":
        sys.stdout.buffer.write(encoded(report.as_json(judged, notes, command)))
    else:
        with result() as screen:
            report.print_status(screen, judged, notes, command)
    return status_of(found)
