# SPDX-License-Identifier: GPL-2.0-only
"""Booting User Mode Linux: a kernel that is a program, which runs the tests that are built into it and halts."""

from collections.abc import Sequence
from pathlib import Path

from fencemig.system.kbuild import sealed
from fencemig.system.process import Finished, run

# As tools/testing/kunit/kunit_kernel.py does. Two processors need seccomp; older kernels have one, and ignore it.
_ARGUMENTS = ("mem=1G", "console=tty", "seccomp=on", "ncpus=2", "kunit.enable=1", "kunit_shutdown=halt")


def boot(kernel: Path, arguments: Sequence[str], timeout: float) -> Finished:
    """Boot a kernel, and return what it wrote; it is killed when it takes longer than `timeout` seconds.

    Its memory is a file beside it: /dev/shm is small in a container.
    """
    env = {**sealed(), "TMPDIR": str(kernel.parent)}
    return run([str(kernel), *_ARGUMENTS, *arguments], cwd=kernel.parent, env=env, timeout=timeout, check=False)
