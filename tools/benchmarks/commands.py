# SPDX-License-Identifier: GPL-2.0-only
"""The parts `series` and `start`: what a series costs on top of the transformation, and what it takes to start."""

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.ground import FENCEMIG, Ground
from benchmarks.measuring import Command, Taken, rounds
from benchmarks.tables import Row, Table

_GET_MAINTAINER = "get_maintainer.pl, once for each changed file"
_STARTS = 4  # times as many rounds, for what is over at once
_BARE = """\
import typer

app = typer.Typer()


@app.command()
def convert(path: str, jobs: int = 1) -> None:
    "Convert."


@app.command()
def scan(path: str, jobs: int = 1) -> None:
    "Scan."


app()
"""


def series(ground: Ground, runs: int) -> Table:
    """Commits, patches, recipients and cover letter; and what others take to split a patch and to find its people."""
    folder = ground.scratch / "outgoing"
    ground.fencemig("convert", "--output", folder, ".")  # now the cache has the core patch, too
    sites = json.loads((folder / "ledger.json").read_text())["sites"]
    files = sorted({site["path"] for site in sites if site["after"] or site["merged_into"]})
    loop = f"for f in {shlex.join(files)}; do scripts/get_maintainer.pl --nogit --nogit-fallback -f $f; done"
    ours = Path(__file__).with_name("recipients.py")
    dry, convert = "fencemig convert --dry-run --base HEAD", "fencemig convert"
    commands: dict[str, Command] = {
        dry: lambda: ground.fencemig("convert", "--dry-run", "--base", "HEAD", "."),
        convert: lambda: ground.fencemig("convert", "--force", "--output", folder, "."),
        "fencemig convert --split-by tree": lambda: ground.fencemig(
            "convert", "--split-by", "tree", "--force", "--output", folder, "."
        ),
        _GET_MAINTAINER: lambda: ground.run("sh", "-c", loop),
        "fencemig's recipients, for each of these files": lambda: ground.run(sys.executable, ours, *files),
    }
    taken = rounds(commands, runs)
    bases = dict.fromkeys((dry, convert, "fencemig convert --split-by tree"), dry)
    if splitpatch := shutil.which("splitpatch"):
        split = {"splitpatch on the whole diff, once": partial(_split, ground, splitpatch, files)}
        taken |= rounds(split, 1)
    rows = [Row(name, one, bases.get(name, _GET_MAINTAINER)) for name, one in taken.items()]
    on_top = [taken[convert].wall - taken[dry].wall, taken[convert].cpu - taken[dry].cpu]
    said = (
        f"The series on top of the transformation, {convert} without what its dry run takes: {on_top[0]:.2f} s, "
        f"{on_top[1]:.2f} s of processors. {len(files)} files change."
    )
    return Table(rows, said if splitpatch else f"{said} There was no splitpatch on this machine.")


def _split(ground: Ground, splitpatch: str, files: Sequence[str]) -> Taken:
    """Coccinelle's tool asks get_maintainer.pl, git log and checkpatch.pl for every patch. It works where it stands."""
    folder = ground.scratch / "split"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    argv = [FENCEMIG, "-C", str(ground.kernel), "convert", "--dry-run", "--no-core", *files]
    diff = subprocess.run(argv, check=True, capture_output=True).stdout
    (folder / "all.patch").write_bytes(diff)
    (folder / "all.msg").write_text("pass the error\n---\nWhy.\n\nSigned-off-by: Bench <bench@example.org>\n")
    home = ground.scratch / "home"
    home.mkdir(exist_ok=True)
    (home / ".splitpatch").write_text(f"from = Bench <bench@example.org>\ngit_tree = {ground.kernel}\n")
    return ground.run(splitpatch, "all.patch", cwd=folder)


def start(ground: Ground, runs: int) -> Table:
    """The help and the completion, beside an app of two commands that does nothing."""
    bare = ground.scratch / "bare"
    bare.write_text(f"#!{sys.executable}\n{_BARE}")
    bare.chmod(0o755)
    apps = {"an app of two commands": str(bare), "fencemig": FENCEMIG}
    commands: dict[str, Command] = {}
    bases: dict[str, str] = {}
    for what in ("--help", "convert --help", "completion of a command"):
        for name, program in apps.items():
            row = f"{name}, {what}"
            bases[row] = f"{next(iter(apps))}, {what}"
            if what.endswith("--help"):
                commands[row] = partial(ground.run, program, *what.split())
            else:
                commands[row] = partial(ground.run, "env", *_completing(program), program)
    taken = rounds(commands, _STARTS * runs)
    return Table([Row(name, one, bases[name]) for name, one in taken.items()])


def _completing(program: str) -> Sequence[str]:
    """What fish sets to ask typer for the words that fit."""
    name = Path(program).name
    return (
        f"_{name.upper()}_COMPLETE=complete_fish",
        f"_TYPER_COMPLETE_ARGS={name} co",
        "_TYPER_COMPLETE_FISH_ACTION=get-args",
    )
