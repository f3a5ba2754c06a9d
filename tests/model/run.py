# SPDX-License-Identifier: GPL-2.0-only
"""Compile a fixture's text against the model, and run it over its cases."""

import math
import random
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from itertools import product
from pathlib import Path

from .harness import Harness

MODEL = Path(__file__).parent
MOST_CASES = 400  # of a function; where there are more combinations, a sample
_APIS = {"void": "MODEL_VOID", "int": "MODEL_INT", "err": "MODEL_ERR"}
_GCC = ("gcc", "-std=gnu11", "-O0", "-Wall", "-Wno-unused-function", f"-I{MODEL}", f"-I{MODEL / 'include'}")


class Excuse(IntFlag):
    """The changes of behaviour that may be between before and after: enum model_excuse."""

    LATE_ERROR = 1
    ZERO_ERROR = 2
    LOST_POLL = 4
    UNCHECKED_STORE = 8


NO_EXCUSE = Excuse(0)


class CompileError(Exception):
    """A text is no program: the compiler's words."""


@dataclass(frozen=True)
class Case:
    """A function of a fixture, by name and number, and the value of each of its choices."""

    name: str
    number: int
    values: tuple[int, ...]


def cases_of(harness: Harness) -> list[Case]:
    """Every combination of values for each function, or a sample of them that is the same each time."""
    found = []
    for number, (name, sizes) in enumerate(harness.choices.items()):
        chosen: Sequence[tuple[int, ...]]
        if math.prod(sizes) <= MOST_CASES:
            chosen = list(product(*(range(size) for size in sizes)))
        else:
            draw = random.Random(name)
            chosen = [tuple(draw.randrange(size) for size in sizes) for _ in range(MOST_CASES)]
        found += [Case(name, number, values) for values in chosen]
    return found


def compile_model(folder: Path) -> Path:
    """The model as an object file, which serves every API."""
    target = folder / "model.o"
    _compile(["-Wextra", "-Werror", "-r", str(MODEL / "kernel.c"), str(MODEL / "fences.c"), "-o", str(target)])
    return target


def compile_harness(harness: Harness, text: bytes, api: str, model: Path, folder: Path, strict: bool = True) -> Path:
    """A program of a fixture's text and its harness; CompileError where it is none, with `strict` for a warning, too.

    `api` is the generation that the text is written for, `folder` an empty or a new one.
    """
    folder.mkdir(exist_ok=True)
    (folder / "fixture.c").write_bytes(text)
    (folder / "harness.c").write_text(harness.source)
    options = [f"-DMODEL_API={_APIS[api]}", f"-I{folder}", *(["-Werror"] if strict else [])]
    _compile([*options, str(folder / "harness.c"), str(model), "-o", str(folder / "harness")])
    return folder / "harness"


def _compile(arguments: list[str]) -> None:
    done = subprocess.run([*_GCC, *arguments], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise CompileError(done.stderr)


def run(program: Path, cases: Sequence[Case], generation: str, excuses: Mapping[str, Excuse]) -> list[str]:
    """The record of each case. `excuses` are those of a function by its name; the new API takes none.

    `generation` is that of the tree: in the void one, signalling NULL warns.
    """
    lines = "".join(
        " ".join(map(str, [int(excuses.get(case.name, NO_EXCUSE)), case.number, len(case.values), *case.values])) + "\n"
        for case in cases
    )
    command = [str(program), str(int(generation == "void"))]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60, check=True)
    records = done.stdout.split("case\n")[1:]
    assert len(records) == len(cases)
    return records
