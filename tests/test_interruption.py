# SPDX-License-Identifier: GPL-2.0-only
"""^C and its like: a run that is interrupted leaves nothing behind, no process and no file."""

import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from helpers import FENCEMIG, environment, put_tool, snapshot


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.mark.parametrize("tool", ["spatch", "git"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_leaves_nothing(kernel: Path, tmp_path: Path, number: signal.Signals, tool: str) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    real = shutil.which(tool)
    hang = f"sleep 300 & touch {pids}/$! {pids}/$$; wait; exit 0"
    when = {"spatch": '"$*" in *--version*) ;; *', "git": '"$*" in *format-patch*'}[tool]
    path = put_tool(tmp_path / "bin", tool, f'case {when}) {hang} ;; esac\nexec {real} "$@"')
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    before = snapshot(kernel)
    process = subprocess.Popen(
        [FENCEMIG, "convert", "--output", str(tmp_path / "series/below"), "drivers"],
        cwd=kernel,
        env=environment({"PATH": path, "TMPDIR": str(temporary)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: len(list(pids.iterdir())) >= 2)
        for _ in range(5):  # people press ^C until something happens
            process.send_signal(number)
            time.sleep(0.005)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, b"")
    assert err == b"fencemig: interrupted: nothing is half written\n"
    wait_until(lambda: not any(alive(int(pid.name)) for pid in pids.iterdir()), 5)
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "series").exists()
    assert snapshot(kernel) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_at_the_end_leaves_branch_and_folder(
    kernel: Path, tmp_path: Path, number: signal.Signals
) -> None:
    real = shutil.which("git")
    assert real is not None
    late = f'{real} "$@" && kill -{number.value} $PPID && sleep 0.2; exit 0'
    path = put_tool(tmp_path / "bin", "git", f'case "$*" in *update-ref*) {late} ;; esac\nexec {real} "$@"')
    branch = f"late-{number.value}"
    command = [FENCEMIG, "convert", "--branch", branch, "--output", str(tmp_path / "out"), "drivers"]
    done = subprocess.run(command, cwd=kernel, env=environment({"PATH": path}), capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (0, f"{tmp_path / 'out'}\n")
    assert (tmp_path / "out/0000-cover-letter.patch").is_file()
    listed = subprocess.run([real, "branch", "--list", branch], cwd=kernel, capture_output=True, check=True).stdout
    assert branch.encode() in listed
    subprocess.run([real, "branch", "--quiet", "-D", branch], cwd=kernel, check=True)
