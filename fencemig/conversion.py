# SPDX-License-Identifier: GPL-2.0-only
"""From a survey to what a series is made of: core patch, drivers, hand-made patches, last patch."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fencemig.core.patch import Rewrite, carried_over, core_changes, final_changes
from fencemig.errors import UserError
from fencemig.model import Change, Patch
from fencemig.pipeline import Survey
from fencemig.remaining import remaining
from fencemig.series.plan import Material
from fencemig.source import Source
from fencemig.system.handmade import apply_handmade
from fencemig.types import Headers


def material_of(found: Survey, *, with_core: bool) -> Material:
    """What a series of this survey is made of.

    `with_core` is whether the patches of the API itself are wanted, the first and the last. Neither is made where
    the tree lacks a file of the API, and without the first there is no last, unless the tree has the new API
    already. Raises UserError where the core, or a hand-made patch, does not fit, and ToolError.
    """
    migration, tree = found.request.migration, found.request.tree
    core: tuple[Change, ...] = ()
    if with_core and found.changes and _old_api(found) and not _lacking(found):
        changed = core_changes(migration, found.generation, tree.read, _rewriter(found))
        core = _with_modes(found, changed)
    changes = _on_top_of(found, core)
    handmade = _handmade(found, (*core, *changes))
    made = [*core, *changes, *(change for patch in handmade for change in patch.changes)]
    after = {change.path: change.after for change in made}
    left = remaining((*found.sources, *_more_sources(found, after)), after)
    material = Material(
        core=core,
        changes=changes,
        handmade=handmade,
        final=(),
        sites=tuple(found.sites),
        owners=found.subsystems,
        core_owner=found.subsystems[migration.symbols.core[0]],
    )
    if migration.core is None or not with_core or _lacking(found) or (_old_api(found) and not core):
        return material
    if left.calls or left.results:
        return replace(material, blockers=_by_file((*left.calls, *left.results)))
    final = final_changes(
        migration, lambda path: after.get(path) or tree.read(path), _rewriter(found), drop_store=not left.stores
    )
    return replace(material, final=_with_modes(found, final), stores=_by_file(left.stores))


def _more_sources(found: Survey, after: Mapping[str, bytes]) -> Iterator[Source]:
    """The files that come to use the API only by the series: by a patch of a person's."""
    symbols = found.request.migration.symbols
    known = {source.path for source in found.sources}
    headers = Headers(found.request.tree.read, symbols.struct.encode())
    for path, text in after.items():
        if path not in known and path.endswith((".c", ".h")):
            yield Source(path, text, symbols, headers)


def missing_core(found: Survey) -> str:
    """The first file that a core patch would change and a partial tree lacks; "" when none is missing, or wanted."""
    return _lacking(found) if _old_api(found) else ""


def _lacking(found: Survey) -> str:
    """The first file of the API itself that the tree lacks; "" when none is missing."""
    core = found.request.migration.symbols.core
    return next((path for path in core if found.request.tree.read(path) is None), "")


def _old_api(found: Survey) -> bool:
    """Whether the migration brings a core patch for this tree."""
    core = found.request.migration.core
    return core is not None and found.generation in core.semantic_patches


def _on_top_of(found: Survey, core: Sequence[Change]) -> tuple[Change, ...]:
    """The changes of the drivers, on top of what the core patch makes of their files."""
    below = {change.path: change.after for change in core}
    migration = found.request.migration
    return tuple(
        replace(change, before=below[change.path], after=carried_over(migration, change.path, change.after))
        if change.path in below
        else change
        for change in found.changes
    )


def _handmade(found: Survey, generated: Iterable[Change]) -> tuple[Patch, ...]:
    """People's own patches, each on top of what the series makes of its files before."""
    tree = found.request.tree
    files = {change.path: (change.mode, change.after) for change in generated}

    def read(path: str) -> tuple[str, bytes] | None:
        text = tree.read(path)
        return None if text is None else (tree.mode(path), text)

    patches = []
    for wanted in found.request.decisions.patches:
        owners = {path: owner for path, owner in found.subsystems.items() if owner.prefix == wanted.prefix}
        if not owners:
            known = ", ".join(sorted({owner.prefix for owner in found.subsystems.values()}))
            raise UserError(f"{wanted.file}: no subsystem here has the prefix {wanted.prefix!r}; there are {known}")
        done = apply_handmade(wanted.file, files, read, tree.repository.objects if tree.repository else None)
        for change in done.changes:
            # It would come before, or after, what another subsystem's patch makes of the file.
            if change.path in files and change.path not in owners:
                other = found.subsystems[change.path].prefix if change.path in found.subsystems else "the API itself"
                raise UserError(
                    f"{wanted.file}: {change.path} is in the patch of {other.rstrip(':')}: give that a patch of its own"
                )
            files[change.path] = change.mode, change.after
        of_files = [owners[change.path] for change in done.changes if change.path in owners]
        subsystem = next(iter(of_files), min(owners.values(), key=lambda owner: owner.section))
        patches.append(Patch(subsystem, done.subject, done.body, done.changes, author=done.author))
    return tuple(patches)


def _rewriter(found: Survey) -> Rewrite:
    """spatch, as the core patch wants it: all semantic patches in one run."""
    request = found.request

    def rewrite(text: bytes, semantic_patches: Sequence[Path]) -> bytes:
        with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:
            whole = Path(folder, "core.cocci")
            whole.write_text("\n".join(one.read_text() for one in semantic_patches))
            done = request.spatch.rewrite(text, whole, request.migration.macros, request.timeout)
        if done.complaint:
            raise UserError(f"the core patch cannot be made: {done.complaint}; --no-core makes the rest")
        return done.text

    return rewrite


def _with_modes(found: Survey, changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(replace(change, mode=found.request.tree.mode(change.path)) for change in changes)


def _by_file(places: Iterable[str]) -> tuple[str, ...]:
    counted = Counter(place.split(":", 1)[0] for place in places)
    return tuple(f"{path}: {count} call{'s' * (count > 1)}" for path, count in sorted(counted.items()))
