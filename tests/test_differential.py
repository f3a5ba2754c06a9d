# SPDX-License-Identifier: GPL-2.0-only
"""Every change fixture before and after, as programs: what others can see of a fence is the same.

Both texts are compiled against the model of dma_fence in tests/model and run over the same small domain of inputs.
What the contract, or the reason of a rule, says will differ is an excuse: the model's old API then behaves as said,
and the records must be equal still.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from model.declarations import read_fixture
from model.harness import Harness, make_harness
from model.run import NO_EXCUSE, Case, CompileError, Excuse, cases_of, compile_harness, compile_model, run

from fencemig import syntax

FIXTURES = Path(__file__).parent.parent / "kernel_fixtures" / "rules"
_GENERATION = re.compile(r"^ \* Generation: (void|int|both)$", re.MULTILINE)
_VERDICT = re.compile(r"^ \*   (\w+):\S+ = (\w+) \[(\w+)\]$", re.MULTILINE)
_LATE, _ZERO, _POLL = Excuse.LATE_ERROR, Excuse.ZERO_ERROR, Excuse.LOST_POLL

# What may differ, by rule and verdict; nothing for a rule that is not here. The contract names two changes:
# (a) LATE_ERROR, an error for a signaled fence is dropped; (b) ZERO_ERROR, a merged error of 0 neither warns nor
# clears, where an error that is no constant is stored whatever it is. LOST_POLL is in the reasons of the rules that
# take a test with a poll of ops->signaled away. UNCHECKED_STORE: only set_error() warned of an error above 0, and
# the signal that takes the place of a store by hand does so, too.
EXCUSES = {
    ("merge_adjacent", "convert"): _LATE | _ZERO,
    ("merge_guard_same", "convert"): _LATE,
    ("merge_guard_block", "convert"): _LATE,
    ("merge_guard_cond", "convert"): _LATE,
    ("merge_guard_cond", "review"): _LATE | _ZERO,
    ("merge_guard_negative", "review"): _LATE,
    ("merge_guard_polled", "review"): _ZERO | _POLL,
    ("merge_err_ptr", "convert"): _LATE,
    ("merge_branch", "convert"): _LATE | _ZERO,
    ("merge_check", "convert"): _LATE | _ZERO,
    ("merge_check", "review"): _LATE | _ZERO,
    ("merge_gap", "review"): _LATE | _ZERO,
    ("merge_into_branches", "review"): _LATE | _ZERO,
    ("merge_store", "review"): _LATE | _ZERO | Excuse.UNCHECKED_STORE,
    ("thread_local", "review"): _LATE,
    ("check_open_coded", "convert"): _ZERO,
    ("check_open_coded", "review"): _ZERO | _POLL,
    ("check_unlocked", "review"): _ZERO | _POLL,
    ("check_then_result", "review"): _POLL,
}
# Fixtures that cannot be run, and why.
NOT_RUN: dict[str, str] = {}


def _changes() -> Iterator[Path]:
    for path in sorted(FIXTURES.glob("*/change_*.c")):
        if not path.name.endswith(".expected.c") and _name(path) not in NOT_RUN:
            yield path


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _generations(path: Path) -> tuple[str, ...]:
    found = _GENERATION.search(path.read_text(encoding="utf-8"))
    assert found, f"{path} does not say for which generation it is"
    return ("void", "int") if found[1] == "both" else (found[1],)


def _excuses(path: Path) -> dict[str, Excuse]:
    """What may differ for each function of a fixture: what may for the rules that its sites name."""
    excuses: defaultdict[str, Excuse] = defaultdict(lambda: NO_EXCUSE)
    for function, verdict, rule in _VERDICT.findall(path.read_text(encoding="utf-8")):
        excuses[function] |= EXCUSES.get((rule, verdict), NO_EXCUSE)
    return excuses


class Bench:
    """Compiles and runs both sides of a fixture; the model, and each text, is compiled once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model = compile_model(folder)
        self._programs: dict[tuple[bytes, str], Path] = {}

    def program(self, harness: Harness, text: bytes, api: str, strict: bool) -> Path:
        """A text as a program, in a folder of its own."""
        if (text, api) not in self._programs:
            folder = self._folder / f"program{len(self._programs)}"
            self._programs[text, api] = compile_harness(harness, text, api, self._model, folder, strict)
        return self._programs[text, api]

    def differences(
        self,
        path: Path,
        generation: str,
        excuses: dict[str, Excuse],
        after: bytes | None = None,
    ) -> list[tuple[Case, str, str]]:
        """The cases in which the fixture and what is expected of it, or another text, differ, with both records."""
        before = path.read_bytes()
        harness = make_harness(read_fixture(before))
        cases = cases_of(harness)
        assert {case.name for case in cases} == set(harness.choices)
        old = self.program(harness, before, generation, strict=True)
        wanted = path.with_suffix(".expected.c").read_bytes() if after is None else after
        new = self.program(harness, wanted, "err", strict=after is None)
        records = zip(cases, run(old, cases, generation, excuses), run(new, cases, generation, {}), strict=True)
        return [(case, one, other) for case, one, other in records if one != other]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("differential"))


@pytest.mark.parametrize(
    ("path", "generation"),
    [pytest.param(p, g, id=f"{_name(p)}-{g}") for p in _changes() for g in _generations(p)],
)
def test_before_and_after_agree(path: Path, generation: str, bench: Bench) -> None:
    found = bench.differences(path, generation, _excuses(path))
    shown = "\n".join(f"{case}\nbefore:\n{one}after:\n{other}" for case, one, other in found[:2])
    assert not found, f"{len(found)} cases differ, among them\n{shown}"


