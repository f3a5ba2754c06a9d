# SPDX-License-Identifier: GPL-2.0-only
"""The documents: generated ones are up to date, links lead somewhere; --help and the man page tell what there is."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from helpers import FENCEMIG, PROJECT
from typer.main import get_command

from fencemig.cli import app, manual
from fencemig.commands import guard
from fencemig.usage.guide import GUIDES
from fencemig.usage.page import help_page

MANUAL = manual()
EVERY = {"": MANUAL.main, **MANUAL.commands}
MAN = PROJECT / "docs/fencemig.1"
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)|<(?:img|a)\b[^>]*?(?:src|href)=\"([^\"]+)\"")


@cache
def helped(name: str, columns: int = 80) -> str:
    """What --help prints for a command in a pipe."""
    env = os.environ | {"COLUMNS": str(columns)}
    argv = [FENCEMIG, *name.split(), "--help"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def anchors(text: str) -> set[str]:
    """The fragments that GitHub makes of the headings of a Markdown file."""
    headings = re.findall(r"^#+ +(.+?) *$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_generated_documents_are_up_to_date() -> None:
    argv = [sys.executable, str(PROJECT / "tools/docs.py"), "--check"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_finds_drift(tmp_path: Path) -> None:
    for name in ("docs", "tools/documents", "semantic_patches", "kernel_fixtures/rules"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    script = shutil.copy(PROJECT / "tools/docs.py", tmp_path / "tools/docs.py")
    drifted = tmp_path / "docs/commands.md"
    drifted.write_text(drifted.read_text().replace("--dry-run", "--dryrun"))

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert run("--check") == (1, "docs/commands.md is not what tools/docs.py makes: run make docs\n")
    assert run() == (0, "wrote docs/commands.md\n")
    assert run("--check") == (0, "")
    assert drifted.read_bytes() == (PROJECT / "docs/commands.md").read_bytes()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for found in _LINK.finditer(_CODE.sub("", text)):
        target, _, fragment = (found[1] or found[2]).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = document.parent / target if target else document
        assert file.exists(), found[0]
        assert not fragment or fragment in anchors(file.read_text(encoding="utf-8")), found[0]


def test_a_broken_fragment_would_be_found() -> None:
    assert anchors("# The `dma_fence` API, twice\n```\n# no heading\n```\n## B-c\n") == {
        "the-dma_fence-api-twice",
        "b-c",
    }


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("name", EVERY)
def test_help_fits_the_terminal_and_cuts_nothing(name: str, columns: int) -> None:
    page = helped(name, columns)
    literal = [example.line for example in GUIDES[name].examples]
    for line in page.splitlines():
        assert len(line) <= columns or line.strip() in literal, line
        assert line == line.rstrip()
        assert "\x1b" not in line
    said = " ".join(page.split())
    for command in MANUAL.commands.values() if not name else [EVERY[name]]:
        assert command.text[0] in said
    for parameter in (*EVERY[name].options, *EVERY[name].arguments):
        assert f"{parameter.label} {parameter.sentence}" in said
    assert "[OPTIONS] {" not in page
    assert page.count("\nExamples:\n") == 1


@pytest.mark.parametrize("name", EVERY)
def test_help_tells_every_exit_status(name: str) -> None:
    section = helped(name).partition("\nExit status:\n")[2].partition("\n\n")[0]
    told = {int(number) for number in re.findall(r"^  (\d+) ", section, re.MULTILINE)}
    assert told == set(GUIDES[name].statuses)
    every = {guard.OK, guard.FAILED, guard.USAGE, guard.UNREACHED, guard.INTERRUPTED, guard.READER_GONE}
    surveys = name in ("", "convert", "scan", "explain", "status")
    assert told == (every if surveys else every - {guard.UNREACHED})


def test_every_command_has_its_guide_and_a_group() -> None:
    assert set(GUIDES) == set(EVERY)
    assert all(guide.examples for guide in GUIDES.values())
    assert "Commands" not in {command.group for command in MANUAL.commands.values()}


def test_a_usage_error_shows_the_usage() -> None:
    done = subprocess.run([FENCEMIG, "scan"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    first, second, *rest = done.stderr.splitlines()
    assert first == "Usage: fencemig scan [OPTIONS] PATH..."
    assert second == "Try 'fencemig scan --help' for help."
    assert rest[-1] == "Error: Missing argument 'PATH...'."


@pytest.mark.parametrize(
    "line",
    [example.line for guide in GUIDES.values() for example in guide.examples if example.line.startswith("fencemig")],
)
def test_examples_are_lines_that_fencemig_takes(line: str) -> None:
    _, name, *arguments = re.sub(r" (\||>).*", "", line).split()
    commands: Any = get_command(app)
    commands.commands[name].make_context(name, arguments)  # raises UsageError


def test_the_man_page_has_all_options_and_all_statuses() -> None:
    page = MAN.read_text().replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\fI", "")
    for command in EVERY.values():
        for option in command.options:
            assert f"\n{option.label}\n" in page
    for name in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES"):
        assert f"\n.SH {name}\n" in page
    for status in GUIDES[""].statuses:
        assert f"\n.TP\n{status}\n" in page


@pytest.mark.parametrize("argv", [["man", "--warnings", "-l"], ["mandoc", "-Tlint"]], ids=lambda argv: argv[0])
def test_the_man_page_is_well_formed(argv: list[str]) -> None:
    if shutil.which(argv[0]) is None:
        pytest.skip(f"no {argv[0]} here")
    env = os.environ | {"MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([*argv, MAN], env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    if argv[0] == "mandoc":
        assert done.stdout == ""
    else:
        assert "-C, --tree DIR" in re.sub(r".\x08", "", done.stdout)


def test_the_wheel_brings_the_man_page(tmp_path: Path) -> None:
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    done = subprocess.run([sys.executable, "-m", "pip", "wheel", *options, PROJECT], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/share/man/man1/fencemig.1"))
        assert archive.read(name) == MAN.read_bytes()


@pytest.mark.parametrize("line", ["--help", "scan --help", "convert -h", "-C here verify -j 2 --help", "--version"])
def test_help_imports_nothing_heavy(line: str) -> None:
    script = (
        "import sys; from fencemig.cli import app\n"
        f"try: app({line.split()})\n"
        "except SystemExit: sys.exit(' '.join(sorted({*sys.argv[1:]} & {*sys.modules})) or 0)"
    )
    heavy = ("rich", "pydantic", "git", "jinja2", "pygments", "tree_sitter", "tomlkit", "json", "fencemig.model")
    done = subprocess.run([sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_long_word_is_not_torn() -> None:
    page = help_page(MANUAL.commands["scan"], 20)
    assert all(one in page.split() for one in ("[OPTIONS]", "PATH...", "--format", "--migration", "drivers/gpu/drm/xe"))
