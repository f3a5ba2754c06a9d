# SPDX-License-Identifier: GPL-2.0-only
"""The command doctor: what this machine has and lacks."""

from pathlib import Path

from fencemig.commands.guard import OK, USAGE
from fencemig.commands.shared import migration_of, top_of
from fencemig.errors import UserError
from fencemig.system import kernel
from fencemig.system.doctor import TreeFacts, examine


def doctor(tree: Path | None) -> int:
    """Print what this machine has and lacks."""
    facts = None
    try:
        top = top_of(tree)
        opened = kernel.open_tree(top, None)
        migration = migration_of(None)
        facts = TreeFacts(top, opened.version, migration.generation_of(opened.read(migration.header) or b""))
    except UserError as error:
        if tree is not None:
            facts = TreeFacts(tree, problem=str(error))
    findings = examine(facts)
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'LACK'}  {finding.name:11}  {finding.detail}")
        if finding.advice:
            print(f"{'':19}→ {finding.advice}")
    return OK if all(finding.ok for finding in findings) else USAGE
