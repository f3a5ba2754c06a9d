# SPDX-License-Identifier: GPL-2.0-only
"""What keeps the transitional form alive: read from texts of resulting trees."""

from helpers import PROJECT

from fencemig.migration import load_migration
from fencemig.remaining import Remaining, remaining
from fencemig.source import Source
from fencemig.types import Headers

SYMBOLS = load_migration(PROJECT / "semantic_patches/dma_fence_signal").symbols
CORE = "drivers/dma-buf/dma-fence.c"


def _remaining(body: str, path: str = "a.c", after: str | None = None) -> Remaining:
    headers = Headers(lambda _: None, b"dma_fence")
    source = Source(path, f"void done(struct dma_fence *f)\n{{\n{body}\n}}\n".encode(), SYMBOLS, headers)
    return remaining([source], {} if after is None else {path: after.encode()})


def test_a_call_without_its_error_is_named_with_its_place() -> None:
    assert _remaining("\tdma_fence_signal(f);") == Remaining(("a.c:3: done()",), (), ())


def test_converted_calls_keep_nothing_alive() -> None:
    body = "\tdma_fence_signal(f, 0);\n\tdma_fence_signal_timestamp(f, ktime_get(), g(1, 2));"
    assert _remaining(body) == Remaining((), (), ())


def test_the_resulting_text_counts_and_not_the_one_before() -> None:
    after = "void done(struct dma_fence *f)\n{\n\tdma_fence_signal(f, 0);\n}\n"
    assert _remaining("\tdma_fence_signal(f);", after=after) == Remaining((), (), ())


def test_a_timestamp_is_no_error() -> None:
    assert _remaining("\tdma_fence_signal_timestamp(f, t);").calls == ("a.c:3: done()",)


def test_calls_in_macros_are_seen() -> None:
    assert _remaining("}\n#define END(f) dma_fence_signal(f)\nvoid g(void)\n{").calls
    assert not _remaining("}\n#define END(f) dma_fence_signal(f, g(1, 2))\nvoid g(void)\n{").calls


def test_a_pointer_to_a_signaller_keeps_the_old_form_alive() -> None:
    assert _remaining("\tops.end = dma_fence_signal;").calls == ("a.c:3: done()",)


def test_a_used_result_keeps_a_type_alive() -> None:
    assert _remaining("\tif (dma_fence_signal(f, 0))\n\t\treturn;").results == ("a.c:3: done()",)
    assert _remaining("\tlate = dma_fence_check_and_signal(f, 0);").results == ()


def test_stores_are_counted_in_every_form() -> None:
    assert len(_remaining("\tdma_fence_set_error(f, -EIO);\n\tops.set = dma_fence_set_error;").stores) == 2


def test_comments_and_the_core_itself_keep_nothing_alive() -> None:
    assert _remaining("\t/* dma_fence_signal(f) */") == Remaining((), (), ())
    assert _remaining("\tdma_fence_signal(f);", path=CORE) == Remaining((), (), ())


def test_the_function_that_stores_stays_while_the_core_calls_it() -> None:
    assert _remaining("\tdma_fence_set_error(f, -EDEADLK);", path=CORE) == Remaining((), (), (f"{CORE}:3: done()",))
