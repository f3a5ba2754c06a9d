# SPDX-License-Identifier: GPL-2.0-only
"""What is known of single files from earlier runs: every run is as one from scratch, and looks only at what is new."""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from helpers import add, one_driver
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fencemig import pipeline
from fencemig.census import take_census
from fencemig.commands.shared import Options, asked, survey_of
from fencemig.decisions import Choice, Decision, Decisions
from fencemig.pipeline import Survey
from fencemig.system.cache import Kind, user_cache

# What a store, and a signal whose error may have been stored elsewhere, depend on: their own file, headers beside it
# and below include/, what is found first, the other driver.
_FINCH = """#include <linux/dma-fence.h>
#include "finch.h"

void finch_fail(struct finch *finch, int c)
{
	finch->fence->error = c;
}

void finch_done(struct finch *finch, int c)
{
	%s
}
"""
_WREN = """#include <linux/finch.h>

void wren_%s(struct finch *finch)
{
	%s
}
"""
_HEADER = """#include <linux/dma-fence.h>
struct finch {
	struct %s *fence;
};
"""
# It is counted, but has nothing for spatch.
_LINNET = """#include <linux/dma-fence.h>
#include "../finch/finch.h"

void linnet_fail(struct finch *finch, struct dma_fence *f, int c)
{
	finch->fence->error = c;
	dma_fence_signal(f, c);
}
"""
TEXTS: dict[str, list[str | None]] = {
    "drivers/gpu/finch/finch.c": [
        _FINCH % "dma_fence_signal(finch->fence);",
        _FINCH % "dma_fence_set_error(finch->fence, c);\n\tdma_fence_signal(finch->fence);",
    ],
    "drivers/gpu/finch/finch.h": [_HEADER % "dma_fence", _HEADER % "wing", None],
    "include/linux/finch.h": [_HEADER % "dma_fence", "struct finch;\n", None],
    "drivers/gpu/linnet/linnet.c": [_LINNET],
    "drivers/gpu/wren.c": [
        _WREN % ("done", "dma_fence_signal(finch->fence);"),
        _WREN % ("fail", "dma_fence_set_error(finch->fence, -EIO);"),
        None,
    ],
}
DECISIONS = (
    Decisions(),
    *(
        Decisions({site: Decision(site, Choice.SKIP, "not now")})
        for site in (
            "drivers/gpu/finch/finch.c:finch_done:dma_fence_signal#1",
            "drivers/gpu/wren.c:wren_done:dma_fence_signal#1",
        )
    ),
)
PATHS = (".", "drivers/gpu/finch", "drivers/gpu/linnet")


class World:
    """A tree that is surveyed with a cache of its own, and with none but for what spatch said."""

    def __init__(self, folder: Path, patched: pytest.MonkeyPatch) -> None:
        self.folder, self.patched = folder, patched
        self.options = Options(one_driver(folder, with_git=False), (".",), None, 2, 60, None)
        self.looked_at: list[str] = []
        job = pipeline._job

        def noted(*given: object) -> object:
            self.looked_at.append(given[-1].path)  # type: ignore[attr-defined]
            return job(*given)  # type: ignore[arg-type]

        patched.setattr(pipeline, "_job", noted)
        for name, (text, *_) in TEXTS.items():
            self.write(name, text)

    def write(self, name: str, text: str | None) -> None:
        assert self.options.tree is not None
        if text is None:
            (self.options.tree / name).unlink(missing_ok=True)
        else:
            add(self.options.tree, name, text)

    def survey(self) -> tuple[object, ...]:
        self.looked_at.clear()
        return _told(survey_of(asked(self.options), self.options))

    def from_scratch(self) -> tuple[object, ...]:
        fresh = self.folder / "fresh/fencemig"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        cache = user_cache()
        assert cache is not None
        (fresh / "spatch").symlink_to(cache.folder / "spatch")
        looked_at = list(self.looked_at)
        with self.patched.context() as patched:
            patched.setenv("XDG_CACHE_HOME", str(fresh.parent))
            told = self.survey()
        self.looked_at = looked_at
        return told


def _told(found: Survey) -> tuple[object, ...]:
    return (
        list(found.sites),
        list(found.changes),
        found.notes,
        found.subsystems,
        [store.line for store in found.stores.all],
    )


