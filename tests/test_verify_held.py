# SPDX-License-Identifier: GPL-2.0-only
"""The ledger held against a converted tree: the truth passes, and whatever a driver can lose bites."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from helpers import PROJECT

from fencemig.migration import load_migration
from fencemig.model import Site, Verdict
from fencemig.source import Source
from fencemig.types import Headers
from fencemig.verify.errors_kept import error_of, passes
from fencemig.verify.held import Converted, hold

SYMBOLS = load_migration(PROJECT / "semantic_patches/dma_fence_signal").symbols
DRIVER, OTHER = "drivers/gpu/drm/finch/finch.c", "drivers/accel/wren/wren.c"
CORE, HEADER = SYMBOLS.core

BEFORE = """\
void finch_fail(struct dma_fence *f)
{
	dma_fence_set_error(f, -EIO);
	dma_fence_signal(f);
}

void finch_done(struct dma_fence *f)
{
	dma_fence_signal(f);
}

void finch_fault(struct dma_fence *f)
{
	dma_fence_set_error(f, -EFAULT);
}

void finch_end(struct dma_fence *f, bool lost)
{
	if (lost)
		dma_fence_set_error(f, -ENODEV);
	finch_reset();
	dma_fence_signal_locked(f);
}
"""
AFTER = """\
void finch_fail(struct dma_fence *f)
{
	dma_fence_signal(f, -EIO);
}

void finch_done(struct dma_fence *f)
{
	dma_fence_signal(f, 0);
}

void finch_fault(struct dma_fence *f)
{
	dma_fence_set_error(f, -EFAULT);
}

