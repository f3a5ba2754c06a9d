# SPDX-License-Identifier: GPL-2.0-only
"""Shell completion: what is offered, and that bash, zsh and fish take it from a real terminal."""

import contextlib
import fcntl
import json
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import FENCEMIG, PROJECT, one_driver, put_tool
from hypothesis import given
from hypothesis import strategies as st

from fencemig.cli import manual
from fencemig.commands.completion import complete
from fencemig.migration import load_migration
from fencemig.usage.completing import Names, Value, under_cursor

MANUAL = manual()
RULES = load_migration(PROJECT / "semantic_patches" / "dma_fence_signal").filed
SHELLS = ("bash", "zsh", "fish")
FENCE = "drivers/gpu/host1x/fence.c"
SITE = f"{FENCE}:host1x_fence_signal:dma_fence_signal#1"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no kernel tree, beside one that is: ../linux."""
    one_driver(tmp_path, with_git=False)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def outgoing(folder: Path, name: str, ledger: object) -> None:
    """An output folder, as convert leaves it."""
    (folder / "outgoing" / name).mkdir(parents=True)
    (folder / "outgoing" / name / "ledger.json").write_text(json.dumps(ledger))


Offer = Callable[[str], list[str]]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Offer:
    """What is offered for a line that ends at the cursor, as fish asks; nothing may be said beside it."""

    def ask(line: str) -> list[str]:
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        assert complete(MANUAL, "fish") == 0
        said = capfd.readouterr()
        assert said.err == ""
        return [one.partition("\t")[0] for one in said.out.splitlines()]

    return ask


@pytest.fixture
def leaves_files(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[[str], bool]:
    """Whether a line is left to the shell, which offers files."""

    def ask(line: str) -> bool:
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "is-args")
        status = complete(MANUAL, "fish")
        assert capfd.readouterr() == ("", "")
        return status == 1

    return ask


def test_commands_and_options(offer: Offer) -> None:
    assert offer("fencemig ") == list(MANUAL.commands)
    assert offer("fencemig sc") == ["scan"]
    assert offer("fencemig scan --") == [
        name for option in MANUAL.commands["scan"].options for name in option.names if name.startswith("--")
    ]
    assert offer("fencemig convert --s") == ["--split-by", "--signoff", "--subject-prefix"]
    assert offer("fencemig --v") == ["--version"]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("fencemig scan --format ", ["table", "json", "csv", "sarif"]),
        ("fencemig scan --format=", ["--format=table", "--format=json", "--format=csv", "--format=sarif"]),
        ("fencemig scan drivers --format s", ["sarif"]),
        ("fencemig status --format ", ["table", "json"]),
        ("fencemig verify --level ", ["apply", "style", "syntax", "build", "kunit"]),
        ("fencemig convert --layout f", ["flag-day"]),
        ("fencemig -C ../linux convert --split-by=t", ["--split-by=tree"]),
        ("fencemig convert -is --layout s", ["staged"]),
        ("fencemig convert --base HEAD --layout s", ["staged"]),
    ],
)
def test_values_out_of_a_closed_set(offer: Offer, line: str, values: list[str]) -> None:
    assert offer(line) == values


@pytest.mark.parametrize(
    "option", ["-C ../linux", "-C../linux", "--tree ../linux", "--tree=../linux", "-C $HERE/../linux"]
)
@pytest.mark.parametrize("before", [True, False])
def test_paths_are_those_of_the_tree_that_is_named(
    here: Path, offer: Offer, monkeypatch: pytest.MonkeyPatch, option: str, before: bool
) -> None:
    monkeypatch.setenv("HERE", str(here))
    start = f"fencemig {option} scan" if before else f"fencemig scan {option}"
    assert offer(f"{start} dri") == ["drivers/dma-buf/", "drivers/gpu/"]
    assert offer(f"{start} drivers drivers/g") == [FENCE]  # a folder that stands alone comes with what is in it
    assert offer(f"{start} drivers/gpu/host1x/fence.c/") == []


def test_names_that_no_terminal_shows_are_left_out(here: Path, offer: Offer) -> None:
    folder = here.parent / "linux/drivers/odd"
    folder.mkdir()
    for name in (b"a\nb.c", b"\xff.c", "é b.c".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).touch()
    assert offer("fencemig scan -C ../linux drivers/odd/") == ["drivers/odd/é b.c"]


def test_without_c_the_shell_completes_paths(here: Path, offer: Offer, leaves_files: Callable[[str], bool]) -> None:
    for line in (
        "fencemig scan dri",
        "fencemig audit ",
        "fencemig convert --output ",
        "fencemig -C ",
        "fencemig verify x",
    ):
        assert offer(line) == []
        assert leaves_files(line)


@pytest.mark.parametrize(
    "line", ["fencemig scan --base ", "fencemig convert -v ", "fencemig bogus ", "fencemig doctor x"]
)
def test_where_nothing_fits_nothing_is_offered(
    here: Path, offer: Offer, leaves_files: Callable[[str], bool], line: str
) -> None:
    assert offer(line) == []
    assert not leaves_files(line)


def test_rules_and_sites_to_explain(here: Path, offer: Offer) -> None:
    assert offer("fencemig explain ") == list(RULES)
    assert offer("fencemig explain merge_gu") == [name for name in RULES if name.startswith("merge_gu")]
    assert offer("fencemig explain -C ../linux drivers/g") == [FENCE]
    outgoing(here, "old", {"sites": [{"id": "drivers/old.c:f:dma_fence_signal#1", "verdict": "keep"}]})
    outgoing(here, "new", {"sites": [{"id": SITE, "verdict": "convert"}]})
    os.utime(here / "outgoing/old/ledger.json", (1, 1))
    assert offer("fencemig explain drivers") == [SITE]
    assert offer("fencemig explain -C ../linux drivers/d") == ["drivers/dma-buf/dma-fence.c"]  # for want of such a site


def test_another_migration_has_other_rules(here: Path, offer: Offer) -> None:
    assert offer("fencemig explain --migration nowhere ") == []
    folder = PROJECT / "semantic_patches" / "dma_fence_signal"
    assert offer(f"fencemig explain --migration {folder} plai") == ["plain", "plain_carried"]


def test_output_folders_come_first(here: Path, offer: Offer, leaves_files: Callable[[str], bool]) -> None:
    outgoing(here, "v1", {})
    for line in ("fencemig status ", "fencemig verify out", "fencemig review ", "fencemig convert --previous "):
        assert offer(line) == ["outgoing/v1"]
        assert not leaves_files(line)
    assert offer("fencemig status ../") == []
    assert leaves_files("fencemig status ../")
    assert leaves_files("fencemig convert --output ")


@pytest.mark.parametrize(
    "line",
    [
        "fencemig -C /nowhere scan dri",
        "fencemig -C scan dri",
        "fencemig scan -C '/no where/",
        'fencemig scan -C "$NOWHERE/x" "dri',
        "fencemig explain --migration . pla",
        "fencemig explain drivers/x.c:f",
        "fencemig scan --form'at=j",
        "fencemig \\",
        "fencemig -- scan -",
        "",
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_odd_lines_are_no_reason_to_speak(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], shell: str, line: str
) -> None:
    outgoing(here, "broken", [1])
    words = line.split(" ")
    monkeypatch.setenv("COMP_WORDS", "\n".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    assert complete(MANUAL, shell) == 0
    assert capfd.readouterr().err == ""


WORDS = st.lists(
    st.sampled_from(["scan", "convert", "explain", "--", "-C", "--tree=x", "--format", "-j4", "-is", "x", "", "-", "="])
    | st.text(max_size=4),
    max_size=5,
)


@given(WORDS, st.sampled_from(["", "-", "--f", "--format=", "-C", "dri"]) | st.text(max_size=4))
def test_every_line_has_one_answer(words: list[str], word: str) -> None:
    asked = under_cursor(MANUAL, words, word)
    if isinstance(asked, Value):
        assert word.startswith(asked.before)
        assert asked.parameter in (
            *MANUAL.main.options,
            *(one for c in MANUAL.commands.values() for one in (*c.options, *c.arguments)),
        )
    else:
        assert isinstance(asked, Names)


# What a line becomes when Tab is pressed: in bash and zsh, as their line editors have it.
BECOMES = {
    "fencemig sc": "fencemig scan ",
    "fencemig scan --format=j": "fencemig scan --format=json ",
    "fencemig scan -C ../linux dri": "fencemig scan -C ../linux drivers/",
    "fencemig -C ../linux scan drivers/g": f"fencemig -C ../linux scan {FENCE} ",
    "fencemig explain drivers/gpu/host1x/fence.c:h": f"fencemig explain {SITE} ",
    "fencemig status o": "fencemig status outgoing/v1 ",
    "fencemig scan not": "fencemig scan notes.c ",
}
OFFERED_BY_FISH = {
    "fencemig scan --format=": ["--format=csv", "--format=json", "--format=sarif", "--format=table"],
    "fencemig convert --rf": ["--rfc"],
    "fencemig scan -C ../linux dri": ["drivers/dma-buf/", "drivers/gpu/"],
    "fencemig explain drivers/gpu/host1x/fence.c:h": [SITE],
    "fencemig scan not": ["notes.c"],
    "fencemig scan --base ": [],
}
KEEP = "keep() { printf '%s\\n' \"$1\" >>kept; }\n"


@pytest.fixture
def installed(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for shells in which completion is to be installed; at the end, neither spatch nor git may have run."""
    outgoing(here, "v1", {"sites": [{"id": SITE, "verdict": "convert"}]})
    (here / "notes.c").touch()
    for tool in ("spatch", "git"):
        put_tool(tmp_path / "bin", tool, f"touch {tmp_path}/ran-{tool}")
    path = f"{tmp_path / 'bin'}:{Path(FENCEMIG).parent}:{os.environ['PATH']}"
    for name, value in (("PATH", path), ("TERM", "xterm"), ("LC_ALL", "C.UTF-8"), ("INPUTRC", "/dev/null")):
        monkeypatch.setenv(name, value)
    yield here
    assert [one.name for one in tmp_path.glob("ran-*")] == []


