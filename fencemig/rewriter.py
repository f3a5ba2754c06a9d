# SPDX-License-Identifier: GPL-2.0-only
"""Rules and texts → what spatch makes of them: semantic patches put together, few processes, no question twice.

To start spatch with all rules takes longer than to rewrite a file. So what is certain to be asked goes through
it together, before the first file needs its answer.
"""

import itertools
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from fencemig.cut import cut
from fencemig.errors import UserError
from fencemig.migration import Migration, Rule
from fencemig.model import Rewritten
from fencemig.replay import PROBE
from fencemig.smpl import Words, needed_words
from fencemig.system.spatch import Spatch

_SCRIPT = re.compile(r"^@script:python@\n\w+ << (\w+)\.[^@]*@@\n(?:.+\n)+", re.MULTILINE)
_PROBE = re.compile(rf"^@{PROBE}\b([^@]*)@", re.MULTILINE)
# What knows of the files before: numbers that are appended to names, and variables of scripts.
_REMEMBERS = re.compile(r"\bfresh\s+identifier\b|^@(?:initialize|finalize):|^\s*global\s", re.MULTILINE)
_GAVE_UP = "exit status 255"  # of spatch, when it cannot parse what it is to do, and for much else
_NOT_PARSED = re.compile(r"""parse error: +File "[^"]*\.cocci", .*?around = '([^']*)'""")
_TOGETHER = 32  # texts at most: where one makes spatch fail for all, they are asked again


_Name = tuple[bytes, tuple[str, ...]]


@dataclass(frozen=True)
class Question:
    """A text, and the rules for it. Those `beside` are known to match nothing in it, and may run too."""

    text: bytes
    rules: tuple[Rule, ...]
    beside: tuple[Rule, ...]

    @property
    def name(self) -> _Name:
        """What tells it from other questions."""
        return self.text, tuple(rule.id for rule in self.rules)


