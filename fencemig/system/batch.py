# SPDX-License-Identifier: GPL-2.0-only
"""Several texts through one spatch: what it takes to read a semantic patch is then paid once.

spatch handles the files of a folder one after the other, each for itself. It ends well even when it failed on some of
them: only what it says of each file tells which. Those, and all when anything is odd, are left to be asked alone.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

# Every report is preceded by a line that tells the file: places know it.
TELL_FILE = """
@initialize:python@
@@
def _telling_file(report):
    def telling(*given, **named):
        places = [place for found in named.values() if isinstance(found, (list, tuple)) for place in found]
        print("@file " + (places[0].file if places else ""))
        report(*given, **named)
    return telling

report = _telling_file(report)
"""
_NUMBER = re.compile(rb"(?:^|[/-])(\d{6})\.c$")  # also of the copy that spatch parses again, a temporary file
_HANDLED = re.compile(rb"^HANDLING: (.*)$", re.MULTILINE)
_NOTHING_WRITTEN = b"An error occurred when attempting to transform"
_FAILED = re.compile(rb"^EXN:(?:.* in (\S+))?.*$", re.MULTILINE)


def write(texts: Sequence[bytes], folder: Path) -> None:
    """Put the texts into a folder."""
    for number, text in enumerate(texts):
        _file(folder, number).write_bytes(text)


def read(folder: Path, count: int) -> list[bytes | None]:
    """What the texts have become; None for one that is gone."""
    files = [_file(folder, number) for number in range(count)]
    return [file.read_bytes() if file.is_file() else None for file in files]


def wrote_nothing(stderr: bytes) -> bool:
    """Whether a failure on one text cost all: spatch 1.3 then leaves every file as it was."""
    return _NOTHING_WRITTEN in stderr


def failed(stderr: bytes) -> set[int]:
    """The texts that spatch says it failed on; none when a failure has no name."""
    numbers = [_number(match[1] or b"") for match in _FAILED.finditer(stderr)]
    return set() if None in numbers else {number for number in numbers if number is not None}


def done(stderr: bytes) -> set[int]:
    """The texts that spatch says it handled, and did not fail on; none when a failure has no name."""
    if _FAILED.search(stderr) and not failed(stderr):
        return set()
    handled = {_number(match[1]) for match in _HANDLED.finditer(stderr)}
    return {number for number in handled if number is not None} - failed(stderr)


def reports(stdout: bytes) -> dict[int, bytes] | None:
    """What was printed for each text; None when something was that belongs to none."""
    found: dict[int, list[bytes]] = defaultdict(list)
    number = None
    for line in stdout.splitlines(keepends=True):
        if line.startswith(b"@file "):
            number = _number(line.removeprefix(b"@file ").strip())
        elif number is None:
            return None
        else:
            found[number].append(line)
    return {number: b"".join(lines) for number, lines in found.items()}


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:06}.c"


def _number(name: bytes) -> int | None:
    found = _NUMBER.search(name)
    return None if found is None else int(found[1])
