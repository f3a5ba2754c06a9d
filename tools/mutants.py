# SPDX-License-Identifier: GPL-2.0-only
"""mutants.py TREE DIR: whether the proof of a series bites.

Makes the converted tree wrong, one thing at a time, and prints what caught it: for the core and the DRM scheduler
the kernel's own tests under User Mode Linux, for drivers, which have no tests, the ledger. Exit status 1 when
something went unnoticed. Slow: a kernel is linked and booted for each wrong core.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tree_sitter import Node

from fencemig import syntax
from fencemig.commands.guard import guarded
from fencemig.commands.shared import Options
from fencemig.commands.verify import Means, request_for
from fencemig.errors import ToolError, UserError
from fencemig.proof import Request
from fencemig.proof.applying import apply_all
from fencemig.proof.testing import SUITES, Booted, Uml
from fencemig.source import Source
from fencemig.system.checkout import checkout
from fencemig.system.git import Blob
from fencemig.system.kernel import Tree
from fencemig.types import Headers
from fencemig.verify.held import Converted, hold
from fencemig.verify.ktap import Status
from fencemig.verify.model import Level

CORE, SCHEDULER = "drivers/dma-buf/dma-fence.c", "drivers/gpu/drm/scheduler/sched_fence.c"
_TESTED = {CORE: SUITES[:2], SCHEDULER: SUITES[1:2]}  # which suites look at a file


@dataclass(frozen=True)
class Mutant:
    """What goes wrong in which function. Each pattern has to be found in it exactly once."""

    name: str
    path: str
    function: str
    edits: tuple[tuple[str, str], ...]


_SIGNAL = "dma_fence_signal_timestamp_locked"
_STORE = r"fence->error = err;"
_END = r"\n((?:\treturn 0;\n)?\})\Z"
_TEST = r"\tif \(unlikely\((?:dma_fence_test_signaled_flag|test_bit)\([^;]*return[^;]*;\n"
MUTANTS = (
    Mutant("err dropped", CORE, _SIGNAL, ((_STORE, ";"),)),
    Mutant("0 stored", CORE, _SIGNAL, ((r"if \(err\) \{", "{"),)),
    Mutant(
        "stored after the callbacks",
        CORE,
        _SIGNAL,
        ((_STORE, ";"), (_END, r"\n\tif (err)\n\t\tfence->error = err;\n\1")),
    ),
    Mutant("an already signaled fence overwritten", CORE, _SIGNAL, ((_TEST, ""),)),
    Mutant(
        "the scheduler loses its result", SCHEDULER, "drm_sched_fence_finished", ((r"finished, \w+\)", "finished, 0)"),)
    ),
)


def mutated(text: bytes, mutant: Mutant) -> bytes:
    """The text of a file with a mutant in it. Raises UserError when the place for it is not there."""
    for node in syntax.walk(syntax.parse(text)):
        if node.type == syntax.FUNCTION and syntax.function_name(node) == mutant.function:
            body = syntax.text_of(node).decode()
            for pattern, replacement in mutant.edits:
                body, count = re.subn(pattern, replacement, body)
                if count != 1:
                    raise UserError(f"{mutant.name}: {count} places in {mutant.function}() look like {pattern}")
            return text[: node.start_byte] + body.encode() + text[node.end_byte :]
    raise UserError(f"{mutant.name}: {mutant.path} has no {mutant.function}()")


def main(top: Path, folder: Path) -> int:
    """Run everything; print a table, and the exit status of this program is returned."""
    request = request_for(Options(top, (), None, None, 60.0, None), folder, Level.KUNIT, Means(), _say)
    _, stages = apply_all(request)
    files = {path: blob for stage in stages for path, blob in stage.after.items()}
    survived = _drivers(request, files)
    with checkout(request.tree, keep=False) as source:
        uml = Uml(request, source)
        source.switch(files)
        right = _booted(uml, SUITES[:2])
        for mutant in MUTANTS:
            if not any(right[suites].run.tests for suites in _TESTED[mutant.path]):
                print(f"{mutant.name:40}  not tried: this tree has no tests for it")
                continue
            blob = _blob(request.tree, files, mutant.path)
            source.switch(files | {mutant.path: Blob(blob.mode, mutated(blob.data, mutant))})
            caught = sorted(_caught(right, _booted(uml, _TESTED[mutant.path])))
            survived += not caught
            print(f"{mutant.name:40}  {_shown(caught)}", flush=True)
    return 1 if survived else 0


def _booted(uml: Uml, suites: Sequence[str]) -> dict[str, Booted]:
    built = uml.build("mutant")
    if built.status != 0:
        raise ToolError(built.argv, built.status, built.stdout, built.stderr)
    return {one: uml.test(one) for one in suites}


def _caught(right: Mapping[str, Booted], wrong: Mapping[str, Booted]) -> Iterator[str]:
    for suites, booted in wrong.items():
        yield from booted.run.broken
        for name, status in booted.run.tests.items():
            if status is Status.FAILED and right[suites].run.tests.get(name) is Status.PASSED:
                yield name


def _shown(caught: Sequence[str]) -> str:
    """The tests by suite, without the parameters that they were called with."""
    suites: dict[str, dict[str, None]] = {}
    for name in caught:
        suite, _, case = name.partition(".")
        suites.setdefault(suite, {})[case.partition(".")[0]] = None
    where = "; ".join(f"{suite}: {', '.join(cases)}" for suite, cases in suites.items())
    return f"{len(caught)} tests fail ({where})" if caught else "SURVIVES"


def _drivers(request: Request, files: Mapping[str, Blob | None]) -> int:
    """Lose an error, and a signal, at each call in the drivers, and ask the ledger; return how many survive."""
    survivors = 0
    for kind in ("a driver's error changed", "a driver's signal dropped"):
        count, unnoticed = 0, []
        for path in sorted({site.path for site in request.ledger.sites} - set(request.migration.symbols.core)):
            account = _Account(request, path)
            text = _blob(request.tree, files, path).data
            if not account.holds(text):
                raise UserError(f"{path}: the ledger does not hold before anything is changed")
            for call in account.calls(text):
                last = syntax.arguments(call)[-1]
                wrong, node = (b"-EXFULL" if syntax.text_of(last) == b"0" else b"0"), last
                if kind == "a driver's signal dropped":
                    wrong, node = b"false", call
                count += 1
                if account.holds(text[: node.start_byte] + wrong + text[node.end_byte :]):
                    unnoticed.append(f"{path}:{call.start_point.row + 1}")
        where = f"; SURVIVE: {', '.join(unnoticed)}" if unnoticed else ""
        print(f"{kind:40}  the ledger catches {count - len(unnoticed)} of {count}{where}", flush=True)
        survivors += len(unnoticed)
    return survivors


class _Account:
    """The ledger's account of one file."""

    def __init__(self, request: Request, path: str) -> None:
        self._path = path
        self._sites = [site for site in request.ledger.sites if site.path == path]
        self._symbols = request.migration.symbols
        self._headers = Headers(request.tree.read, self._symbols.struct.encode())
        self._tree = Converted({}, self._symbols, request.ledger.paths, request.tree.read)

    def holds(self, text: bytes) -> bool:
        source = Source(self._path, text, self._symbols, self._headers)
        return not list(hold(self._sites, replace(self._tree, sources={self._path: source})))

    def calls(self, text: bytes) -> Iterator[Node]:
        """The calls with an error, but for those of tests that the core patch brings."""
        for call in syntax.calls(syntax.parse(text)):
            function, around = self._symbols.functions.get(syntax.called(call)), syntax.definition(call)
            if function is None or function.role == "store" or around is None:
                continue
            new = self._tree.is_new((self._path, syntax.function_name(around)))
            if not new and len(syntax.arguments(call)) == function.converted:
                yield call


def _blob(tree: Tree, files: Mapping[str, Blob | None], path: str) -> Blob:
    blob = files.get(path) or Blob(tree.mode(path), tree.read(path) or b"")
    assert blob is not None
    return blob


def _say(what: str, done: int, total: int, name: str) -> None:
    """Progress is told by the lines of the table."""


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(guarded(lambda: main(Path(sys.argv[1]), Path(sys.argv[2]))))
