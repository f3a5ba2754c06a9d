# SPDX-License-Identifier: GPL-2.0-only
"""The command line, end to end: scan, doctor, exit statuses, and everything that can be wrong with the input."""

import csv
import io
import os
import pty
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from helpers import (
    FENCEMIG,
    add,
    commit,
    driver,
    environment,
    fencemig,
    git,
    one_driver,
    path_without,
    put_tool,
    refused,
    small_kernel,
    snapshot,
    verdicts,
)

_DRIVER = "drivers/gpu/host1x/fence.c"
_FUNCTIONS = (
    "dma_fence_set_error",
    "dma_fence_signal",
    "dma_fence_signal_locked",
    "dma_fence_signal_timestamp",
    "dma_fence_signal_timestamp_locked",
    "dma_fence_check_and_signal",
    "dma_fence_check_and_signal_locked",
)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel with a single driver, in a repository. Nothing may write into it."""
    return one_driver(tmp_path_factory.mktemp("kernel"))


def scan(cwd: Path, *arguments: str | Path, status: int = 0) -> Any:
    run = fencemig(cwd, "scan", "--format", "json", *arguments)
    assert run.status == status, run
    return run.ledger


# --- scan ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A kernel of several subsystems without git, and its ledger."""
    tree = small_kernel(tmp_path_factory.mktemp("everything"), with_git=False)
    return tree, scan(tree, ".")


