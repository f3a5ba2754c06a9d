# SPDX-License-Identifier: GPL-2.0-only
"""The core patch and the last patch of kernels that are not quite like those that we have."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cores import (
    CASES,
    CHECKS,
    FIXTURES,
    GENERATIONS,
    HEADER,
    MIGRATION,
    SIGNALS,
    SOURCE,
    Files,
    answers,
    compiled,
    core,
    expected,
    files_of,
    final,
    rewrite,
)

from fencemig.core.check import uses
from fencemig.core.patch import core_changes
from fencemig.errors import UserError


def function_text(source: bytes, name: str) -> bytes:
    """A function with its kernel-doc and what exports it."""
    pattern = rb"/\*\*\n \* %b -(?:[^*]|\*(?!/))*\*/\n[^;]*?\{.*?^\}\nEXPORT_SYMBOL\(%b\);\n" % ((name.encode(),) * 2)
    found = re.search(pattern, source, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


def moved(files: Files) -> Files:
    """The functions in another order, at the end of the file; prototypes the other way round."""
    source = files[SOURCE]
    parts = [function_text(source, name) for name in SIGNALS]
    for part in parts:
        source = source.replace(part, b"")
    header = files[HEADER]
    block = re.search(rb"(?:^(?:int|void|bool) dma_fence_(?:check_and_)?signal[^;]*;\n)+", header, re.MULTILINE)
    assert block is not None
    turned = re.findall(rb"[^;]*;\n", block[0])[::-1]
    return {**files, SOURCE: source + b"\n" + b"\n".join(parts), HEADER: header.replace(block[0], b"".join(turned))}


def renamed(files: Files) -> Files:
    """Other names of parameters in the definitions."""
    source = files[SOURCE]
    for name in SIGNALS:
        part = function_text(source, name)
        other = re.sub(rb"(struct dma_fence \*)fence\b|\bfence\b(?=->|[,)])|@fence\b", _as_f, part)
        source = source.replace(part, re.sub(rb"(?<![>.])\btimestamp\b", b"when", other))
    assert b"struct dma_fence *f," in source
    return {**files, SOURCE: source}


def _as_f(found: re.Match[bytes]) -> bytes:
    return found[0].removesuffix(b"fence") + b"f"


def adorned(files: Files) -> Files:
    """Attributes in all the places that the kernel puts them, and prototypes that are extern."""
    source = re.sub(rb"^((?:int|void) dma_fence_signal)", rb"noinline __cold \1", files[SOURCE], flags=re.MULTILINE)
    source = re.sub(rb"^bool (dma_fence_check_and_signal)", rb"bool noinline\n\1", source, flags=re.MULTILINE)
    header = re.sub(
        rb"^((?:int|void) dma_fence_signal(?:_timestamp)?\()", rb"extern \1", files[HEADER], flags=re.MULTILINE
    )
    header = re.sub(rb"^bool (dma_fence_check_and_signal\()", rb"bool __must_check \1", header, flags=re.MULTILINE)
    header = re.sub(
        rb"^((?:int|void) dma_fence_signal_locked\([^;]*\));",
        rb"\1 __attribute__((nonnull));",
        header,
        flags=re.MULTILINE,
    )
    macros = b"#define noinline __attribute__((noinline))\n#define __cold __attribute__((cold))\n"
    return {**files, SOURCE: source, HEADER: header.replace(b"struct dma_fence;\n", macros + b"struct dma_fence;\n", 1)}


def commented(files: Files) -> Files:
    """Comments in the bodies and between parameters, kernel-doc in other words, with parentheses, or none."""
    source = re.sub(rb"^(\t(?:return|if|dma_fence_signal)\b)", b"\t/* drift */\n\\1", files[SOURCE], flags=re.MULTILINE)
    source = re.sub(rb"^ \* (dma_fence_signal_locked) - .*$", rb" * \1() - end a fence", source, flags=re.MULTILINE)
    source = re.sub(
        rb"^ \* @timestamp: .*$", b" * @timestamp: when that was,\n *   to be exact", source, flags=re.MULTILINE
    )
    source = re.sub(rb"(?:static struct lockdep_map)", b"/* a lock, for lockdep */\n\\g<0>", source)
    return {**files, SOURCE: source.replace(b"ktime_t timestamp)\n{", b"ktime_t timestamp /* of the end */)\n{")}


def likely(files: Files) -> Files:
    """The bit is set without a hint to the compiler."""
    source, count = re.subn(
        rb"if \(unlikely\((test_and_set_bit\(DMA_FENCE_FLAG_SIGNALED_BIT,\s*&fence->flags\))\)\)",
        rb"if (\1)",
        files[SOURCE],
    )
    assert count == 1
    return {**files, SOURCE: source}


def locked_otherwise(files: Files) -> Files:
    """The other generation's way to take the lock."""
    source = files[SOURCE]
    if b"dma_fence_lock_irqsave(" in source:
        source = re.sub(rb"dma_fence_lock_irqsave\((\w+),", rb"spin_lock_irqsave(dma_fence_spinlock(\1),", source)
        source = re.sub(
            rb"dma_fence_unlock_irqrestore\((\w+),", rb"spin_unlock_irqrestore(dma_fence_spinlock(\1),", source
        )
        return {**files, SOURCE: source}
    source = re.sub(rb"spin_lock_irqsave\((\w+)->lock,", rb"dma_fence_lock_irqsave(\1,", source)
    source = re.sub(rb"spin_unlock_irqrestore\((\w+)->lock,", rb"dma_fence_unlock_irqrestore(\1,", source)
    macros = b"""#define dma_fence_lock_irqsave(fence, flags) spin_lock_irqsave((fence)->lock, flags)
#define dma_fence_unlock_irqrestore(fence, flags) spin_unlock_irqrestore((fence)->lock, flags)

"""
    header = files[HEADER].replace(b"typedef void (*dma_fence_func_t)", macros + b"typedef void (*dma_fence_func_t)")
    return {**files, SOURCE: source, HEADER: header}


