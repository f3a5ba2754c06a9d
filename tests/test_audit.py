# SPDX-License-Identifier: GPL-2.0-only
"""The audit finds what the fixtures mark, and nothing else; it reads the real trees to the end."""

import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig.audit import WORDS, audit
from fencemig.audit.model import Answer, Callback, Fact, Kind, Ops, Report
from fencemig.report.audit import answer
from fencemig.system.kernel import open_tree
from fencemig.types import Headers

FIXTURES = sorted((PROJECT / "kernel_fixtures/audit").glob("*.c"))
HEADER = "include/linux/dma-fence.h"
TEXT = {fixture.stem: fixture.read_bytes() for fixture in FIXTURES}


def report(sources: dict[str, bytes]) -> Report:
    header = (PROJECT / "kernel_fixtures/tree/void" / HEADER).read_bytes()
    tree = {HEADER: header, **sources}
    return audit(tree, Headers(tree.get, b"dma_fence"), ["drivers"])


def audited(text: bytes, path: str = "drivers/gpu/drm/finch/finch.c") -> Report:
    return report({path: text})


def marked(text: bytes, mark: str) -> list[tuple[int, str]]:
    """(line, value) of every comment of that mark."""
    lines = enumerate(text.decode().splitlines(), 1)
    return [
        (number, found[1]) for number, line in lines for found in [re.search(rf"/\* {mark}: (\w+) \*/", line)] if found
    ]


def callbacks(found: Report) -> dict[str, Callback]:
    return {callback.function: callback for ops in found.ops for callback in ops.callbacks}


def facts(callback: Callback) -> set[Fact]:
    return {item.fact for item in callback.evidence}


@pytest.mark.parametrize("name", TEXT)
def test_exactly_what_is_marked_is_found(name: str) -> None:
    found = [(finding.line, finding.kind.value) for finding in audited(TEXT[name]).findings]
    assert found == marked(TEXT[name], "find")


@pytest.mark.parametrize("name", TEXT)
def test_callbacks_are_answered_as_marked(name: str) -> None:
    text = TEXT[name]
    answered = {(callback.member, callback.function): callback.answer for callback in callbacks(audited(text)).values()}
    lines = text.decode().splitlines()
    wanted = {}
    for number, value in marked(text, "answer"):
        initialiser = re.match(r"\s*\.(\w+) = (\w+),", lines[number - 1])
        assert initialiser is not None
        wanted[initialiser[1], initialiser[2]] = Answer(value)
    assert answered == wanted


def test_evidence_has_its_place_and_its_text() -> None:
    text = TEXT["signaled"]
    lines = text.decode().splitlines()
    evidence = [item for callback in callbacks(audited(text)).values() for item in callback.evidence]
    assert {Fact.TAKES, Fact.DROPS, Fact.ASSERTS, Fact.NEEDS, Fact.SIGNALS, Fact.ERROR} <= {e.fact for e in evidence}
    for item in evidence:
        assert lines[item.line - 1].encode()[item.column - 1 :].decode().startswith(item.text)


@pytest.mark.parametrize(
    ("function", "fact", "there"),
    [
        ("wren_signaled_reads", Fact.HARDWARE, True),
        ("wren_signaled_page", Fact.HARDWARE, True),
        ("wren_signaled_page", Fact.TAKES_OTHER, True),
        ("wren_signaled_page", Fact.TAKES, False),
        ("wren_signaled_takes", Fact.TAKES, True),
        ("wren_signaled_takes", Fact.CHANGES, True),
        ("wren_signaled_other", Fact.TAKES, False),
        ("wren_signaled_other", Fact.NEEDS, False),
        ("wren_signaled_pointer", Fact.HARDWARE, True),
        ("wren_signaled_pointer", Fact.CALLS_UNKNOWN, False),
        ("wren_signaled_hidden", Fact.TAKES_UNKNOWN, True),
    ],
)
def test_facts_of_signaled(function: str, fact: Fact, there: bool) -> None:
    assert (fact in facts(callbacks(audited(TEXT["signaled"]))[function])) is there


def test_reasons_name_the_place_and_the_other_user() -> None:
    found = callbacks(audited(TEXT["enabling"]))
    because = found["lark_enable_list"].because
    assert "list_add_tail(&lark->link, &lark->queue->pending)" in because
    assert "lark_irq()" in because
    assert "lark_hw_enable_locked" in found["lark_enable_far"].because
    assert Fact.SLEEPS in facts(found["lark_wait"])


def test_the_worker_and_the_callback_are_named() -> None:
    kick = next(f for f in audited(TEXT["enabling"]).findings if f.kind is Kind.DEFERRED_WORK)
    assert "lark_kick_ops.enable_signaling" in kick.message
    assert "lark_kick()" in kick.message
    locking = next(f for f in audited(TEXT["callbacks"]).findings if f.kind is Kind.CALLBACK_TAKES_LOCK)
    assert locking.function == "teal_locks"
    assert "teal_cb()" in locking.message


def test_locks_are_what_the_fences_are_initialised_with() -> None:
    locks = {ops.name: ops.locks for ops in audited(TEXT["signaled"]).ops}
    assert locks["wren_takes_ops"] == ("&ring->lock",)  # through the wrapper
    assert locks["wren_signals_ops"] == ("inline",)
    assert locks["wren_reads_ops"] == ()