def test_the_sum_of_the_verdicts_is_an_independent_count(everything: tuple[Path, dict[str, Any]]) -> None:
    tree, ledger = everything
    named = re.compile(rf"\b({'|'.join(_FUNCTIONS)})\b")
    expected: list[tuple[str, int, str]] = []
    for path in sorted(path for path in tree.rglob("*") if path.suffix in (".c", ".h")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            at = (str(path.relative_to(tree)), number)
            expected += [(*at, found) for found in named.findall(line)]
            if not at[0].startswith("drivers/accel"):  # its `fence` is another struct, with an error of its own
                expected += [(*at, "->error") for _ in re.findall(r"(?:->|\.)error\s*=[^=]", line)]
            if re.search(r"set_bit\(DMA_FENCE_FLAG_SIGNALED_BIT", line):
                expected.append((*at, "SIGNALED_BIT"))
    found = sorted((site["path"], site["line"], site["callee"]) for site in ledger["sites"] if not namesake(site))
    assert found == sorted(expected)
    assert sum(ledger["totals"].values()) == len(ledger["sites"])
    assert {name: count for name, count in ledger["totals"].items() if count} == verdicts(ledger["sites"])
    assert ledger["totals"]["unreached"] == 0


def namesake(site: dict[str, Any]) -> bool:
    return site["verdict"] == "keep" and site["before"] not in _FUNCTIONS and "(" not in site["before"]


def test_sites_are_sorted_and_their_ids_unique(everything: tuple[Path, dict[str, Any]]) -> None:
    sites = everything[1]["sites"]
    places = [(site["path"], site["line"], site["column"]) for site in sites]
    assert places == sorted(places)
    ids = [site["id"] for site in sites]
    assert len(set(ids)) == len(ids)
    assert {site["merged_into"] for site in sites} - {None} <= set(ids)


def test_the_tree_is_described(everything: tuple[Path, dict[str, Any]], kernel: Path) -> None:
    ledger = everything[1]
    assert ledger["schema"] == 1
    assert ledger["tree"] == {"kernel": "7.3.0-fixture", "generation": "void", "commit": None}
    assert ledger["paths"] == ["."]
    assert scan(kernel, _DRIVER)["tree"]["commit"] == git(kernel, "rev-parse", "HEAD")


def test_csv_and_table_say_what_json_says(kernel: Path) -> None:
    sites = scan(kernel, "drivers")["sites"]
    text = fencemig(kernel, "scan", "--format", "csv", "drivers").out.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    as_text = [{key: "" if site.get(key) is None else str(site[key]) for key in rows[0]} for site in sites]
    assert rows == as_text
    assert set(rows[0]) == {*sites[0], "decision"} - {"evidence"}

    table = fencemig(kernel, "scan", "drivers", LC_ALL="C.UTF-8")
    assert table.status == 0
    assert b"\x1b" not in table.out
    text = table.out.decode()
    for site in sites:
        if site["verdict"] != "keep":
            assert f"{site['line']}:{site['column']} " in text
            assert site["before"] in text
    total = next(line.split() for line in text.splitlines() if line.split()[:1] == ["total"])
    assert sum(map(int, total[1:])) == len(sites)


def test_paths_are_relative_to_the_tree_with_c_else_to_the_current_folder(kernel: Path, tmp_path: Path) -> None:
    inside = kernel / "drivers/gpu"
    runs = [
        scan(inside, "host1x"),
        scan(inside, "host1x/"),
        scan(kernel, "drivers/gpu/host1x"),
        scan(tmp_path, "-C", kernel, "drivers/gpu/host1x"),
        scan(inside, "--tree", kernel, "drivers/gpu/host1x"),
        scan(kernel, kernel / "drivers/gpu/host1x"),
        scan(inside / "host1x", "."),
        scan(inside, "../../drivers/gpu/host1x"),
    ]
    before = fencemig(tmp_path, "-C", kernel, "scan", "--format", "json", "drivers/gpu/host1x")
    assert before.ledger == runs[0]
    assert {site["path"] for site in runs[0]["sites"]} == {_DRIVER}
    assert all(run == runs[0] for run in runs)


def test_a_single_file_and_a_path_named_twice(kernel: Path) -> None:
    one = scan(kernel, _DRIVER)
    twice = scan(kernel, _DRIVER, "drivers/gpu", "drivers/gpu")
    assert one["sites"] == twice["sites"] != []
    assert scan(kernel, "Makefile")["sites"] == []


def test_a_path_that_only_begins_alike_is_another(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, "drivers/gpu/host1xyz/a.c", driver("\tdma_fence_signal(f);\n"))
    assert {site["path"] for site in scan(tree, "drivers/gpu/host1x")["sites"]} == {_DRIVER}


def test_the_disk_is_read_and_a_commit_with_base(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    committed = scan(tree, "drivers/gpu")
    add(tree, "drivers/gpu/new.c", driver("\tdma_fence_signal(f);\n"))
    (tree / _DRIVER).unlink()
    assert {site["path"] for site in scan(tree, "drivers/gpu")["sites"]} == {"drivers/gpu/new.c"}
    assert scan(tree, "--base", "HEAD", "drivers/gpu") == committed
    refused(fencemig(tree, "scan", "--base", "HEAD", "drivers/gpu/new.c"), "drivers/gpu/new.c", "does not exist")


def test_a_tree_in_the_folder_of_another_repository_counts_as_one_without_git(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    tree = one_driver(outer, with_git=False)
    git(outer, "init")
    commit(outer)
    before = snapshot(outer)
    assert scan(tree, "drivers/gpu")["tree"]["commit"] is None
    dry = fencemig(tree, "convert", "--dry-run", "drivers")
    assert dry.status == 0
    subprocess.run(["git", "apply", "--check"], cwd=tree, input=dry.out, check=True)
    assert b"-\tdma_fence_signal" in dry.out
    refused(fencemig(tree, "convert", "drivers"), "git")
    refused(fencemig(tree, "scan", "--base", "HEAD", "drivers"), "git")
    assert snapshot(outer) == before


def test_without_git_a_dry_run_works_and_writes_nothing(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    before = snapshot(tree)
    dry = fencemig(tree, "convert", "--dry-run", "drivers")
    assert dry.status == 0
    subprocess.run(["patch", "-p1", "--dry-run", "--silent"], cwd=tree, input=dry.out, check=True)
    assert "total" in dry.err
    assert snapshot(tree) == before


# --- sites that spatch does not reach -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "#include <linux/dma-fence.h>\n\nvoid finch_done(struct dma_fence *f)\n{\n"
            "\tfinch_each_odd(f) with (f) {\n\t\tdma_fence_signal(f);\n\t}\n}\n",
            "parse error",
        ),
        (driver("\tif (c)\n\t\tgoto nowhere;\n\tdma_fence_signal(f);\n"), ""),
    ],
    ids=["a macro that spatch cannot parse", "a goto without its label"],
)
def test_what_spatch_skips_is_told(text: str, complaint: str, tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, "drivers/gpu/finch.c", text)
    ledger = scan(tree, "drivers", status=3)
    unreached = [site for site in ledger["sites"] if site["verdict"] == "unreached"]
    assert [site["path"] for site in unreached] == ["drivers/gpu/finch.c"]
    assert unreached[0]["reason"]
    run = fencemig(tree, "convert", "--dry-run", "drivers")
    assert run.status == 3
    line = next(line for line in run.err.splitlines() if "unreached: " in line)
    assert f"drivers/gpu/finch.c:{unreached[0]['line']}: " in line
    assert complaint in line
    assert b"finch.c" not in run.out
    assert b"host1x/fence.c" in run.out


@pytest.mark.usefixtures("own_cache")
def test_no_time_at_all_reaches_nothing(kernel: Path) -> None:
    run = fencemig(kernel, "scan", "--format", "json", "--timeout", "0.001", "drivers")
    assert run.status == 3
    counted = run.ledger["totals"]
    assert counted["unreached"] > 0
    assert counted["convert"] == counted["review"] == 0
    assert "0.001 s" in run.err
    patches = fencemig(kernel, "convert", "--timeout", "0.001", "drivers")
    assert (patches.status, patches.out) == (3, b"")
    assert not (kernel / "outgoing").exists()


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["scan"], ["convert"], ["convert", "--dry-run"]])
def test_paths_that_will_not_do(kernel: Path, tmp_path: Path, command: list[str]) -> None:
    before = snapshot(kernel.parent)
    refused(fencemig(kernel, *command, ".."), "..", "outside of the tree")
    refused(fencemig(kernel, *command, "drivers", "/etc"), "/etc", "outside of the tree")
    refused(fencemig(kernel, *command, "drivers/gpx"), "drivers/gpx", "does not exist")
    refused(fencemig(tmp_path, "-C", kernel, *command, "../x"), "../x", "outside of the tree")
    refused(fencemig(tmp_path, *command, "."), "kernel tree", "-C")
    refused(fencemig(tmp_path, "-C", tmp_path, *command, "."), "no kernel tree", "MAINTAINERS")
    refused(fencemig(tmp_path, "-C", "nowhere", *command, "."), "nowhere")
    assert snapshot(kernel.parent) == before
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.parametrize("command", [["scan"], ["convert"], ["convert", "--dry-run"]])
def test_tools_that_will_not_do(kernel: Path, tmp_path: Path, command: list[str]) -> None:
    before = snapshot(kernel)
    old = put_tool(tmp_path / "old", "spatch", "echo spatch version 1.0.8 compiled with OCaml version 4.11.1")
    without = path_without(tmp_path / "without", "spatch")
    for script in ("exit 1", "echo hello", "kill -9 $$"):
        broken = put_tool(tmp_path / "broken", "spatch", script)
        refused(fencemig(kernel, *command, "drivers", PATH=broken), "spatch", "unknown", "1.1.0")
    refused(fencemig(kernel, *command, "drivers", PATH=without), "spatch", "coccinelle")
    refused(fencemig(kernel, *command, "drivers", PATH=old), "1.0.8", "1.1.0")
    refused(fencemig(kernel, *command, "drivers", PATH=path_without(tmp_path / "no git", "git")), "git is missing")
    assert snapshot(kernel) == before