class Edits(RuleBasedStateMachine):
    """Random edits of the files and what they depend on, decisions and paths."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = pytest.MonkeyPatch()
        self.home = Path(tempfile.mkdtemp())
        self.world = World(self.home, self.patched)

    @rule(name=st.sampled_from(sorted(TEXTS)), number=st.integers(0, 2))
    def write(self, name: str, number: int) -> None:
        self.world.write(name, TEXTS[name][number % len(TEXTS[name])])

    @rule(decisions=st.sampled_from(DECISIONS), paths=st.sampled_from(PATHS))
    def ask(self, decisions: Decisions, paths: str) -> None:
        self.world.options = replace(self.world.options, decisions=decisions, paths=(paths,))

    @invariant()
    def it_is_as_from_scratch(self) -> None:
        assert self.world.survey() == self.world.from_scratch()

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.home)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=12, stateful_step_count=8, deadline=None)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


FINCH, LINNET = "drivers/gpu/finch/finch.c", "drivers/gpu/linnet/linnet.c"
WREN, HOST1X = "drivers/gpu/wren.c", "drivers/gpu/host1x/fence.c"


def test_only_what_changed_is_looked_at(world: World) -> None:
    world.survey()
    assert {FINCH, WREN, HOST1X} <= set(world.looked_at)
    world.survey()
    assert world.looked_at == []
    world.write(FINCH, TEXTS[FINCH][1])
    world.survey()
    assert world.looked_at == [FINCH]
    world.write("drivers/gpu/finch/finch.h", _HEADER % "wing")
    world.survey()
    assert sorted(world.looked_at) == [FINCH, LINNET]
    world.write("include/linux/finch.h", "struct dma_fence;\n")
    world.survey()
    assert FINCH not in world.looked_at  # it has its own header
    world.write("include/linux/unrelated.h", "struct dma_fence;\n")
    world.survey()
    assert world.looked_at == []
    world.options = replace(world.options, decisions=DECISIONS[1])
    world.survey()
    assert world.looked_at == [FINCH]


def test_what_spatch_did_not_get_to_is_looked_at_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline._transform

    def lost(*given: object) -> object:
        examined = real(*given)  # type: ignore[arg-type]
        unreached = {0: "it was killed"} if examined.source.path == WREN else {}
        return replace(examined, outcome=replace(examined.outcome, unreached=unreached))

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "_transform", lost)
        world.survey()
    world.survey()
    assert world.looked_at == [WREN]
    world.survey()
    assert world.looked_at == []


def test_nothing_is_kept_while_the_migration_is_edited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.folder / "migration"
    shutil.copytree(Path(pipeline.__file__).parent.parent / "semantic_patches/dma_fence_signal", folder)
    world.options = replace(world.options, migration=folder)
    real = pipeline._transform

    def editing(*given: object) -> object:
        (folder / "notes").write_text("An edit.")
        return real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "_transform", editing)
        world.survey()
    world.survey()
    assert FINCH in world.looked_at


def test_a_file_is_counted_once_also_when_it_has_no_use(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    robin = "/* dma_fence */\nstruct robin {\n\tint error;\n};\n\nint sing(struct robin *r)\n{\n\treturn r->error;\n}\n"
    world.write("drivers/gpu/robin.c", robin)
    counted: list[bytes] = []

    def census(text: bytes, *given: object) -> object:
        counted.append(text)
        return take_census(text, *given)  # type: ignore[arg-type]

    monkeypatch.setattr("fencemig.source.take_census", census)
    world.survey()
    assert any(b"robin" in text for text in counted)
    counted.clear()
    world.survey()
    assert counted == []


def test_a_name_that_is_not_utf_8_costs_time_only(world: World) -> None:
    path = os.fsdecode(b"drivers/gpu/b\xfclb\xfcl/bulbul.c")
    world.write(path, _FINCH % "dma_fence_signal(finch->fence);")
    for _ in range(2):
        assert world.survey() == world.from_scratch()
        assert path in world.looked_at


@pytest.mark.parametrize("cleared", [False, True], ids=["", "cleared meanwhile"])
def test_a_file_that_was_only_counted_still_rests_on_its_headers(
    cleared: bool, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, linnet = "drivers/gpu/finch/finch.h", "drivers/gpu/linnet"
    world.write(header, _HEADER % "wing")
    world.options = replace(world.options, paths=("drivers/gpu/host1x",))
    world.survey()
    with monkeypatch.context() as patched:
        collected, cache = pipeline._collected, user_cache()
        assert cache is not None
        if cleared:
            patched.setattr(pipeline, "_collected", lambda *given: (cache.clear(), collected(*given))[1])
        world.options = replace(world.options, paths=(linnet,))
        world.survey()
    world.write(header, _HEADER % "dma_fence")
    assert world.survey() == world.from_scratch()


_ENTRIES = {
    "nothing": b"",
    "a text": b"no finding",
    "a pair": msgspec.msgpack.encode((1, 2)),
    "another finding": msgspec.msgpack.encode(({}, {"uses": [], "handed": [], "outcome": {}, "held": {}})),
}


@pytest.mark.parametrize("entry", _ENTRIES.values(), ids=_ENTRIES)
def test_what_is_no_finding_counts_as_none(entry: bytes, world: World) -> None:
    world.survey()
    cache = user_cache()
    assert cache is not None
    for file in [path for path in (cache.folder / Kind.FILES).rglob("*") if path.is_file()]:
        key = file.parent.name + file.name
        assert cache.get(Kind.FILES, key) is not None
        cache.put(Kind.FILES, key, entry)
    assert world.survey() == world.from_scratch()
    assert FINCH in world.looked_at
