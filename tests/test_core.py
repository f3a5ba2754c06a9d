# SPDX-License-Identifier: GPL-2.0-only
"""The core patch and the last patch, made with the real spatch from small, real and drifted kernels."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from conftest import PROJECT

from fencemig.core.check import uses
from fencemig.core.kernel_doc import documented, without_results
from fencemig.core.manifest import Doc, Place, Text
from fencemig.core.patch import carried_over, core_changes, final_changes
from fencemig.core.texts import edited
from fencemig.errors import UserError
from fencemig.migration import load_migration
from fencemig.model import Change
from fencemig.system.spatch import Spatch, find_spatch

FOLDER = PROJECT / "semantic_patches/dma_fence_signal"
MIGRATION = load_migration(FOLDER)
HEADER, SOURCE = "include/linux/dma-fence.h", "drivers/dma-buf/dma-fence.c"
SELFTEST = "drivers/dma-buf/st-dma-fence.c"
FIXTURES = PROJECT / "kernel_fixtures/tree"
GENERATIONS = ("void", "int")
SIGNALS = [name for name, function in MIGRATION.symbols.functions.items() if function.role == "signal"]
CHECKS = [name for name, function in MIGRATION.symbols.functions.items() if function.role == "check"]

Files = Mapping[str, bytes]
_rewritten: dict[tuple[bytes, tuple[Path, ...]], bytes] = {}


def rewrite(text: bytes, semantic_patches: Sequence[Path]) -> bytes:
    """spatch as the pipeline runs it; what came out is remembered, for most tests ask for the same."""
    key = text, tuple(semantic_patches)
    if key not in _rewritten:
        with tempfile.NamedTemporaryFile(suffix=".cocci") as combined:
            Path(combined.name).write_text("\n".join(path.read_text() for path in semantic_patches))
            result = _spatch().rewrite(text, Path(combined.name), MIGRATION.macros, timeout=60)
        assert not result.complaint
        _rewritten[key] = result.text
    return _rewritten[key]


@cache
def _spatch() -> Spatch:
    return find_spatch()


@cache
def files_of(tree: Path) -> Files:
    """The texts that the core patch may look at."""
    assert MIGRATION.core is not None
    paths = {HEADER, SOURCE, *(text.path for text in MIGRATION.core.texts)}
    return {path: (tree / path).read_bytes() for path in paths if (tree / path).is_file()}


def core(files: Files, generation: str) -> dict[str, bytes]:
    """The files after the core patch."""
    return over(files, core_changes(MIGRATION, generation, files.get, rewrite))


def final(files: Files, *, drop_store: bool = False) -> dict[str, bytes]:
    """The files after the last patch."""
    return over(files, final_changes(MIGRATION, files.get, rewrite, drop_store=drop_store))


def over(files: Files, changes: tuple[Change, ...]) -> dict[str, bytes]:
    for change in changes:
        assert change.before == files[change.path] != change.after
    return {**files, **{change.path: change.after for change in changes}}


@pytest.fixture(params=["void", "int", "7.3", "6.12"])
def kernel(request: pytest.FixtureRequest) -> tuple[Files, str]:
    """Return the files and the generation of each kernel that we have."""
    if request.param in GENERATIONS:
        return files_of(FIXTURES / request.param), request.param
    tree = request.getfixturevalue("kernel_7_3" if request.param == "7.3" else "kernel_6_12")
    return files_of(tree), "void" if request.param == "7.3" else "int"


def prototypes(header: bytes) -> list[str]:
    """The signalling functions that a header declares, parameter names and all, sorted."""
    found = re.findall(rb"^(?:int|void|bool)\s+dma_fence_(?:check_and_)?signal\w*\([^;{]*\);", header, re.MULTILINE)
    return sorted(" ".join(one.decode().split()) for one in found)


def declared(result: str) -> list[str]:
    """The target API of the contract."""
    return sorted(
        [
            f"{result} dma_fence_signal(struct dma_fence *fence, int err);",
            f"{result} dma_fence_signal_locked(struct dma_fence *fence, int err);",
            f"{result} dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp, int err);",
            f"{result} dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp, int err);",
            "bool dma_fence_check_and_signal(struct dma_fence *fence, int err);",
            "bool dma_fence_check_and_signal_locked(struct dma_fence *fence, int err);",
        ]
    )


# What the patches make


def test_the_core_patch_gives_a_kernel_the_new_api(kernel: tuple[Files, str]) -> None:
    files, generation = kernel
    after = core(files, generation)
    assert prototypes(after[HEADER]) == declared(generation)
    assert MIGRATION.generation_of(after[HEADER]) == "err"
    for name in (*SIGNALS, *CHECKS):
        assert after[SOURCE].count(f"\nEXPORT_SYMBOL({name});\n".encode()) == 1
        assert len(re.findall(rf"^ \* {name} -".encode(), after[SOURCE], re.MULTILINE)) == 1
    assert after[SOURCE].count(b" * @err: ") == len([*SIGNALS, *CHECKS])


def test_the_last_patch_leaves_nothing_of_the_transition(kernel: tuple[Files, str]) -> None:
    files, generation = kernel
    staged = final(core(files, generation))
    assert prototypes(staged[HEADER]) == declared("void")
    for trace in (b"args.h", b"COUNT_ARGS", b"ransitional", b"define dma_fence_signal"):
        assert trace not in staged[HEADER]
    assert b"dma_fence_set_error(" in staged[HEADER]
    assert final(staged) == staged


def test_the_function_that_stores_goes_with_its_kernel_doc(kernel: tuple[Files, str]) -> None:
    files, generation = kernel
    before = core(files, generation)
    after = final(before, drop_store=True)
    assert b"dma_fence_set_error" not in after[HEADER]
    assert after[HEADER].count(b"static inline") == before[HEADER].count(b"static inline") - 1
    assert after[HEADER].count(b"/**") == before[HEADER].count(b"/**") - 1
    assert b"\n\n\n" not in after[HEADER]


def test_calls_of_the_core_say_what_they_mean(kernel: tuple[Files, str]) -> None:
    files, generation = kernel
    after = core(files, generation)
    code = re.sub(rb"/\*.*?\*/", b"", after[SOURCE] + after[HEADER], flags=re.DOTALL)
    assert len(re.findall(rb"dma_fence_signal_locked\(\w+, -EDEADLK\);", code)) == 1
    assert not re.search(rb"->error = -EDEADLK", code)
    for callback in (rb"signaled\(\w+\)\) \{", rb"!(?:\w+->)*enable_signaling\(\w+\)\) \{"):
        rest = re.findall(rb"->" + callback.lstrip(b"!") + rb"[^}]*?dma_fence_signal(?:_locked)?\((\w+, [^)]*)\)", code)
        assert set(rest) == {b"fence, 0"}


def test_documents_say_the_same_as_the_code(kernel_7_3: Path, kernel_6_12: Path) -> None:
    for tree, generation in ((kernel_7_3, "void"), (kernel_6_12, "int")):
        before, after = files_of(tree), core(files_of(tree), generation)
        assert b"must be set before calling" in before[HEADER]
        assert b"must be set before calling" not in after[HEADER]
        assert b"dma_fence_signal(B);" not in after[SOURCE]
        assert b"set the error flag first" not in after[SOURCE]
        assert after[SOURCE].count(b"ENODATA") + after[HEADER].count(b"ENODATA") == before[HEADER].count(b"ENODATA")
        assert b"negative error value" not in final(after)[SOURCE]
    uapi = "Documentation/gpu/drm-uapi.rst"
    assert b"dma_fence_set_error() on how" in files_of(kernel_7_3)[uapi]
    assert b"dma_fence_set_error" not in core(files_of(kernel_7_3), "void")[uapi]


@pytest.mark.parametrize("patch", ["core", "final"])
def test_the_kernels_own_scripts_have_nothing_to_say(
    patch: str, kernel_7_3: Path, kernel_6_12: Path, tmp_path: Path
) -> None:
    for tree, generation in ((kernel_7_3, "void"), (kernel_6_12, "int")):
        before = files_of(tree)
        after = core(before, generation)
        if patch == "final":
            before, after = after, final(after, drop_store=True)
        changed = [path for path in after if after[path] != before[path]]
        for side, files in (("a", before), ("b", after)):
            for path in changed:
                (tmp_path / generation / side / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / generation / side / path).write_bytes(files[path])
        folder = tmp_path / generation
        diff = subprocess.run(["git", "diff", "--no-index", "a", "b"], cwd=folder, capture_output=True, check=False)
        checkpatch = [
            "perl",
            str(tree / "scripts/checkpatch.pl"),
            "--strict",
            "--no-tree",
            "--no-signoff",
            "--terse",
            "-",
        ]
        said = subprocess.run(checkpatch, cwd=folder, input=diff.stdout, capture_output=True, check=False)
        assert diff.stdout.count(b"\n+") + diff.stdout.count(b"\n-") > 20
        assert (said.returncode, said.stdout) == (0, b""), said.stdout.decode()
        sources = [f"b/{path}" for path in changed if path in (HEADER, SOURCE)]
        said = subprocess.run(
            [tree / "scripts/kernel-doc", "-none", *sources], cwd=folder, capture_output=True, check=True
        )
        assert said.stdout + said.stderr == b""


# What the new core does


def compiled(files: Files, generation: str, folder: Path, *, returns: bool) -> Path:
    """A program that runs the core of a fixture kernel."""
    for path in (HEADER, SOURCE):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(files[path])
    command = ["gcc", "-std=gnu11", "-Wall", "-Werror", "-fno-builtin", f"-DSIGNAL_RETURNS={int(returns)}"]
    command += [f"-I{folder / 'include'}", f"-I{FIXTURES / generation / 'include'}", f"-I{FIXTURES / 'void/include'}"]
    command += [f'-DDMA_FENCE_C="{folder / SOURCE}"', str(PROJECT / "tests/model/core.c"), "-o", str(folder / "core")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "core"


Case = tuple[str, str, int, int]  # function, state, error stored before, err
CASES = list(product([*SIGNALS, *CHECKS], ["fresh", "signaled", "raced"], [0, -12], [0, -5, -4095, -4096, 1]))


def answers(program: Path, cases: list[Case]) -> list[str]:
    lines = "".join(" ".join(map(str, case)) + "\n" for case in cases)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


def expected(case: Case, *, returns: bool) -> str:
    """What the contract says: result, error, warnings, error when the bit is set and in a callback."""
    function, state, prior, err = case
    late = state == "signaled"
    error = prior if late or err == 0 else err
    warnings = int(not late and (err > 0 or err < -4095))
    result = int(late) if function in CHECKS else -22 * int(state != "fresh") if returns else 0
    at_bit = "-" if late else str(error)
    return f"{result} {error} {warnings} {at_bit} {error if state == 'fresh' else '-'}"


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("last", [False, True], ids=["core", "final"])
def test_the_error_has_the_semantics_of_the_contract(generation: str, last: bool, tmp_path: Path) -> None:
    files = core(files_of(FIXTURES / generation), generation)
    files = final(files) if last else files
    returns = generation == "int" and not last
    program = compiled(files, generation, tmp_path, returns=returns)
    found = dict(zip(CASES, answers(program, CASES), strict=True))
    assert found == {case: expected(case, returns=returns) for case in CASES}
    others: list[Case] = [
        ("null", "fresh", 0, -5),
        ("release", "fresh", 0, 0),
        ("release", "signaled", -12, 0),
        ("poll", "fresh", 0, -5),
        ("poll_locked", "fresh", -12, -5),
        ("enable", "fresh", 0, -5),
    ]
    null = "0 0 1 - -" if generation == "void" else "-22 0 0 - -" if returns else "0 0 0 - -"
    assert answers(program, others) == [
        null,
        "0 -35 1 -35 -35",  # the warning is the core's own, of a fence that nobody signaled
        "0 -12 0 - -",
        "1 -5 0 -5 -5",
        "1 -5 0 -5 -5",
        "-2 -5 0 -5 -5",
    ]


_EARLY = b"\tif (unlikely(dma_fence_test_signaled_flag(fence)))\n\t\treturn;\n"
_STORE = b"\t\tfence->error = err;\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_EARLY, b""),
        (_STORE, b""),
        (b"\tif (err) {", b"\tif (1) {"),
        (b"\tif (err) {", b"\tif (err < 0) {"),
        (b"err < -MAX_ERRNO", b"err <= -MAX_ERRNO"),
        (b"fence->error = err;", b"fence->error = fence->error ?: err;"),
        (b"WARN_ON(err > 0", b"WARN_ON(test_bit(0, &fence->flags) || err > 0"),
        (b"signal_timestamp_locked(fence, ktime_get(), err)", b"signal_timestamp_locked(fence, ktime_get(), 0)"),
        (b"dma_fence_signal_locked(fence, -EDEADLK);", b"dma_fence_signal_locked(fence, 0);"),
    ],
)
def test_a_core_with_other_semantics_would_not_pass(old: bytes, new: bytes, tmp_path: Path) -> None:
    files = core(files_of(FIXTURES / "void"), "void")
    assert old in files[SOURCE]
    program = compiled({**files, SOURCE: files[SOURCE].replace(old, new)}, "void", tmp_path, returns=False)
    cases: list[Case] = [*CASES, ("release", "fresh", 0, 0)]
    right = [*(expected(case, returns=False) for case in CASES), "0 -35 1 -35 -35"]
    assert answers(program, cases) != right


def test_the_fixture_kernels_build_half_way(tmp_path: Path) -> None:
    for generation in GENERATIONS:
        files = core(files_of(FIXTURES / generation), generation)
        header = tmp_path / generation / HEADER
        header.parent.mkdir(parents=True)
        header.write_bytes(files[HEADER])
        drivers = [path for path in (FIXTURES / generation / "drivers").rglob("*.c") if not str(path).endswith(SOURCE)]
        command = ["gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Werror", "-fno-builtin", "-w"]
        command += [f"-I{header.parent.parent}", f"-I{FIXTURES / generation / 'include'}"]
        command += [f"-I{FIXTURES / 'void/include'}", *map(str, drivers)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert len(drivers) > 20
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("call", "builds"),
    [
        ("dma_fence_signal(f);", True),
        ("dma_fence_signal(f, -EIO);", True),
        ("dma_fence_signal_locked(g(f, 1));", True),
        ("dma_fence_check_and_signal(f);", True),
        ("if (dma_fence_check_and_signal_locked(f, 0)) return;", True),
        ("dma_fence_signal_timestamp(f, ktime_get());", True),
        ("dma_fence_signal_timestamp(f, ktime_get(), -EIO);", True),
        ("dma_fence_signal_timestamp_locked(f, 0);", True),
        ("void (*by)(struct dma_fence *, int) = dma_fence_signal; by(f, 0);", True),
        ("dma_fence_signal();", False),
        ("dma_fence_signal(f, 0, 0);", False),
        ("dma_fence_check_and_signal(f, 0, 0);", False),
        ("dma_fence_signal_timestamp(f);", False),
        ("dma_fence_signal_timestamp(f, 0, 0, 0);", False),
    ],
)
def test_the_macros_take_old_and_new_calls_and_no_others(call: str, builds: bool, tmp_path: Path) -> None:
    header = tmp_path / HEADER
    header.parent.mkdir(parents=True)
    header.write_bytes(core(files_of(FIXTURES / "void"), "void")[HEADER])
    text = (
        f"#include <linux/dma-fence.h>\nstruct dma_fence *g(void *, int);\nvoid u(struct dma_fence *f) {{ {call} }}\n"
    )
    command = ["gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Werror", "-xc", "-"]
    command += [f"-I{header.parent.parent}", f"-I{FIXTURES / 'void/include'}"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    assert (done.returncode == 0) is builds, done.stderr.decode()


# Drift


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


# Texts


def test_tests_of_the_core_patch_go_below_those_of_a_subsystem(kernel_7_3: Path) -> None:
    files = files_of(kernel_7_3)
    assert carried_over(MIGRATION, SELFTEST, files[SELFTEST]) == core(files, "void")[SELFTEST] != files[SELFTEST]
    converted = files[SELFTEST].replace(b"dma_fence_signal(f);", b"dma_fence_signal(f, 0);")
    assert converted != files[SELFTEST]
    assert carried_over(MIGRATION, SELFTEST, converted).count(b"dma_fence_signal(f, 0);") >= 5
    assert carried_over(MIGRATION, SOURCE, files[SOURCE]) == files[SOURCE]
    assert carried_over(replace(MIGRATION, core=None), SELFTEST, converted) == converted


def text(anchor: bytes, place: Place = Place.AFTER, **more: object) -> Text:
    return replace(Text("a.c", "add b", re.compile(anchor, re.MULTILINE), place, b"new\n"), **more)  # type: ignore[arg-type]


def test_a_text_goes_where_its_anchor_is() -> None:
    source = b"one\ntwo\nthree\n"
    assert edited("a.c", source, [text(b"^two\n")]) == b"one\ntwo\nnew\nthree\n"
    assert edited("a.c", source, [text(b"^two\n", Place.BEFORE)]) == b"one\nnew\ntwo\nthree\n"
    assert edited("a.c", source, [text(b"^one\n(?P<at>two\n)", Place.REPLACE)]) == b"one\nnew\nthree\n"
    assert edited("a.c", source, [text(b"four", when=re.compile(b"five"))]) == source
    assert edited("a.c", source, [text(b"four", optional=True)]) == source
    assert edited("b.c", source, [text(b"^two\n")]) == source
    for anchor, problem in ((b"four", "nowhere"), (b"o", "in 2 places")):
        with pytest.raises(UserError, match=f"a.c: cannot add b: .*{problem}.*--no-core"):
            edited("a.c", source, [text(anchor)])


def test_kernel_doc_gets_a_parameter_and_a_paragraph_before_the_result() -> None:
    source = b"""\