def test_a_search_that_fails_is_no_empty_result(kernel: Path, tmp_path: Path) -> None:
    path = put_tool(tmp_path / "bin", "grep", "echo 'grep: ./drivers: Permission denied' >&2; exit 2")
    refused(fencemig(kernel, "scan", "drivers", PATH=path), "drivers: Permission denied")


def test_no_commits(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    git(tree, "init")
    before = snapshot(tree)
    refused(fencemig(tree, "convert", "drivers"), "no commits")
    assert scan(tree, "drivers/gpu")["tree"]["commit"] is None
    assert snapshot(tree) == before


def test_no_identity(kernel: Path) -> None:
    before = snapshot(kernel)
    run = fencemig(kernel, "convert", "drivers", GIT_CONFIG_GLOBAL=os.devnull)
    assert (run.status, run.out) == (2, b"")
    assert "git config --global user.email" in run.err  # git's own advice has several lines
    assert snapshot(kernel) == before
    assert fencemig(kernel, "convert", "--dry-run", "drivers", GIT_CONFIG_GLOBAL=os.devnull).status == 0


def test_an_unknown_shape_of_the_api(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    header = tree / "include/linux/dma-fence.h"
    header.write_text(header.read_text().replace("void dma_fence_signal(", "long dma_fence_signal("))
    commit(tree, "dma-buf: Return a long")
    before = snapshot(tree)
    for command in (["scan"], ["convert"], ["convert", "--dry-run"]):
        run = fencemig(tree, *command, "drivers")
        assert (run.status, run.out) == (2, b"")
        assert "long dma_fence_signal(struct dma_fence *fence)" in run.err
    assert snapshot(tree) == before


def test_output_that_cannot_be_written(kernel: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = (snapshot(kernel), snapshot(tmp_path))
    for output in (tmp_path / "file/series", tmp_path / "dangling/series", "/proc/series", tmp_path / ("x" * 300)):
        refused(fencemig(kernel, "convert", "--output", output, "drivers"), str(output), "cannot be")
    assert (snapshot(kernel), snapshot(tmp_path)) == before


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


# --- ^C -----------------------------------------------------------------------------------------------------------


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


# --- a terminal ---------------------------------------------------------------------------------------------------


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


def test_a_path_of_the_tree_named_from_within_it_is_recognised(kernel: Path) -> None:
    run = fencemig(kernel / "drivers/gpu", "scan", "drivers/gpu/host1x")
    refused(run, "drivers/gpu/drivers/gpu/host1x does not exist", "from here, say host1x")


def test_a_place_without_sites_is_said_to_have_none(kernel: Path) -> None:
    run = fencemig(kernel, "scan", "--format", "json", "MAINTAINERS")
    assert (run.status, run.ledger["sites"]) == (0, [])
    assert "no site is below MAINTAINERS" in run.err


# --- doctor -------------------------------------------------------------------------------------------------------


def test_doctor_is_content_here(kernel: Path, tmp_path: Path) -> None:
    for run in (fencemig(kernel / "drivers", "doctor"), fencemig(tmp_path, "-C", kernel, "doctor")):
        assert run.status == 0, run
        assert "LACK" not in run.out.decode()
        assert "Linux 7.3.0-fixture, generation void" in run.out.decode()
    nowhere = fencemig(tmp_path, "doctor")
    assert nowhere.status == 0
    assert "none here" in nowhere.out.decode()


def test_doctor_says_what_to_install(kernel: Path, tmp_path: Path) -> None:
    for missing, package in (("spatch", "coccinelle"), ("git", "git"), ("perl", "perl")):
        run = fencemig(kernel, "doctor", PATH=path_without(tmp_path / missing, missing))
        assert run.status == 2, run
        lacks = [line for line in run.out.decode().splitlines() if line.startswith("LACK")]
        assert missing in lacks[0]
        assert f"apt install {package}" in run.out.decode()
    for command in (["-C", str(tmp_path), "doctor"], ["doctor", "-C", str(tmp_path)]):
        run = fencemig(kernel, *command)
        assert run.status == 2
        assert "no kernel tree" in run.out.decode()


def test_version_and_help(tmp_path: Path) -> None:
    assert re.fullmatch(rb"fencemig \d+\.\d+\.\d+\n", fencemig(tmp_path, "--version").out)
    for command in ([], ["convert"], ["scan"], ["doctor"]):
        run = fencemig(tmp_path, *command, "--help")
        assert run.status == 0
        assert b"--tree" in run.out
