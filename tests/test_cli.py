# SPDX-License-Identifier: GPL-2.0-only
"""The command line: usage, values, where the output goes, help."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from helpers import FENCEMIG, environment, fencemig

_DRIVER = "drivers/gpu/host1x/fence.c"


@pytest.mark.parametrize(
    "wrong", [["scan"], ["scan", "--format", "xml", "."], ["scan", "-j", "0", "."], ["convert", "--what", "."], ["x"]]
)
def test_wrong_usage(kernel: Path, wrong: list[str]) -> None:
    run = fencemig(kernel, *wrong)
    assert (run.status, run.out) == (2, b"")
    assert run.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("scan --format xml .", "'--format': 'xml' is none of table, json, csv, sarif"),
        ("verify --level all .", "'--level': 'all' is none of apply, style, syntax, build, kunit"),
        ("scan -j 0 .", "'-j' / '--jobs': 0 is less than 1"),
        ("scan -j 1.5 .", "'-j' / '--jobs': '1.5' is no whole number"),
        ("scan --timeout soon .", "'--timeout': 'soon' is no number"),
        ("scan --timeout nan .", "'--timeout': nan is less than 0.001"),
    ],
)
def test_values_that_stand_for_nothing(tmp_path: Path, line: str, said: str) -> None:
    run = fencemig(tmp_path, *line.split())
    assert (run.status, run.out) == (2, b"")
    assert run.err.splitlines()[-1] == f"Error: Invalid value for {said}"


def test_a_parent_that_does_not_ask_how_processes_end_changes_nothing(kernel: Path) -> None:
    command = ["sh", "-c", "trap '' CHLD; exec \"$@\"", "sh", FENCEMIG, "scan", "--format", "json", _DRIVER]
    done = subprocess.run(command, cwd=kernel, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_output_that_nobody_reads_or_that_does_not_fit(kernel: Path, form: str) -> None:
    command = [FENCEMIG, "scan", "--format", form, _DRIVER]
    reader, writer = os.pipe()
    os.close(reader)
    gone = subprocess.run(command, cwd=kernel, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (gone.returncode, gone.stderr) == (141, b"")  # as git
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=kernel, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
    Path(re.search(rb"details in (\S+)", done.stderr)[1].decode()).unlink()  # type: ignore[index]


def test_a_terminal_gets_colours_and_the_same_diff(kernel: Path) -> None:
    plain = fencemig(kernel, "convert", "--dry-run", "drivers").out.decode()
    ours, theirs = pty.openpty()
    env = environment({"TERM": "xterm-256color", "COLUMNS": "60", "LC_ALL": "C.UTF-8", "PAGER": "cat"})
    process = subprocess.Popen([FENCEMIG, "convert", "--dry-run", "drivers"], cwd=kernel, env=env, stdin=theirs,
                               stdout=theirs, stderr=theirs)  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert process.wait() == 0
    assert b"\x1b[32m+" in shown
    assert b"\x1b[31m-" in shown
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()).replace("\r", "")
    for line in plain.splitlines():
        if line[:1] in "+-@" and line.strip() and "\t" not in line:
            assert line in text


def test_version_and_help(tmp_path: Path) -> None:
    assert re.fullmatch(rb"fencemig \d+\.\d+\.\d+\n", fencemig(tmp_path, "--version").out)
    for command in ([], ["convert"], ["scan"], ["doctor"]):
        run = fencemig(tmp_path, *command, "--help")
        assert run.status == 0
        assert b"--tree" in run.out
