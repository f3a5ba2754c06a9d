# SPDX-License-Identifier: GPL-2.0-only
"""The core patch and the last patch of small and of real kernels: what they make, and what that does."""

import re
import subprocess
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
    Case,
    Files,
    answers,
    compiled,
    core,
    expected,
    files_of,
    final,
)


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