class Rewriter:
    """Puts semantic patches together in a folder, and runs spatch on them. `timeout` is in seconds."""

    def __init__(self, spatch: Spatch, migration: Migration, timeout: float, folder: Path) -> None:
        self._spatch = spatch
        self._macros = migration.macros
        self._timeout = timeout
        self._folder = folder
        self._probe_file = migration.probe
        self._parsed: set[Path] = set()
        probe = _PROBE.split(migration.probe.read_text(), maxsplit=1)
        if len(probe) != 3:
            raise UserError(f"{migration.probe} has no rule @{PROBE}@")
        self._header, self._heading, self._body = probe
        self._early: dict[_Name, Future[dict[_Name, Rewritten]]] = {}
        self._words: dict[tuple[str, ...], Words | None] = {}

    def rewrite(self, text: bytes, rules: Sequence[Rule]) -> Rewritten:
        """Apply the rules to a text, of which spatch is not shown the functions that they cannot match.

        Raises UserError for a semantic patch that spatch cannot parse.
        """
        question = Question(text, tuple(rules), ())
        early = self._early.pop(question.name, None)
        answer = None if early is None else early.result().get(question.name)
        return self._ask(text, rules, self._needed(rules)) if answer is None else answer

    def rewrite_whole(self, text: bytes, rules: Sequence[Rule]) -> Rewritten:
        """As rewrite(), with all of the text: what spatch takes for a type may depend on any function."""
        return self._ask(text, rules, None)

    def _ask(self, text: bytes, rules: Sequence[Rule], words: Words | None) -> Rewritten:
        answer = self._spatch.rewrite(text, self._assembled(rules), self._macros, self._timeout, words)
        if _GAVE_UP in answer.complaint and not answer.rule_failed:
            self._blame([self._probe_file, *(rule.file for rule in rules)], answer.complaint)
        return answer

    def _blame(self, files: Sequence[Path], complaint: str) -> None:
        """Raise UserError when it is a semantic patch that does not parse, and not the text."""
        for file in files:
            if file not in self._parsed:
                if own := self._spatch.smpl_complaint(file, self._timeout):
                    raise UserError(f"{file.name}: spatch cannot parse it: {own}")
                self._parsed.add(file)
        if together := _NOT_PARSED.search(complaint):
            names = ", ".join(file.name for file in files)
            raise UserError(f"{names}: spatch can parse each, but not all together: look for {together[1]!r}")

    def complaint(self, text: bytes) -> str:
        """What spatch says about the first place of a text that it cannot parse."""
        return self._spatch.parse_complaint(text, self._macros, self._timeout)

    def ask_early(self, questions: Sequence[Question], pool: Executor, jobs: int) -> None:
        """Have the pool look for the answers, `jobs` at once; rewrite() waits for them."""
        open_ones = [one for one in questions if not self._is_kept(one)]
        for chunk in _chunks(open_ones, jobs):
            answers = pool.submit(self._answer, chunk)
            self._early.update((question.name, answers) for question in chunk)

    def _needed(self, rules: Sequence[Rule]) -> Words | None:
        names = tuple(rule.id for rule in rules)
        if names not in self._words:
            files = [self._probe_file, *(rule.file for rule in rules)]
            self._words[names] = needed_words(file.read_text() for file in files)
        return self._words[names]

    def _is_kept(self, question: Question) -> bool:
        needed = self._needed(question.rules)
        return self._spatch.is_kept(question.text, self._assembled(question.rules), self._macros, needed)

    def _answer(self, chunk: Sequence[Question]) -> dict[_Name, Rewritten]:
        wanted = {rule.id for question in chunk for rule in question.rules}
        together = self._assembled([rule for rule in chunk[0].beside if rule.id in wanted])
        shown = [cut(question.text, self._needed(question.rules)) for question in chunk]
        found = self._spatch.rewrite_together([one.text for one in shown], together, self._macros, self._timeout)
        answers = {}
        for question, part, rewritten in zip(chunk, shown, found, strict=True):
            after = None if rewritten is None else part.restored(rewritten.text)
            if rewritten is not None and after is not None:
                answer = replace(rewritten, text=after)
                own, needed = self._assembled(question.rules), self._needed(question.rules)
                self._spatch.keep(question.text, own, self._macros, needed, answer)
                answers[question.name] = answer
        return answers

    def _assembled(self, rules: Sequence[Rule]) -> Path:
        """One semantic patch of these rules, with a probe before the first, and after each that matched."""
        path = self._folder / ("+".join(rule.file.stem[:2] for rule in rules) + ".cocci")
        if not path.exists():
            numbers = itertools.count(1)

            def probed(script: re.Match[str]) -> str:
                name = f"{PROBE}_{next(numbers)}"
                body = self._body.replace(PROBE, name)
                return f"{script[0]}\n@{name} depends on {script[1]}{self._heading}@{body}"

            parts = [_SCRIPT.sub(probed, rule.file.read_text()) for rule in rules]
            text = "\n".join([self._header, f"@{PROBE}{self._heading}@{self._body}", *parts])
            draft = path.with_suffix(f".{os.urandom(4).hex()}")
            draft.write_text(text)
            draft.replace(path)  # another thread may be writing the same
        return path


def _chunks(questions: Sequence[Question], jobs: int) -> Iterator[list[Question]]:
    """Questions that may be asked together, of one size in all, as far as that goes."""
    groups: dict[tuple[str, ...], list[Question]] = defaultdict(list)
    for question in questions:
        groups[tuple(rule.id for rule in question.beside)].append(question)
    for group in groups.values():
        if len(group) == 1 or any(_REMEMBERS.search(rule.file.read_text()) for rule in group[0].beside):
            continue
        count = max(-(-len(group) // _TOGETHER), min(jobs, len(group) // 2))
        group.sort(key=lambda question: -len(question.text))
        yield from (group[start::count] for start in range(count))