def busier(files: Files) -> Files:
    """More statements around: the event is traced first, and the signals are counted."""
    source = files[SOURCE].replace(b"\ttrace_dma_fence_signaled(fence);\n", b"")
    test = b"\tif (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT,"
    assert test in source
    source = source.replace(test, b"\ttrace_dma_fence_signaled(fence);\n\tsignals_seen++;\n\n" + test)
    source = source.replace(
        b"\n\ttmp = dma_fence_begin_signalling();\n",
        b"\n\tsignals_seen++;\n\\g<0>".replace(b"\\g<0>", b"\ttmp = dma_fence_begin_signalling();\n"),
    )
    return {**files, SOURCE: source.replace(b"\n/**\n", b"\nstatic unsigned long signals_seen;\n\n/**\n", 1)}


Drift = Callable[[Files], Files]
DRIFTS: tuple[Drift, ...] = (moved, renamed, adorned, commented, likely, locked_otherwise, busier)


@pytest.mark.parametrize("drift", DRIFTS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_drifted_core_behaves_like_any_other(drift: Drift, generation: str, tmp_path: Path) -> None:
    before = drift(files_of(FIXTURES / generation))
    assert before != files_of(FIXTURES / generation)
    staged = core(before, generation)
    for files, name in ((staged, "core"), (final(staged, drop_store=True), "final")):
        returns = generation == "int" and name == "core"
        program = compiled(files, generation, tmp_path / name, returns=returns)
        found = dict(zip(CASES, answers(program, CASES), strict=True))
        assert found == {case: expected(case, returns=returns) for case in CASES}


@pytest.mark.parametrize("drift", DRIFTS)
def test_real_kernels_may_drift(drift: Drift, kernel_7_3: Path, kernel_6_12: Path) -> None:
    for tree, generation in ((kernel_7_3, "void"), (kernel_6_12, "int")):
        drifted = drift(files_of(tree))
        plain, after = core(files_of(tree), generation), core(drifted, generation)
        for name in (*SIGNALS, *CHECKS):
            assert sorted(use.count for use in uses(after[SOURCE], name)) == sorted(
                use.count for use in uses(plain[SOURCE], name)
            )
        flag = rb"(?:dma_fence_test_signaled_flag\(\w+\)|test_bit\(DMA_FENCE_FLAG_SIGNALED_BIT, &\w+->flags\))"
        order = flag + rb"\)+\s+return\b.*?if \(err\) \{.*?WARN_ON.*?->error = err;.*?test_and_set_bit\("
        (use,) = [use for use in uses(after[SOURCE], "dma_fence_signal_timestamp_locked") if use.body]
        assert len(re.findall(order, use.body or b"", re.DOTALL)) == 1
        final(after, drop_store=True)


def test_the_new_check_functions_lock_as_the_others_do() -> None:
    after = core(locked_otherwise(files_of(FIXTURES / "int")), "int")[SOURCE]
    assert b"fence->lock, flags" not in after
    assert after.count(b"dma_fence_lock_irqsave(") == after.count(b"dma_fence_unlock_irqrestore(")


# What does not fit


def too_far(old: bytes, new: bytes, path: str = SOURCE) -> Drift:
    def drift(files: Files) -> Files:
        assert old in files[path]
        return {**files, path: files[path].replace(old, new)}

    return drift


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        (
            too_far(b"test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT", b"claim(DMA_FENCE_FLAG_SIGNALED_BIT"),
            ["dma_fence_signal_timestamp_locked()", SOURCE, "err"],
        ),
        (too_far(b"dma_fence_signal_timestamp(struct", b"other(struct"), ["define dma_fence_signal_timestamp()"]),
        (
            too_far(b"dma_fence_signal_locked(struct dma_fence *fence)", b"dma_fence_signal_locked(void *p)"),
            ["dma_fence_signal_locked()", SOURCE, "1 parameters"],
        ),
        (
            too_far(b"dma_fence_signal_locked(struct dma_fence *fence)", b"dma_fence_signal_locked(void *p)", HEADER),
            ["dma_fence_signal_locked()", HEADER, "1 parameters"],
        ),
        (
            too_far(b"dma_fence_signal_timestamp(struct", b"another(struct", HEADER),
            [HEADER, "declare dma_fence_signal_timestamp()"],
        ),
        (too_far(b"\tbool tmp;\n", b"\tbool tmp;\n\tint err = 0;\n"), ["dma_fence_signal()", "variable err"]),
    ],
)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_too_much_drift_is_an_error_that_names_the_function(drift: Drift, words: list[str], generation: str) -> None:
    with pytest.raises(UserError) as refused:
        core(drift(files_of(FIXTURES / generation)), generation)
    for word in [*words, "--no-core"]:
        assert word in str(refused.value)


