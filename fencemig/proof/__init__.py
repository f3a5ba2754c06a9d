# SPDX-License-Identifier: GPL-2.0-only
"""A series and its base → what is proved of it. With pipeline.py the place where pure code meets effects."""

from collections.abc import Iterator

from fencemig.errors import UserError
from fencemig.proof.applying import apply_all, check_ledger, check_second
from fencemig.proof.compiling import check_compiling
from fencemig.proof.request import Compiling, Progress, Request
from fencemig.proof.style import check_style
from fencemig.proof.testing import check_kunit
from fencemig.system.checkout import checkout
from fencemig.system.checks import Applied
from fencemig.system.kernel import Tree
from fencemig.system.needs import missing_for, unfit_for
from fencemig.verify.content import content_of
from fencemig.verify.model import Level, Proved, Report

__all__ = ["Compiling", "Progress", "Request", "prove", "refuse_missing"]


def prove(request: Request) -> Report:
    """Run all checks up to a level. What a level needs must have been asked for: refuse_missing().

    A series that does not apply is not looked at any further. Neither is one that is not what its ledger says:
    its problems would come back as errors of the compiler. Raises ToolError when a tool cannot be run.
    """
    checks, stages = apply_all(request)
    if not any(check.problems for check in checks):
        checks += [check_ledger(request, stages), check_second(request, stages)]
    right = not any(check.problems for check in checks)
    levels = request.level.upto()
    if right and Level.STYLE in levels:
        checks += check_style(request, stages)
    if right and Level.SYNTAX in levels:
        with checkout(request.tree, request.compiling.keep) as source:
            compiled = check_compiling(request, stages, source)
            checks += compiled
            if Level.KUNIT in levels and not any(check.problems for check in compiled):
                checks += check_kunit(request, stages, source)
    left = [content_of(_texts(stage)) for stage in stages]
    left += [""] * (len(request.files) - len(stages))  # of those that do not apply
    named = zip(request.files, request.mails, left, strict=True)
    patches = tuple(Proved(file, mail.subject, content) for file, mail, content in named)
    return Report(request.tree.commit or "", request.level, patches, tuple(checks))


def _texts(stage: Applied) -> Iterator[tuple[str, bytes | None]]:
    return ((path, None if blob is None else blob.data) for path, blob in stage.after.items())


def refuse_missing(level: Level, tree: Tree) -> None:
    """Raise UserError, with what to install, when this machine or this tree does not do for a level."""
    if (why := unfit_for(level)) is not None:
        raise UserError(f"--level {level} cannot be had here: {why}")
    needed = [piece for piece in missing_for(level) if piece.needed]
    if needed:
        names = ", ".join(piece.name for piece in needed)
        packages = " ".join(sorted({piece.package for piece in needed}))
        raise UserError(f"--level {level} needs what is missing here, {names}: apt-get install {packages}")
    if Level.SYNTAX in level.upto() and tree.read("Kconfig") is None:
        raise UserError(f"--level {level} compiles, and {tree.top} is only a part of a kernel: it has no Kconfig")