void finch_end(struct dma_fence *f, bool lost)
{
	int err = 0;

	if (lost)
		err = -ENODEV;
	finch_reset();
	dma_fence_signal_locked(f,
				err);
}
"""
NEW_API = "void dma_fence_signal(struct dma_fence *fence, int err);\n"
MACROS = "#define dma_fence_signal(args...) __dma_fence_compat(dma_fence_signal, args)\n"


def site(function: str, callee: str, verdict: Verdict, before: str, **more: str | None) -> Site:
    name = f"{DRIVER}:{function}:{callee}#1"
    shown = Site(name, DRIVER, 1, 1, function, callee, verdict, None, before, None, None, "", "FINCH")
    return replace(shown, **more)  # type: ignore[arg-type]


def merged(function: str, error: str, signal: str) -> Site:
    into = f"{DRIVER}:{function}:{signal}#1"
    before = f"dma_fence_set_error(f, {error})"
    return site(function, "dma_fence_set_error", Verdict.CONVERT, before, merged_into=into)


LEDGER = (
    merged("finch_fail", "-EIO", "dma_fence_signal"),
    site("finch_fail", "dma_fence_signal", Verdict.CONVERT, "dma_fence_signal(f)", after="dma_fence_signal(f, -EIO)"),
    site("finch_done", "dma_fence_signal", Verdict.CONVERT, "dma_fence_signal(f)", after="dma_fence_signal(f, 0)"),
    site("finch_fault", "dma_fence_set_error", Verdict.MANUAL, "dma_fence_set_error(f, -EFAULT)"),
    merged("finch_end", "-ENODEV", "dma_fence_signal_locked"),
    site(
        "finch_end",
        "dma_fence_signal_locked",
        Verdict.REVIEW,
        "dma_fence_signal_locked(f)",
        after="dma_fence_signal_locked(f, err)",
    ),
)


def held(texts: Mapping[str, str], paths: tuple[str, ...] = (".",), by_hand: tuple[str, ...] = ()) -> list[str]:
    """What is found in a tree of these files, all of them new but for the driver."""
    encoded = {path: text.encode() for path, text in texts.items()}
    headers = Headers(encoded.get, b"dma_fence")
    sources = {path: Source(path, text, SYMBOLS, headers) for path, text in encoded.items()}
    before = {DRIVER: BEFORE.encode()}
    return list(hold(LEDGER, Converted(sources, SYMBOLS, paths, before.get, frozenset(by_hand))))


def test_what_the_ledger_says_holds() -> None:
    assert held({DRIVER: AFTER}) == []


@pytest.mark.parametrize(
    ("text", "mutant", "function"),
    [
        pytest.param("dma_fence_signal(f, -EIO)", "dma_fence_signal(f, 0)", "finch_fail", id="error dropped"),
        pytest.param("dma_fence_signal(f, -EIO)", "dma_fence_signal(f, -EINVAL)", "finch_fail", id="another error"),
        pytest.param("dma_fence_signal(f, 0)", "dma_fence_signal(f, -EIO)", "finch_done", id="error made up"),
        pytest.param("\tdma_fence_signal(f, 0);\n", "", "finch_done", id="signal deleted"),
        pytest.param("\tdma_fence_set_error(f, -EFAULT);\n", "", "finch_fault", id="store deleted"),
        pytest.param("dma_fence_signal(f, 0)", "dma_fence_signal(f)", "finch_done", id="hunk lost"),
        pytest.param("\terr = -ENODEV;\n", "\t;\n", "finch_end", id="local not set"),
        pytest.param("err = -ENODEV", "err = 0", "finch_end", id="local set to nothing"),
        pytest.param("dma_fence_signal(f, 0)", "f->error = 1", "finch_done", id="store by hand"),
        pytest.param("finch_reset();", "dma_fence_signal(f, err);", "finch_end", id="signal twice"),
    ],
)
def test_a_mutant_is_caught_where_it_is(text: str, mutant: str, function: str) -> None:
    assert AFTER.count(text) == 1
    found = held({DRIVER: AFTER.replace(text, mutant)})
    assert found
    assert all(function in line for line in found)


def test_a_store_that_came_back_is_caught() -> None:
    found = held(
        {
            DRIVER: AFTER.replace(
                "\tdma_fence_signal(f, -EIO)", "\tdma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f, -EIO)"
            )
        }
    )
    assert len(found) == 1
    assert "dma_fence_set_error(f, -EIO)" in found[0]


def test_the_whole_file_gone_is_one_line_for_each_site_that_should_be_there() -> None:
    assert len([line for line in held({}) if line.endswith("is not there")]) == 4


def test_a_file_that_the_ledger_does_not_name_must_not_signal() -> None:
    unknown = "void wren(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n"
    assert any("wren.c:3" in line for line in held({DRIVER: AFTER, OTHER: unknown}))
    assert held({DRIVER: AFTER, OTHER: unknown}, paths=("drivers/gpu",)) == []


def test_new_functions_may_signal_with_an_error() -> None:
    test = "\nvoid finch_test(struct dma_fence *f)\n{\n\tdma_fence_signal(f, -EIO);\n}\n"
    assert held({DRIVER: AFTER + test}) == []
    assert len(held({DRIVER: AFTER + test.replace(", -EIO", "")})) == 1


def test_of_what_people_changed_only_the_rest_is_held() -> None:
    changed = AFTER.replace("dma_fence_signal(f, 0)", "dma_fence_signal(f, -EIO)")
    assert held({DRIVER: changed}, by_hand=(DRIVER,)) == []


def test_without_macros_no_call_may_lack_its_error_anywhere() -> None:
    unknown = "void wren(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n"
    tree = {DRIVER: AFTER, OTHER: unknown}
    outside = ("drivers/gpu",)
    assert held(tree | {HEADER: NEW_API + MACROS}, outside) == []
    assert [line for line in held(tree | {HEADER: NEW_API}, outside) if "lacks its error" in line]


def test_the_core_itself_passes_errors_once_it_takes_them() -> None:
    core = "void dma_fence_free(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n"
    old = "void dma_fence_signal(struct dma_fence *fence);\n"
    assert held({DRIVER: AFTER, CORE: core, HEADER: old}) == []
    assert len(held({DRIVER: AFTER, CORE: core, HEADER: NEW_API + MACROS})) == 1
    assert held({DRIVER: AFTER, CORE: core.replace("(f);", "(f, 0);"), HEADER: NEW_API + MACROS}) == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("dma_fence_set_error(f, -EIO)", "-EIO"),
        ("dma_fence_set_error(&job->base, lost ? -EIO : err)", "lost ? -EIO : err"),
        ("fence->error = ret", "ret"),
        ("WRITE_ONCE(fence->error, -ENOENT)", "-ENOENT"),
        ("fence", ""),
    ],
)
def test_the_error_of_a_store(text: str, error: str) -> None:
    assert error_of(text) == error


@pytest.mark.parametrize(
    ("argument", "error", "answer"),
    [
        ("-EIO", "-EIO", True),
        ("lost ? -EIO : 0", "-EIO", True),
        ("PTR_ERR_OR_ZERO(p)", "PTR_ERR(p)", True),
        ("min(ret, 0)", "ret", True),
        ("0", "-EIO", False),
        ("err", "-EIO", False),
        ("job->err", "job->error", False),
        ("next_error()", "next_error()", True),
        ("0", "next_error()", False),
        ("0", "", False),
    ],
)
def test_whether_an_argument_passes_an_error(argument: str, error: str, answer: bool) -> None:
    assert passes(argument, error) is answer
