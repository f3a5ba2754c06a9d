# SPDX-License-Identifier: GPL-2.0-only
"""Wrong conversions: each is made where it is meant to be, or not at all. What catches them: `make verify-kernel`."""

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helpers import PROJECT, fencemig, git, small_kernel

from fencemig.errors import UserError


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", PROJECT / "tools/mutants.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module  # where its dataclasses look for it
    spec.loader.exec_module(module)
    return module


mutants = _script()

VOID = """\
void dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp, int err)
{
	if (unlikely(dma_fence_test_signaled_flag(fence)))
		return;

	if (err) {
		WARN_ON(err > 0 || err < -MAX_ERRNO);
		fence->error = err;
	}

	if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)))
		return;

	list_for_each_entry_safe(cur, tmp, &cb_list, node)
		cur->func(fence, cur);
}

void other(struct dma_fence *fence, int err)
{
	if (err) {
		fence->error = err;
	}
}
"""
INT = (
    VOID.replace("void dma_fence_signal", "int dma_fence_signal")
    .replace("return;", "return -EINVAL;")
    .replace("cur->func(fence, cur);\n}", "cur->func(fence, cur);\n\n\treturn 0;\n}")
)
SCHEDULER = """\
void drm_sched_fence_finished(struct drm_sched_fence *fence, int result)
{
	dma_fence_signal(&fence->finished, result);
}
"""


@pytest.mark.parametrize("core", [VOID, INT])
@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_has_its_place(mutant: Any, core: str) -> None:
    texts: Mapping[str, str] = {mutants.CORE: core, mutants.SCHEDULER: SCHEDULER}
    text = texts[mutant.path]
    changed = mutants.mutated(text.encode(), mutant).decode()
    assert changed != text
    rest = "void other("
    assert changed.partition(rest)[2] == text.partition(rest)[2]


def test_what_each_mutant_does() -> None:
    changed = [mutants.mutated(VOID.encode(), one).decode() for one in mutants.MUTANTS if one.path == mutants.CORE]
    body = [text.partition("void other(")[0] for text in changed]
    dropped, zero, late, overwritten = body
    assert "fence->error" not in dropped
    assert "if (err)" not in zero and "fence->error = err;" in zero
    assert late.index("cur->func") < late.index("fence->error = err;")
    assert "test_signaled_flag" not in overwritten and "test_and_set_bit" in overwritten


@pytest.mark.parametrize(
    "text",
    [
        b"void other(void)\n{\n}\n",
        VOID.replace("fence->error = err;", "fence->error = -err;").encode(),
        VOID.replace("\t}\n\n\tif", "\t}\n\tfence->error = err;\n\n\tif").encode(),
    ],
)
def test_a_place_that_is_not_there_is_an_error(text: bytes) -> None:
    with pytest.raises(UserError, match="err dropped"):
        mutants.mutated(text, replace(mutants.MUTANTS[0]))


def test_the_core_that_a_conversion_makes_has_the_places(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path)
    done = fencemig(tree, "convert", "--output", tmp_path / "series", "--branch", "made", "drivers/iio")
    assert done.status == 0, done.err
    core = git(tree, "show", f"made:{mutants.CORE}").encode()
    for mutant in mutants.MUTANTS:
        if mutant.path == mutants.CORE:
            assert mutants.mutated(core, mutant) != core
