# SPDX-License-Identifier: GPL-2.0-only
"""A tree that remembers what it was asked and what it answered: all that a result, made from it alone, rests on."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fencemig import digests
from fencemig.errors import UserError
from fencemig.system.kernel import Tree

Seen = dict[str, str]  # a digest of the answer, by the question; in the order in which they were asked
_CHANGED = "changed meanwhile"  # no digest
_END = "\0"  # between the parts of a question; no path has it


@dataclass(frozen=True)
class Watched(Tree):
    """A kernel tree. `seen` is what it was asked since it was opened."""

    seen: Seen = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """The content of a regular file, or None."""
        content = super().read(path)
        self._note(("read", path), self._state(path) if self.commit is not None else digests.of_content(content))
        return content

    def mode(self, path: str) -> str:
        """git's mode of a regular file."""
        mode = super().mode(path)
        self._note(("mode", path), mode)
        return mode

    def mentioning(self, words: Sequence[str]) -> list[str]:
        """The .c and .h files of the whole tree that have one of the words in them, sorted."""
        paths = super().mentioning(words)
        self._note(("mentioning", *words), _digest_of_paths(paths))
        return paths

    def exists(self, path: str) -> bool:
        """Whether a file or a folder is there."""
        there = super().exists(path)
        self._note(("exists", path), str(there))
        return there

    def last_subjects(self, paths: Sequence[str], count: int) -> dict[str, tuple[str, ...]]:
        """The subjects of the last commits that changed each of the paths."""
        self._note(("history",), self._history())
        return super().last_subjects(paths, count)

    @property
    def stood_still(self) -> bool:
        """Whether no question got two answers."""
        return _CHANGED not in self.seen.values()

    def agrees(self, seen: Mapping[str, str], asked: Seen) -> bool:
        """Whether the tree answers as it did. `asked` has the answers that are known already, and gets the new ones."""
        for question, answer in seen.items():
            if question not in asked:
                asked[question] = self._answer(*question.split(_END))
            if asked[question] != answer:
                return False
        return True

    def _answer(self, what: str, *about: str) -> str:
        """A digest of what the tree answers now; that of no answer when it refuses."""
        try:
            match what:
                case "read":
                    return self._state(about[0])
                case "mode":
                    return super().mode(about[0])
                case "mentioning":
                    return _digest_of_paths(super().mentioning(about))
                case "exists":
                    return str(super().exists(about[0]))
                case "history":
                    return self._history()
        except (OSError, UserError):
            pass
        return ""

    def _state(self, path: str) -> str:
        """What tells a file from every other content: the blob's id in a commit, else a digest."""
        if self.commit is not None and self.repository is not None:
            return self.repository.blob_id(self.commit, path)
        return digests.of_content(super().read(path))

    def _history(self) -> str:
        """What tells a commit with all that came before: a shallow clone may learn of more."""
        return "" if self.repository is None else f"{self.commit} {self.repository.grafted()}"

    def _note(self, question: tuple[str, ...], answer: str) -> None:
        if self.seen.setdefault(_END.join(question), answer) != answer:
            self.seen[_END.join(question)] = _CHANGED


def _digest_of_paths(paths: Sequence[str]) -> str:
    return digests.of_content(os.fsencode(_END.join(paths)))
