# SPDX-License-Identifier: GPL-2.0-only
"""Which stores and signals may be about one fence: by the index as by a look at each pair, and in no more steps."""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import PROJECT
from helpers import add, one_driver
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig import fences
from fencemig.carried import Signals, Store, Stores, is_store, store_of
from fencemig.census import Kind, Use
from fencemig.commands.shared import Options, asked, survey_of
from fencemig.fences import Tracer, driver_of
from fencemig.migration import load_migration
from fencemig.model import Verdict
from fencemig.places import Found
from fencemig.source import Source
from fencemig.types import Headers

SYMBOLS = load_migration(PROJECT / "semantic_patches/dma_fence_signal").symbols
TYPES = """
struct dma_fence { int error; };
struct job { struct dma_fence base, late; struct dma_fence *fence, *done; };
struct ring { struct dma_fence late; struct dma_fence *fence, *done; };
"""
# What the functions of the property are about: fences with and without a struct, made, handed in, handed on, set.
FENCES = ("&j->base", "&j->late", "&r->late", "j->fence", "r->fence", "j->done", "r->done", "hidden->done", "f", "made")
BEFORE = ("", "\tmade = job_alloc();\n\thelp(made);\n", "\tj->fence = &r->late;\n", "\tr->done = f;\n", "\tpass(f);\n")
NAMES = ("help", "pass", "run", "stop")
PATHS = ("a/b/c/d/one.c", "a/b/c/d/two.c", "a/b/c/d/e/two.c", "a/b/c/far.c", "a/b/x.c", "b/one.c")

Function = tuple[str, str, str, str, bool, bool]


def tree(functions: Sequence[Function]) -> list[Source]:
    """Files with functions, each (path, name, fence, what comes before, whether it stores, whether it signals)."""
    texts: dict[str, str] = defaultdict(lambda: TYPES)
    for path, name, fence, before, stores, signals in functions:
        texts[path] += f"void {name}(struct dma_fence *f, struct job *j, struct ring *r)\n{{\n{before}"
        texts[path] += f"\tdma_fence_set_error({fence}, -EIO);\n" if stores else ""
        texts[path] += f"\tdma_fence_signal({fence});\n" if signals else ""
        texts[path] += "}\n\n"
    headers = Headers(lambda path: None, b"dma_fence")
    return [Source(path, text.encode(), SYMBOLS, headers) for path, text in sorted(texts.items())]


def of_kind(sources: Sequence[Source], role: str) -> list[tuple[Source, Use]]:
    return [(one, use) for one in sources for use in one.uses if SYMBOLS.role(use.callee) == role]


def carries(tracer: Tracer, source: Source, use: Use, store: Store) -> bool:
    """Whether a store may be for the fence of a signal, by a look at both."""
    if store.function in tracer.handed(source, use):
        return True
    pairs = [(one, other) for one in tracer.fences(source, use) for other in store.fences]
    if (source.path, use.function) == (store.path, store.function):
        return any(one.member in ("", other.member) or not other.member for one, other in pairs)
    here, there = driver_of(source.path), driver_of(store.path)
    return any(tracer.may_be_same(here, one, there, other) for one, other in pairs)


def signalled(tracer: Tracer, signals: Sequence[tuple[Source, Use]], store: Store) -> str:
    """Where a store's fence is signaled, by a look at every signal."""
    places: dict[tuple[str, str | None], str] = {}
    for source, use in signals:
        place = source.path, use.function
        if place != (store.path, store.function) and carries(tracer, source, use, store):
            places.setdefault(place, f"{use.function}(), {source.path}:{use.line}")
    near = sorted(places, key=lambda place: -len(os.path.commonpath([place[0], store.path])))
    return "; ".join(places[place] for place in near[:3]) + (f" and {len(near) - 3} more" if len(near) > 3 else "")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PATHS),
            st.sampled_from(NAMES),
            st.sampled_from(FENCES),
            st.sampled_from(BEFORE),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
        unique_by=lambda function: function[:2],
    )
)
def test_the_index_finds_what_a_look_at_every_pair_finds(functions: list[Function]) -> None:
    sources = tree(functions)
    tracer = Tracer(sources, [])
    stores = Stores([store_of(*one, tracer) for one in of_kind(sources, "store")], tracer)
    signals = of_kind(sources, "signal")
    for source, use in signals:
        found = stores.carriers(source, use)
        expected = [number for number, store in enumerate(stores.all) if carries(tracer, source, use, store)]
        assert list(found) == expected
        assert len(found) == len(expected)
        assert [number for number in range(len(stores.all)) if number in found] == expected
        near = [one for one in stores.all if driver_of(one.path) == driver_of(source.path)]
        assert stores.others_near(source.path, found) == [one for one in near if stores.all.index(one) not in expected]
    looked = Signals(sources, tracer)
    for (source, use), store in zip(of_kind(sources, "store"), stores.all, strict=True):
        assert looked.elsewhere(source, use) == signalled(tracer, signals, store)