def test_the_answer_names_who_uses_the_lock() -> None:
    said = answer(audited(TEXT["signaled"]).ops)
    assert said[0].startswith("10 ops->signaled(): wren_signaled_asserts, wren_signaled_drops, wren_signaled_hidden, ")
    assert [line.split()[0] for line in said[1:]] == ["4", "3", "3"]
    assert answer([]) == ["0 ops->signaled(): none may use the fence lock."]


def test_helpers_are_found_in_other_files_of_the_same_driver_only() -> None:
    callback = b"""
static bool finch_signaled(struct dma_fence *f) { return finch_done(f); }
static const struct dma_fence_ops finch_ops = { .signaled = finch_signaled };
"""
    helper = b"bool finch_done(struct dma_fence *f)\n{\n\tdma_fence_assert_held(f);\n\treturn true;\n}\n"
    near = report({"drivers/gpu/drm/finch/a.c": callback, "drivers/gpu/drm/finch/hw/b.c": helper})
    far = report({"drivers/gpu/drm/finch/a.c": callback, "drivers/gpu/drm/other/b.c": helper})
    assert near.ops[0].callbacks[0].answer is Answer.NO
    assert "drivers/gpu/drm/finch/hw/b.c:3" in near.ops[0].callbacks[0].because
    assert far.ops[0].callbacks[0].answer is Answer.UNKNOWN


@given(st.integers(min_value=0, max_value=40), st.sampled_from(sorted(TEXT)))
@settings(max_examples=20, deadline=None)
def test_ids_do_not_change_when_lines_move(lines: int, name: str) -> None:
    before, after = audited(TEXT[name]), audited(b"\n" * lines + TEXT[name])
    assert [finding.id for finding in before.findings] == [finding.id for finding in after.findings]
    assert [ops.id for ops in before.ops] == [ops.id for ops in after.ops]
    assert [finding.line + lines for finding in before.findings] == [finding.line for finding in after.findings]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_broken_code_is_no_reason_to_stop(data: st.DataObject) -> None:
    text = TEXT[data.draw(st.sampled_from(sorted(TEXT)))]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = audited(text[:start] + data.draw(st.binary(max_size=8)) + text[end:])
    assert len({finding.id for finding in found.findings}) == len(found.findings)


def test_ids_are_unique_and_findings_are_sorted() -> None:
    found = report({f"drivers/gpu/drm/{name}/{name}.c": text for name, text in TEXT.items()})
    places = [(finding.path, finding.line, finding.column) for finding in found.findings]
    assert places == sorted(places)
    ids = [finding.id for finding in found.findings]
    assert len(set(ids)) == len(ids) == sum(len(marked(text, "find")) for text in TEXT.values())


def _real(kernel: Path) -> Report:
    tree = open_tree(kernel, None)
    sources = {path: text for path in tree.mentioning(WORDS) if (text := tree.read(path)) is not None}
    return audit(sources, Headers(tree.read, b"dma_fence"), ["."])


def _by_member(ops: tuple[Ops, ...], member: str) -> dict[str, Answer]:
    return {f"{o.name}:{c.function}": c.answer for o in ops for c in o.callbacks if c.member == member}


def test_linux_7_3(kernel_7_3: Path) -> None:
    """Held against a reading of the code of each callback."""
    found = _real(kernel_7_3)
    signaled = _by_member(found.ops, "signaled")
    assert Counter(signaled.values()) == {Answer.YES: 11, Answer.UNKNOWN: 2}
    assert {name.partition(":")[2] for name, reply in signaled.items() if reply is Answer.UNKNOWN} == {
        "nouveau_fence_is_signaled"  # of two ops; nv04 asks the hardware through nvif, which is out of sight
    }
    enabling = _by_member(found.ops, "enable_signaling")
    assert len(enabling) == 13
    assert {name.partition(":")[2] for name, reply in enabling.items() if reply is Answer.NO} == {
        "host1x_syncpt_fence_enable_signaling",
        "nouveau_fence_enable_signaling",
        "nouveau_fence_no_signaling",
        "radeon_fence_enable_signaling",
        "vmw_fence_enable_signaling",
        "xe_hw_fence_enable_signaling",
    }
    at = {(finding.path, finding.function, finding.kind) for finding in found.findings}
    driver = "drivers/gpu/drm"
    assert (f"{driver}/imagination/pvr_queue.c", "pvr_queue_signal_done_fences", Kind.TEST_THEN_SIGNAL) in at
    assert (f"{driver}/vgem/vgem_fence.c", "vgem_fence_signal_ioctl", Kind.TEST_THEN_SIGNAL) in at
    amdgpu = f"{driver}/amd/amdgpu/amdgpu_userq_fence.c"
    assert (amdgpu, "amdgpu_userq_fence_driver_destroy", Kind.LOCK_AFTER_SIGNAL) in at
    assert ("drivers/dma-buf/dma-fence-chain.c", "dma_fence_chain_cb", Kind.DEFERRED_WORK) in at
    assert ("drivers/dma-buf/dma-buf.c", "dma_buf_poll_cb", Kind.CALLBACK_TAKES_LOCK) in at
    assert not any(finding.path == "drivers/dma-buf/dma-fence.c" for finding in found.findings)


def test_linux_6_12(kernel_6_12: Path) -> None:
    found = _real(kernel_6_12)
    assert Answer.NO not in _by_member(found.ops, "signaled").values()
    at = {(finding.path, finding.function, finding.kind) for finding in found.findings}
    assert ("drivers/gpu/drm/amd/amdkfd/kfd_svm.c", "svm_range_bo_release", Kind.TEST_THEN_SIGNAL) in at