def install(shell: str, *options: str) -> None:
    """Let fencemig find out which shell it runs in, and install its completion there."""
    command = [shell, *options, "-c", "fencemig --install-completion; true"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"{shell} completion installed" in done.stdout
    assert done.stderr == ""


def typed(shell: str, folder: Path, lines: list[str]) -> list[str]:
    """What lines become in an interactive shell on a terminal, when Tab is pressed at their ends."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvp(shell, [shell, "-i"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, b"\x28\0\xc8\0\0\0\0\0")  # 40 lines of 200 columns
    os.set_blocking(terminal, False)
    kept = folder / "kept"
    seen = b""
    try:
        os.write(terminal, KEEP.encode() + b"keep ready\n")
        for number, line in enumerate(["", *lines]):
            if line:  # to the start of the line, to its end: it becomes an argument
                os.write(terminal, line.encode() + b"\t\x01keep '\x05'\n")
            end = time.monotonic() + 30
            while not kept.exists() or len(kept.read_text().splitlines()) <= number:
                assert time.monotonic() < end, (line, seen.decode(errors="replace"))
                with contextlib.suppress(BlockingIOError):
                    seen += os.read(terminal, 65536)
                time.sleep(0.01)
        os.write(terminal, b"exit\n")
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return kept.read_text().splitlines()[1:]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_in_a_terminal(installed: Path, shell: str) -> None:
    install(shell, *(["--norc"] if shell == "bash" else []))
    lines = list(BECOMES)
    if shell == "bash":
        assert dict(zip(lines, typed(shell, installed, lines), strict=True)) == BECOMES
        return
    # The first Tab of a session only loads what typer installs. zsh takes its space back when no word follows.
    _, *became = typed(shell, installed, ["fencemig ", *lines])
    assert [after.replace("\\#", "#") for after in became] == [after.rstrip() for after in BECOMES.values()]


def test_fish(installed: Path) -> None:
    install("fish")
    script = "".join(f"complete -C '{line}'; echo ==\n" for line in OFFERED_BY_FISH)
    done = subprocess.run(["fish", "-c", script], capture_output=True, text=True, check=True)
    offers = [part.splitlines() for part in done.stdout.split("==\n")[:-1]]
    assert [[one.partition("\t")[0] for one in offer] for offer in offers] == [*OFFERED_BY_FISH.values()]
    assert done.stderr == ""


def test_completion_imports_nothing_heavy() -> None:
    heavy = "rich, pydantic, git, jinja2, pygments, tree_sitter, unidiff, tomlkit, platformdirs, fencemig.pipeline"
    script = (
        "import sys; from fencemig.cli import app\n"
        "try: app()\n"
        f"except SystemExit: sys.exit(sorted({{*'{heavy}'.split(', ')}} & {{*sys.modules}}) or 0)"
    )
    for line in ("fencemig ", "fencemig scan --f", "fencemig explain mer"):
        env = os.environ | {"_FENCEMIG_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