@pytest.mark.parametrize(("rule", "verdict"), EXCUSES)
def test_every_excuse_is_needed(rule: str, verdict: str, bench: Bench) -> None:
    missing = EXCUSES[rule, verdict]
    for path in _changes():
        verdicts = _VERDICT.findall(path.read_text(encoding="utf-8"))
        functions = {function for function, *site in verdicts if site == [verdict, rule]}
        for excuse in Excuse if functions else ():
            if excuse not in missing:
                continue
            excuses = {name: allowed & ~excuse for name, allowed in _excuses(path).items()}
            if {case.name for case, *_ in bench.differences(path, _generations(path)[0], excuses)} & functions:
                missing &= ~excuse
    assert not missing, f"nothing differs for {missing!r}"


def test_those_that_cannot_be_run_are_listed(bench: Bench) -> None:
    unreadable = set()
    for path in sorted(FIXTURES.glob("*/change_*.c")):
        if path.name.endswith(".expected.c"):
            continue
        try:
            harness = make_harness(read_fixture(path.read_bytes()))
            if _name(path) in NOT_RUN:  # the others are compiled by their own test
                bench.program(harness, path.read_bytes(), _generations(path)[0], strict=True)
        except (ValueError, CompileError):
            unreadable.add(_name(path))
    assert unreadable == set(NOT_RUN)


# What a wrong rule would have made of a fixture: each is noticed, with all excuses of its functions.
MUTANTS = {
    "error that was dropped": ("merge_adjacent/change_timeout", b"&vf->base, -ETIMEDOUT", b"&vf->base, 0"),
    "other error": ("merge_adjacent/change_label", b"&job->done, ret", b"&job->done, -EPROTO"),
    "other fence": ("merge_adjacent/change_variants", b"(ring->last, error)", b"(&ring->idle, error)"),
    "signal that was dropped": ("merge_adjacent/change_loop", b"dma_fence_signal(&job->done, -EFAULT);", b""),
    "signal that takes the lock": ("merge_adjacent/change_call", b"signal_locked(", b"signal("),
    "error of an innocent fence": ("merge_guard_cond/change_constant", b"job->hung ? -ETIMEDOUT : 0", b"-ETIMEDOUT"),
    "condition that was negated": ("merge_guard_cond/change_hints", b"0 > job->credits", b"0 <= job->credits"),
    "branches that were swapped": ("merge_branch/change_variants", b"-ETIME : -ECANCELED", b"-ECANCELED : -ETIME"),
    "positive error": ("merge_guard_negative/change_int", b"min(ret, 0)", b"ret"),
    "error without its test": ("merge_err_ptr/change_variants", b"PTR_ERR_OR_ZERO(bo)", b"PTR_ERR(bo)"),
    "time of its own": (
        "merge_into_branches/change_timestamp",
        b"signal_timestamp(&job->done, when,",
        b"signal(&job->done,",
    ),
    "local that is not reset": ("thread_local/change_loop", b"int err = 0;", b"static int err;"),
    "name that hides the local": ("thread_local/change_name", b"error = err;", b"err = err;"),
    "statement that moved": ("merge_gap/change_count", b"stats->failures++;", b""),
    "check that was negated": ("check_unlocked/change_plain", b"if (!dma", b"if (dma"),
    "check behind the signal": (
        "check_then_result/change_block",
        b"if (dma_fence_check_and_signal(job->done, 0))",
        b"dma_fence_signal(job->done, 0);\n\tif (dma_fence_check_and_signal(job->done, 0))",
    ),
    "check without the lock": ("check_open_coded/change_flags", b"check_and_signal(", b"check_and_signal_locked("),
    "lock that stayed": (
        "check_open_coded_guard/change_guard",
        b"\tdma",
        b"\tguard(spinlock)(ctx->fence->lock);\n\tdma",
    ),
    "truth for a number": ("check_int_errno/change_return", b" ? -EINVAL : 0", b""),
    "result that was negated": ("check_int_truth/change_unlocked", b"return !dma", b"return dma"),
    "error that a plain signal stores": ("plain/change_variants", b"(ldev->vblank, 0)", b"(ldev->vblank, -EIO)"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wrong_result_is_noticed(mutant: str, bench: Bench) -> None:
    name, right, wrong = MUTANTS[mutant]
    path = FIXTURES / f"{name}.c"
    expected = path.with_suffix(".expected.c").read_bytes()
    assert right in expected
    changed = expected.replace(right, wrong, 1)
    assert bench.differences(path, _generations(path)[0], _excuses(path), changed)


def _without_each_error(text: bytes) -> Iterator[tuple[str, bytes]]:
    """The text with the error of one signal set to 0, for every signal that has one."""
    for node in syntax.walk(syntax.parse(text)):
        if node.type != syntax.CALL or not re.match(rb"dma_fence_(check_and_)?signal", syntax.text_of(node)):
            continue
        error = syntax.arguments(node)[-1]
        if syntax.text_of(error) != b"0":
            yield syntax.folded(syntax.text_of(node)), text[: error.start_byte] + b"0" + text[error.end_byte :]


@pytest.mark.parametrize("path", [pytest.param(path, id=_name(path)) for path in _changes()])
def test_no_error_can_be_lost(path: Path, bench: Bench) -> None:
    """Also shows that every signal with an error is reached, with a fence on which it counts."""
    for call, changed in _without_each_error(path.with_suffix(".expected.c").read_bytes()):
        assert bench.differences(path, _generations(path)[0], _excuses(path), changed), call
