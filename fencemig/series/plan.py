# SPDX-License-Identifier: GPL-2.0-only
"""The layouts of a series: what is in which patch, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from fencemig.model import Change, Patch, Series, Site, Subsystem, Verdict
from fencemig.series.body import body_of, step_body
from fencemig.series.cover import Part, cover_letter
from fencemig.series.remarks import remarks_on
from fencemig.series.subjects import subject_of
from fencemig.series.texts import Origin, StepText, Texts
from fencemig.series.wording import REWRITTEN
from fencemig.split import by_subsystem, joined

CORE, FINAL = "core", "final"  # folders, where there is one for each maintainer's tree


@dataclass(frozen=True)
class Material:
    """What a series is made of. Each group of changes goes on top of those before it.

    `core` changes the API and `final` drops what was there for the transition; each may be empty. `changes` are
    the drivers', `handmade` patches of people, each after the generated one of its subsystem. `sites` are all
    that were looked at, `owners` the subsystem of each of their paths, `core_owner` that of the API itself.
    `blockers` name the files with calls that keep the transitional form alive. Without any, `stores` name those
    that keep the function that stores an error; there are none when it goes.
    """

    core: tuple[Change, ...]
    changes: tuple[Change, ...]
    handmade: tuple[Patch, ...]
    final: tuple[Change, ...]
    sites: tuple[Site, ...]
    owners: Mapping[str, Subsystem]
    core_owner: Subsystem
    blockers: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self.changes or self.handmade or self.final)


@dataclass(frozen=True)
class Planner:
    """Lays a series out, in the words of a migration."""

    material: Material
    texts: Texts
    origin: Origin

    def staged(self) -> Series:
        """The core patch, one patch per subsystem, and one that drops what was transitional.

        No two subjects are alike, and none is longer than 75 characters unless the prefix leaves no room.
        """
        patches = (*self._core, *self._subsystems, *self._final)
        first = 1 + len(self._core)
        numbers: dict[Subsystem, str] = {}
        for number, patch in enumerate(self._subsystems, first):
            numbers.setdefault(patch.subsystem, str(number))
        return self._series(patches, self._cover(self._everything(numbers, "1"), self._order))

    def flag_day(self) -> Series:
        """Everything in one patch."""
        material, texts = self.material, self.texts
        touches_api = material.core if texts.core else material.final
        step = texts.flag_day if texts.flag_day and touches_api else StepText(texts.short, texts.why)
        rewritten = [site for site in material.sites if site.verdict in REWRITTEN]
        groups = (material.core, material.changes, *(patch.changes for patch in material.handmade), material.final)
        patch = Patch(
            material.core_owner,
            f"treewide: {step.subject}",
            step_body(step, self._facts, texts, self.origin, rewritten, material.stores),
            joined(groups),
            remarks_on(material.sites, texts),
        )
        labels = {material.owners[change.path]: "1" for change in material.changes}
        order = "" if material.core else texts.prerequisite
        return self._series((patch,), self._cover(self._everything(labels, "1"), order))

    def by_tree(self, trees: Mapping[str, str]) -> tuple[Series, ...]:
        """A series for each maintainer's tree, after one of the core patch and before one of the last.

        `trees` names the tree of each path; a subsystem is in that of its first changed file. The sites of a tree
        that gets no patch are with the core's.
        """
        shares: dict[str, list[Patch]] = {}
        homes: dict[Subsystem, str] = {}
        for patch in self._subsystems:
            home = homes.setdefault(patch.subsystem, _folder(trees[patch.changes[0].path]))
            shares.setdefault(home, []).append(patch)
        sites: dict[str, list[Site]] = {name: [] for name in shares}
        for site in self.material.sites:
            home = homes.get(self.material.owners[site.path], _folder(trees[site.path]))
            if site.verdict is Verdict.CORE or home not in sites:
                home = CORE if self._core else min(sites, default=FINAL)
            sites.setdefault(home, []).append(site)
        series = [self._core_series(homes, tuple(sites.get(CORE, ())))] if self._core else []
        series += [self._tree_series(name, tuple(shares[name]), tuple(sites[name])) for name in sorted(shares)]
        if self._final:
            before = (*self._core, *(patch for name in sorted(shares) for patch in shares[name]))
            order = "This is the last part: it needs all the others, whose patch-ids stand below."
            cover = self._cover(Part((), self.material.owners, {}, stores=self.material.stores), order)
            series.append(self._series(self._final, cover, FINAL, before, tuple(sites.get(FINAL, ()))))
        return tuple(series)

    def _core_series(self, homes: Mapping[Subsystem, str], sites: tuple[Site, ...]) -> Series:
        names = ", ".join([*sorted(set(homes.values())), *([FINAL] if self._final else [])])
        order = f"{self.texts.staged}\n\nThe other parts are series of their own: {names}."
        cover = self._cover(self._everything(homes, CORE), order)
        return self._series(self._core, cover, CORE, (), sites)

    def _tree_series(self, name: str, patches: tuple[Patch, ...], sites: tuple[Site, ...]) -> Series:
        numbers: dict[Subsystem, str] = {}
        for number, patch in enumerate(patches, 1):
            numbers.setdefault(patch.subsystem, str(number))
        needs = self.texts.prerequisite
        if self._core:
            needs = (
                f'It needs the core patch, "{self._core[0].subject}", which is sent as a series of its own and '
                "whose patch-id stands below."
            )
        order = f"This is the part for the tree {name}. {needs}".rstrip()
        cover = self._cover(Part(sites, self.material.owners, numbers), order)
        return self._series(patches, cover, name, self._core, sites)

    def _series(
        self,
        patches: tuple[Patch, ...],
        cover: str,
        name: str = "",
        prerequisites: tuple[Patch, ...] = (),
        sites: tuple[Site, ...] | None = None,
    ) -> Series:
        subject = self.texts.cover_subject if name in ("", CORE) else f"{self.texts.cover_subject} ({name})"
        own = self.material.sites if sites is None else sites
        return Series(self.origin.base, subject, cover, patches, prerequisites, name, own)

    def _cover(self, part: Part, order: str) -> str:
        return cover_letter(part, self.texts, self.origin, order)

    def _everything(self, labels: Mapping[Subsystem, str], core: str) -> Part:
        material = self.material
        label = core if material.core else "-"
        return Part(material.sites, material.owners, labels, material.blockers, material.stores, label)

    @property
    def _order(self) -> str:
        first = self.texts.staged if self.material.core else self.texts.prerequisite
        return f"{first.rstrip()} {self.texts.dropped.lstrip()}" if self._final else first

    @property
    def _facts(self) -> set[str]:
        """What the words of the steps depend on."""
        if not self.material.final:
            return {"blocked"}
        return {self.origin.generation} | (set() if self.material.stores else {"store"})

    @cached_property
    def _core(self) -> tuple[Patch, ...]:
        return self._step(self.texts.core, self.material.core, {self.origin.generation})

    @cached_property
    def _final(self) -> tuple[Patch, ...]:
        return self._step(self.texts.final, self.material.final, self._facts, self.material.stores)

    def _step(
        self, step: StepText | None, changes: tuple[Change, ...], facts: set[str], kept: tuple[str, ...] = ()
    ) -> tuple[Patch, ...]:
        if step is None or not changes:
            return ()
        owner = self.material.core_owner
        body = step_body(step, facts, self.texts, self.origin, kept=kept)
        return (Patch(owner, f"{owner.prefix} {step.subject}", body, changes),)

    @cached_property
    def _subsystems(self) -> tuple[Patch, ...]:
        """The generated patch of each subsystem, each followed by its hand-made ones."""
        material, texts = self.material, self.texts
        taken = {patch.subject for patch in (*self._core, *self._final, *material.handmade)}
        patches: list[Patch] = []
        for subsystem, shard in by_subsystem(material.changes, material.owners).items():
            own = _sites_of(subsystem, material)
            rewritten = [site for site in own if site.verdict in REWRITTEN]
            subject = subject_of(subsystem, rewritten, texts, taken)
            taken.add(subject)
            body = body_of(rewritten, texts, self.origin)
            patches.append(Patch(subsystem, subject, body, shard, remarks_on(own, texts)))
            patches += [patch for patch in material.handmade if patch.subsystem == subsystem]
        generated = {patch.subsystem for patch in patches}
        return (*patches, *(patch for patch in material.handmade if patch.subsystem not in generated))


def _sites_of(subsystem: Subsystem, material: Material) -> Sequence[Site]:
    own = (site for site in material.sites if material.owners[site.path] == subsystem)
    return [site for site in own if site.verdict is not Verdict.CORE]


def _folder(tree: str) -> str:
    """A maintainer's tree may bear the name of one of our own folders."""
    return f"{tree}-tree" if tree in (CORE, FINAL) else tree