/**
 * f - do it
 * @a: the first,
 *     in full
 *
 * Does it.
 *
 * Returns 0, or what
 * went wrong.
 *
 * See also g().
 */
int f(int a);
/** g - no kernel-doc of the usual form */
"""
    doc = Doc(("f", "g"), "@err: an error", "It " + "really " * 12 + "does.")
    after = documented(source, [doc])
    assert b" *     in full\n * @err: an error\n *\n * Does it.\n *\n * It really" in after
    assert b" does.\n *\n * Returns 0, or what\n" in after
    assert max(map(len, after.splitlines())) <= 80
    without = without_results(after, ["f"])
    assert b"Returns" not in without
    assert b"went wrong" not in without
    assert b" does.\n *\n * See also g().\n */\n" in without


def test_uses_are_told_apart_by_words_and_brackets() -> None:
    source = b"""\
#define f(args...) compat(f, args)
/* f(1, 2, 3) */
extern int __must_check f(struct s *a, int (*cb)(int, int)) __attribute__((nonnull(1)));
int noinline
f(struct s *a, int (*cb)(int, int)) __must_hold(x)
{
	return g(f(a, (int[]){ 1, 2 }), "f(1, 2, 3)") + xf(1);
}
EXPORT_SYMBOL(f);
int f();
"""
    found = [(use.count, use.declares, use.body is not None) for use in uses(source, "f")]
    assert found == [(2, True, False), (2, True, True), (2, False, False), (0, True, False)]


# The manifest


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[core]\n", "[core]\nextra = 1\n", "extra"),
        ('final = ["core/50-void.cocci"]', "", "final"),
        ("core/50-void.cocci", "core/50-absent.cocci", "50-absent.cocci"),
        ('[core.semantic_patches]\nint = ["core/10', '[core.semantic_patches]\nint = ["core/11', "11-parameter"),
        ("[core.semantic_patches]\nint =", "[core.semantic_patches]\nlong =", "long"),
        ('functions = ["dma_fence_set_error"]\n', 'functions = ["dma_fence_set_error"]\ntxt = ""\n', "txt"),
        ('file = "core/check_functions.c"', 'file = "core/absent.c"', "absent.c"),
        ('file = "core/check_functions.c"', 'file = "core/check_functions.c"\ntext = ""', "either"),
        ('what = "add the check functions"\n', 'what = "add the check functions"\nwhere = ""\n', "where"),
        ('what = "add the check functions"\n', 'what = "add the check functions"\nkeep = "("\n', "regular expression"),
        ('stage = "drop_store"', 'stage = "drop"', "drop"),
        ('place = "after"', 'place = "behind"', "behind"),
    ],
)
def test_a_manifest_is_refused_with_the_key(old: str, new: str, named: str, tmp_path: Path) -> None:
    folder = tmp_path / "migration"
    shutil.copytree(FOLDER, folder)
    manifest = (folder / "migration.toml").read_text()
    assert old in manifest
    (folder / "migration.toml").write_text(manifest.replace(old, new, 1))
    with pytest.raises(UserError) as refused:
        load_migration(folder)
    assert named in str(refused.value)
    assert "migration.toml" in str(refused.value)


def test_every_semantic_patch_of_the_core_is_named_and_parses(tmp_path: Path) -> None:
    assert MIGRATION.core is not None
    named = {*MIGRATION.core.final, *(path for paths in MIGRATION.core.semantic_patches.values() for path in paths)}
    assert named == set((FOLDER / "core").glob("*.cocci"))
    for path in named:
        done = subprocess.run(["spatch", "--parse-cocci", path], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
