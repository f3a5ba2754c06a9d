# SPDX-License-Identifier: GPL-2.0-only
"""The tutorial and the README: every fencemig command in a document is one, and the tutorial's path leads to its end.

What the tutorial marks is typed, in its order, in a small kernel that has the tutorial's drivers.
"""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from helpers import FENCEMIG, PROJECT, git, small_kernel

from fencemig.cli import app

DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
TUTORIAL = (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8")
_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_MARKED = re.compile(r"^<!-- test: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`((?:\.venv/bin/)?fencemig [^`]+)`")
_OPTION = re.compile(r"--?[a-z][\w-]*")
_USED = ("MAINTAINERS", "Kbuild", "Makefile", "include", "drivers/dma-buf/dma-fence.c", "drivers/gpu/host1x",
         "drivers/iio", "drivers/usb")  # fmt: skip
# The gadget of the fixture kernel is not the real one.
_RENAMED = (("function/f_fs.c:ffs_dmabuf_signal_done", "function/f_stream.c:stream_signal_done"),)


@dataclass(frozen=True)
class Typed:
    """A command line as it stands in a document."""

    document: str
    line: str


def _lines(text: str) -> Iterator[str]:
    """The command lines of what is fenced in a document as shell or as a session."""
    for kind, block in _FENCED.findall(text):
        joined = block.replace("\\\n", " ").splitlines()
        if kind == "sh":
            yield from joined
        elif kind in ("console", ""):
            yield from (line[2:] for line in joined if line.startswith("$ "))


def _typed() -> list[Typed]:
    return [
        Typed(document.name, line.strip())
        for document in DOCUMENTS
        for line in _lines(document.read_text(encoding="utf-8"))
        if re.match(r"\s*(\S*/)?fencemig ", line)
    ]


def _words(line: str) -> list[str]:
    """The arguments of a command, up to a pipe, a redirection or a comment."""
    return shlex.split(re.sub(r"\s(?:[|&;>]|# ).*", "", line))[1:]


@pytest.mark.parametrize("typed", _typed(), ids=lambda typed: f"{typed.document}: {typed.line[:60]}")
def test_a_command_in_a_document_is_one(typed: Typed) -> None:
    top = typer.main.get_command(app)
    with top.make_context("fencemig", _words(typed.line)) as context:  # raises what fencemig would exit with
        name, command, rest = top.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[attr-defined]
        command.make_context(name, rest, parent=context)


def test_the_options_that_prose_names_exist() -> None:
    top = typer.main.get_command(app)
    commands = top.commands  # type: ignore[attr-defined]
    for document in DOCUMENTS:
        for span in _SPAN.findall(document.read_text(encoding="utf-8").replace("\n", " ")):
            words = _words(span)
            command = commands.get(next((word for word in words if not word.startswith("-")), ""), top)
            known = {name for option in command.params for name in option.opts} | {"-h", "--help"}
            named = {word.partition("=")[0] for word in words if _OPTION.match(word)}
            assert named <= known, f"{document.name}: {span}"
            assert command is not top or named, f"{document.name}: {span}"


def test_the_readme_names_every_command() -> None:
    named = re.findall(r"^\| `fencemig (\w+)", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(named) == {name for name, command in commands.items() if not command.hidden}


def test_the_path_of_the_tutorial(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path, parts=_USED)
    env = os.environ | {"PATH": f"{Path(FENCEMIG).parent}:{os.environ['PATH']}"}
    said: dict[str, str] = {}
    for mark, block in _MARKED.findall(TUTORIAL):
        if mark != "run":
            text = block
            for real, ours in _RENAMED:
                assert real in text
                text = text.replace(real, ours)
            (tree / mark).write_text(text)
            continue
        for line in (line[2:] for line in block.splitlines() if line.startswith("$ ")):
            done = subprocess.run(["sh", "-c", line], cwd=tree, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            said[line] = done.stdout + done.stderr
    _agrees(said, tmp_path / "out")
    assert git(tree, "status", "--porcelain") == ""


def _sites(folder: Path, name: str) -> list[dict[str, str]]:
    sites: list[dict[str, str]] = json.loads((folder / "ledger.json").read_text())["sites"]
    return [site for site in sites if name in site["id"]]


def _agrees(said: dict[str, str], out: Path) -> None:
    """What the tutorial says of its steps."""
    first, second = (_sites(out / version, "f_stream.c:stream_signal_done") for version in ("v1", "v2"))
    assert [site["verdict"] for site in first] == ["review", "review"]
    assert [site["verdict"] for site in second] == ["manual", "manual"]  # held, and the store with its signal
    assert second[1]["decision"] == "hold"
    cover = (out / "v2" / "v2-0000-cover-letter.patch").read_text()
    for words in ("Leave f_fs alone", "waits for a rework of this function", "range-diff"):
        assert words in cover.lower() or words in cover
    explained = next(words for line, words in said.items() if line.startswith("fencemig explain"))
    assert "merge_adjacent" in explained and "Looked for, and not found" in explained
    assert (out / "review-v1.html").exists()
    sent = next(words for line, words in said.items() if line.startswith("git send-email"))
    assert "Subject: [PATCH 2/" in sent and "ledger" not in sent
    status = next(words for line, words in said.items() if line.startswith("fencemig status"))
    assert re.findall(r"^ +(applied|open) ", status, re.MULTILINE)[:3] == ["applied", "applied", "open"]
    assert "next: fencemig convert" in status


def test_the_tests_that_the_design_names_exist() -> None:
    named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", (PROJECT / "docs" / "design.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    for file, test in named:
        assert f"def {test}" in (PROJECT / file).read_text(encoding="utf-8"), f"{file}::{test}"


def test_the_modules_that_the_design_names_exist() -> None:
    text = (PROJECT / "docs" / "design.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:[a-z_]+/)*[a-z_]+(?:\.py|/))`", text):
        assert (PROJECT / "fencemig" / name).exists() or (PROJECT / name).exists(), name