numbers = st.frozensets(st.integers(0, 30))


@given(numbers, numbers, numbers, numbers, st.integers(0, 30), st.integers(0, 30))
def test_what_was_found_is_a_set_in_its_order(
    shared: frozenset[int], more: frozenset[int], less: frozenset[int], again: frozenset[int], first: int, end: int
) -> None:
    found = Found((sorted(shared),)).adding(more).without(less).adding(again)
    expected = sorted(((shared | more) - less) | again)
    assert list(found) == expected
    assert len(found) == len(expected)
    assert [number for number in range(31) if number in found] == expected
    assert list(found.between(first, end)) == [number for number in expected if first <= number < end]


def test_what_a_reason_says_of_many_is_short() -> None:
    sources = tree([(f"a/b/c/d/{name}.c", name, "&j->late", "", True, name == "run") for name in (*NAMES, "last")])
    tracer = Tracer(sources, [])
    stores = Stores([store_of(*one, tracer) for one in of_kind(sources, "store")], tracer)
    [(source, use)] = of_kind(sources, "signal")
    assert stores.reason(stores.carriers(source, use)) == (
        "an error may be stored for this fence in help(), a/b/c/d/help.c:7; last(), a/b/c/d/last.c:7; "
        "pass(), a/b/c/d/pass.c:7 and 2 more: 0 keeps it, or pass it here"
    )


@pytest.mark.parametrize("renamed", [False, True], ids=["the same structs", "structs of their own"])
def test_the_work_grows_as_the_tree_does(renamed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted is what a stage does again and again: comparisons of fences, expressions that are followed, steps."""
    done = [work(copies, renamed, monkeypatch) for copies in (4, 8, 16)]
    assert done[0] > 0
    assert done[2] - done[1] <= 2.2 * (done[1] - done[0])


def work(copies: int, renamed: bool, monkeypatch: pytest.MonkeyPatch) -> int:
    """What it takes to hold all signals of so many copies of a driver against all stores, and the other way round."""
    sources = [copied(file, number, renamed) for number in range(copies) for file in driver_files()]
    count = 0

    def counted(function: object) -> object:
        def call(*given: object) -> object:
            nonlocal count
            count += 1
            assert callable(function)
            return function(*given)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Tracer, "may_be_same", counted(Tracer.may_be_same))
        patch.setattr(Tracer, "_expression", counted(Tracer._expression))
        patch.setattr(Source, "mentions", counted(Source.mentions))
        patch.setattr(fences, "_handed", counted(fences._handed))
        tracer = Tracer(sources, [])
        kept = [(one, use) for one in sources for use in one.uses if is_store(one, use)]
        stores = Stores([store_of(*one, tracer) for one in kept], tracer)
        signals = Signals(sources, tracer)
        for one in kept:
            signals.elsewhere(*one)
        for source in sources:
            for use in source.uses:
                if use.kind is Kind.CALL and SYMBOLS.role(use.callee) == "signal":
                    stores.reason(stores.carriers(source, use))
    return count


def driver_files() -> list[Path]:
    return sorted((PROJECT / "kernel_fixtures/tree/void/drivers/gpu/drm/kestrel").iterdir())


def copied(file: Path, number: int, renamed: bool) -> Source:
    """A file of the fixtures as that of another driver."""
    text = file.read_bytes()
    text = text.replace(b"kestrel", b"kestrel%d" % number) if renamed else text
    headers = Headers(lambda path: None, b"dma_fence")
    return Source(f"drivers/gpu/drm/copy{number}/{file.name}", text, SYMBOLS, headers)


def test_a_file_with_a_longer_name_may_say_what_a_pointer_is_set_to(tmp_path: Path) -> None:
    """It does not call foo_done(), nor use the API; but it is the driver's, and says that two fences are one."""
    tree = one_driver(tmp_path, with_git=False)
    begin = '#include <linux/dma-fence.h>\n#include "foo.h"\n\n'
    for name, text in {
        "foo.h": "struct foo_ring { struct dma_fence hw; };\nstruct foo_job { struct dma_fence *done; };\n",
        "done.c": begin + "void foo_done(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n",
        "fail.c": begin + "void foo_fail(struct foo_ring *r)\n{\n\tdma_fence_set_error(&r->hw, -EIO);\n}\n",
        "fin.c": begin + "void foo_fin(struct foo_job *j)\n{\n\tdma_fence_signal(j->done);\n}\n",
        "all.c": begin + "void foo_done_all(struct foo_job *j, struct foo_ring *r)\n{\n\tj->done = &r->hw;\n}\n",
    }.items():
        add(tree, f"drivers/gpu/drm/foo/{name}", text)
    options = Options(tree, ("drivers/gpu/drm/foo",), None, 2, 60, None)
    [site] = survey_of(asked(options), options).sites.of("drivers/gpu/drm/foo/fin.c")
    assert site.verdict is Verdict.REVIEW and "foo_fail()" in site.reason