def test_the_last_patch_wants_its_macros_as_they_were() -> None:
    files = core(files_of(FIXTURES / "void"), "void")
    edited_since = {**files, HEADER: files[HEADER].replace(b"until all\n", b"until all of the\n")}
    with pytest.raises(UserError, match=re.escape("macro dma_fence_signal() is not as fencemig wrote it")):
        final(edited_since)


def test_the_last_patch_does_not_lose_a_return() -> None:
    files = core(files_of(FIXTURES / "int"), "int")
    odd = files[SOURCE].replace(
        b"\tret = dma_fence_signal_timestamp_locked(", b"\tret = !!dma_fence_signal_timestamp_locked("
    )
    with pytest.raises(UserError, match=r"makes dma_fence_signal\w*\(\) void"):
        final({**files, SOURCE: odd})


def test_a_partial_tree_has_no_core() -> None:
    files = files_of(FIXTURES / "void")
    partial = {HEADER: files[HEADER]}
    with pytest.raises(UserError, match=rf"{SOURCE} is missing.*--no-core"):
        core(partial, "void")
    with pytest.raises(UserError, match=r"no \[core\] table"):
        core_changes(replace(MIGRATION, core=None), "void", files.get, rewrite)


def test_an_include_that_others_need_stays() -> None:
    files = files_of(FIXTURES / "void")
    header = files[HEADER].replace(b"struct dma_fence;\n", b"#define three(a...) COUNT_ARGS(a)\nstruct dma_fence;\n", 1)
    assert b"#include <linux/args.h>\n" in final(core({**files, HEADER: header}, "void"))[HEADER]
    with_include = header.replace(
        b"#include <linux/bitops.h>\n", b"#include <linux/bitops.h>\n#include <linux/args.h>\n"
    )
    assert core({**files, HEADER: with_include}, "void")[HEADER].count(b"args.h") == 1
