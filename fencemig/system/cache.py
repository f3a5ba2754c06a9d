# SPDX-License-Identifier: GPL-2.0-only
"""Results that took long, kept between runs under a key made of all that they depend on.

One file for each, written beside its place and then renamed: a run that is killed leaves nothing half, and two
runs do not disturb each other. An entry that is damaged counts as missing, and so does one that cannot be read;
one that cannot be written is not kept. Nothing here ever fails a run.
"""

import hashlib
import os
import threading
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import platformdirs

LIMIT = 256_000_000  # bytes, of all kinds together: some 5,000 results of kernel files, and 10 MB for each tree
_OLD = 3600  # seconds, after which nobody is writing a draft any more
_DRAFT = "."  # what the names of drafts begin with


class Kind(StrEnum):
    """What is kept: each kind has a folder of its own."""

    SPATCH = "spatch"  # what spatch made of a text
    FILES = "files"  # what a file tells without any other
    SEARCHES = "searches"  # which files have a word in them
    LEDGERS = "ledgers"  # finished ledgers, each with what it rests on


@dataclass(frozen=True)
class Size:
    """How much is kept."""

    entries: int
    bytes: int


@dataclass(frozen=True)
class _File:
    kind: Kind
    path: Path
    size: int
    used: float


def user_cache() -> "Cache | None":
    """The cache of the user; None where the environment names no folder for it (a relative one is none)."""
    folder = platformdirs.user_cache_path("fencemig")
    return _cache_in(folder) if folder.is_absolute() else None


@lru_cache
def _cache_in(folder: Path) -> "Cache":
    """One for all who ask, for each looks through the whole folder before it writes first."""
    return Cache(folder)


class Cache:
    """Results in a folder, of up to `limit` bytes: what was used least recently goes. For several threads."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._lock = threading.Lock()
        self._until_trim = 0  # bytes that may be written before somebody looks at the limit again

    def get(self, kind: Kind, key: str) -> bytes | None:
        """What is kept under a key (hexadecimal), and now counts as used; None when there is nothing sound."""
        path = self._path(kind, key)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        if stored[:32] != _seal(kind, key, stored[32:]):
            return None
        with suppress(OSError):
            os.utime(path)
        return zlib.decompress(stored[32:])

    def has(self, kind: Kind, key: str) -> bool:
        """Whether something is kept under a key, sound or not."""
        return self._path(kind, key).exists()

    def put(self, kind: Kind, key: str, value: bytes) -> None:
        """Keep a value, if it can be written."""
        packed = zlib.compress(value, 1)
        path = self._path(kind, key)
        draft = path.with_name(f"{_DRAFT}{os.urandom(8).hex()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(_seal(kind, key, packed) + packed)
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink()
            return
        with self._lock:
            self._until_trim -= len(packed)
            if self._until_trim < 0:
                self._until_trim = self.limit // 16
                self._trim()

    def sizes(self) -> dict[Kind, Size]:
        """How much is kept of each kind."""
        kept = [file for file in self._files() if not file.path.name.startswith(_DRAFT)]
        by_kind = {kind: [file.size for file in kept if file.kind is kind] for kind in Kind}
        return {kind: Size(len(sizes), sum(sizes)) for kind, sizes in by_kind.items()}

    def clear(self) -> Size:
        """Throw everything away, and return how much it was. Raises OSError for what cannot be removed."""
        size = total(self.sizes().values())
        for file in list(self._files()):
            file.path.unlink(missing_ok=True)
        return size

    def _trim(self) -> None:
        size = 0
        for file in self._files():
            size += file.size
            if file.path.name.startswith(_DRAFT) and file.used < time.time() - _OLD:  # abandoned
                size -= file.size
                with suppress(OSError):
                    file.path.unlink()
        if size <= self.limit:  # mostly: no list of all of them is made
            return
        for file in sorted(self._files(), key=lambda file: file.used):
            if size <= self.limit:
                break
            size -= file.size
            with suppress(OSError):
                file.path.unlink()

    def _path(self, kind: Kind, key: str) -> Path:
        return self.folder / kind / key[:2] / key[2:]

    def _files(self) -> Iterator[_File]:
        """All files, drafts too; what another run removes meanwhile is passed over."""
        for kind in Kind:
            for path in self.folder.glob(f"{kind}/*/*"):
                with suppress(OSError):
                    state = path.lstat()
                    yield _File(kind, path, state.st_size, state.st_mtime)


def total(sizes: Collection[Size]) -> Size:
    """All of them together."""
    return Size(sum(size.entries for size in sizes), sum(size.bytes for size in sizes))


def _seal(kind: Kind, key: str, packed: bytes) -> bytes:
    return hashlib.sha256(f"{kind}/{key}".encode() + packed).digest()
