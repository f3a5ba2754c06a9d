# SPDX-License-Identifier: GPL-2.0-only
"""The answers to shells that complete a command line, in the protocol of the scripts that typer installs.

typer's own answers lose `--format=j` in all three shells and what has a colon in bash, and take 0.3 s more, in which
rich reads `[RFC PATCH]` as markup. Where nothing of ours fits, the shell completes files. stderr stays empty.
"""

import json
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fencemig.commands.places import OUTGOING, default_migration
from fencemig.inert import one_line
from fencemig.usage.completing import Names, Value, under_cursor
from fencemig.usage.model import Manual

_OUTPUT_FOLDERS = ("--previous", "--verified")
_SPLIT_BY_BASH = re.compile(r"[=:]+")  # of COMP_WORDBREAKS, what a word of ours can have in it


@dataclass(frozen=True)
class Answer:
    """What a word can become, each with what it means or "". Without any, the shell offers files if `files`."""

    words: tuple[tuple[str, str], ...] = ()
    files: bool = False


def complete(manual: Manual, shell: str) -> int:
    """Answer a shell on stdout; what it asks is in the environment. Return the exit status, which fish looks at."""
    words, word, written = _asked(shell)
    answer = _answer(manual, words, word)
    described = ((text, one_line(said)) for text, said in answer.words if text.startswith(word))
    fitting = tuple((text, said) for text, said in described if text.isprintable())
    if shell == "fish" and os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return int(answer.files and not fitting)
    if shell == "zsh":
        print(_for_zsh(Answer(fitting, answer.files)))
        return 0
    for text, said in fitting:
        print(_for_bash(text, written) if shell == "bash" else f"{text}\t{' '.join(said.split())}")
    return 0


def _asked(shell: str) -> tuple[list[str], str, str]:
    """The words before the cursor, the one at the cursor, and that again as it stands in the line."""
    if shell == "bash":
        number = int(os.environ.get("COMP_CWORD", "0"))
        words = _rejoined(os.environ.get("COMP_WORDS", "").split("\n")[: number + 1])
    else:
        line = os.environ.get("_TYPER_COMPLETE_ARGS", "")
        words = re.findall(r"""(?:[^\s"'\\]|\\.?|"(?:[^"\\]|\\.)*"?|'[^']*'?)+""", line)
        if not line or line[-1].isspace():
            words.append("")
    return [_unquoted(one) for one in words[1:-1]], _unquoted(words[-1]), words[-1]


def _rejoined(pieces: Sequence[str]) -> list[str]:
    """The words of a line that bash has split at = and : as well."""
    words: list[str] = []
    glue = False
    for piece in pieces:
        if words and (glue or _SPLIT_BY_BASH.fullmatch(piece)):
            words[-1] += piece
        else:
            words.append(piece)
        glue = bool(_SPLIT_BY_BASH.fullmatch(piece))
    return words


def _unquoted(word: str) -> str:
    """What the shell makes of a word, which may end within quotes."""
    for end in ("", '"', "'"):
        try:
            return "".join(shlex.split(word + end))
        except ValueError:
            continue
    return word.rstrip("\\")


def _answer(manual: Manual, words: Sequence[str], word: str) -> Answer:
    asked = under_cursor(manual, words, word)
    if isinstance(asked, Names):
        return Answer(asked.known)
    found = _values(asked, word.removeprefix(asked.before))
    return Answer(tuple((asked.before + text, said) for text, said in found.words), found.files)


def _values(asked: Value, word: str) -> Answer:
    parameter = asked.parameter
    tree = asked.given.get("-C")
    if parameter.choices:
        return Answer(tuple((choice, "") for choice in parameter.choices))
    if parameter.metavar == "PATH...":
        return Answer(tuple(_below(_expanded(tree), word))) if tree else Answer(files=True)
    if parameter.metavar == "RULE|SITE":
        named = Answer((*_rules(asked.given.get("--migration")), *_sites()), files=not tree)
        known = any(text.startswith(word) for text, _ in named.words)
        return named if known or not tree else Answer(tuple(_below(_expanded(tree), word)))
    if parameter.metavar == "DIR" and (not parameter.names or set(parameter.names) & set(_OUTPUT_FOLDERS)):
        return Answer(tuple((str(folder), "") for folder in _series()), files=True)
    return Answer(files=parameter.metavar in ("DIR", "FILE"))


def _below(top: Path, word: str) -> Iterator[tuple[str, str]]:
    """The sources and folders of a tree that a word can become.

    A folder that stands alone comes with what is in it, so that no shell puts a space behind it.
    """
    folder, start = word[: word.rfind("/") + 1], word[word.rfind("/") + 1 :]
    while True:
        found = _entries(top / folder, start)
        if len(found) != 1 or not found[0].endswith("/"):
            break
        folder, start = folder + found[0], ""
    yield from ((folder + name, "") for name in found)


def _entries(folder: Path, start: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = [one.name + "/" * one.is_dir() for one in entries if one.name.startswith(start)]
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(("/", ".c", ".h")) and (start or name[0] != "."))


def _rules(folder: str | None) -> Iterator[tuple[str, str]]:
    from fencemig.errors import UserError
    from fencemig.migration import load_migration

    try:
        yield from load_migration(_expanded(folder) if folder else default_migration()).filed.items()
    except UserError:
        return


def _sites() -> Iterator[tuple[str, str]]:
    """The sites in the ledger of the newest output folder here, with their verdicts."""
    for folder in _series()[:1]:
        try:
            for site in json.loads((folder / "ledger.json").read_bytes())["sites"]:
                yield site["id"], site["verdict"]
        except (OSError, ValueError, KeyError, TypeError):
            return


def _series() -> list[Path]:
    """The output folders that convert has left here, the newest first."""
    ledgers = OUTGOING.glob("*/ledger.json")
    return [ledger.parent for ledger in sorted(ledgers, key=lambda one: one.stat().st_mtime, reverse=True)]


def _expanded(path: str) -> Path:
    """A path as the shell would have handed it over."""
    return Path(os.path.expandvars(path)).expanduser()


def _for_bash(text: str, written: str) -> str:
    """What bash puts in place of the last piece of a word that it has split at = and :."""
    kept = max(written.rfind("="), written.rfind(":")) + 1
    return re.sub(r"([^\w@%+=:,./#~^-])", r"\\\1", text[kept:])


def _for_zsh(answer: Answer) -> str:
    """A line for zsh to evaluate, which splits it at white space first."""
    if not answer.words:
        return "_files" if answer.files else ""
    folders = [text for text, _ in answer.words if text.endswith("/")]
    others = [
        text.replace(":", r"\:") + (f":{' '.join(said.split())}" if said else "")
        for text, said in answer.words
        if not text.endswith("/")
    ]
    offered = [f"compadd -S '' -- {shlex.join(folders)}"] if folders else []
    if others:
        offered.append(f"local -a found=({shlex.join(others)}); _describe fencemig found")
    return "; ".join(offered)
