# SPDX-License-Identifier: GPL-2.0-only
"""Which .c and .h files have one of some words in them: only what is new since the last time is read.

What was found is kept in the cache. Blobs of a commit are known by their ids. Files on disk are known folder by folder:
a folder in which no name, size, time, inode or device has changed is as it was. As with git's index, a file that was
written a moment ago does not count as known: it might be written again, and its times would stay the same.
"""

import hashlib
import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import time_ns

from fencemig.errors import UserError
from fencemig.system.cache import Cache, Kind
from fencemig.system.git import SOURCES, Repository
from fencemig.system.process import run

_FORMAT = 1  # of what is kept in the cache
_SETTLED = 3_000_000_000  # nanoseconds; the coarsest file systems tell times 2 s apart
_ARGUMENTS = 100_000  # bytes of names for one grep: enough of them for all processors, and far from the system's limit
_FEW = 5_000  # blobs that are read in less time than git grep takes for a commit
_REMEMBERED = 500_000  # blobs, of all commits that were searched: 20 MB


@dataclass(frozen=True)
class Folder:
    """The .c and .h files right in a folder, by name. Without a digest it does not count as known."""

    names: tuple[str, ...]
    digest: str


def folders_of(top: Path) -> dict[str, Folder]:
    """All folders of a tree that have .c or .h files, by their path with a slash at its end, "" being the top.

    Symbolic links are neither followed nor taken for files, and .git is passed over. Raises UserError for a folder that
    may not be read: it may have sites that nobody would hear of.
    """
    settled = time_ns() - _SETTLED
    found = {}
    pending = [""]
    while pending:
        path = pending.pop()
        files: dict[str, os.stat_result] = {}
        try:
            with os.scandir(f"{top}/{path}") as entries:  # a Path for each takes as long as the rest of this
                for entry in entries:
                    if entry.name.endswith(SOURCES) and entry.is_file(follow_symlinks=False):
                        files[entry.name] = entry.stat(follow_symlinks=False)
                    elif entry.is_dir(follow_symlinks=False) and entry.name != ".git":
                        pending.append(f"{path}{entry.name}/")
        except OSError as error:
            raise UserError(f"the tree cannot be searched: {path or top}: {error.strerror}") from error
        if files:
            found[path] = _folder(files, settled)
    return found


def on_disk(top: Path, folders: Mapping[str, Folder], words: Sequence[str], cache: Cache | None) -> list[str]:
    """The files of a tree with one of the words in them, sorted. `folders` are those of folders_of().

    Raises UserError for a file that cannot be read.
    """
    key = _key("disk", str(top), words)
    kept = None if cache is None else cache.get(Kind.SEARCHES, key)
    before: dict[str, list[str]] = {} if kept is None else json.loads(kept)  # digest and names, by folder
    known = {path: before[path] for path, folder in folders.items() if before.get(path, [""])[0] == folder.digest != ""}
    unknown = [path + name for path, folder in folders.items() if path not in known for name in folder.names]
    found = {path: names for path, (_, *names) in known.items()}
    for file in _grep(top, unknown, words):
        path, slash, name = file.rpartition("/")
        found.setdefault(path + slash, []).append(name)
    now = {path: [folder.digest, *found.get(path, ())] for path, folder in folders.items() if folder.digest}
    if cache is not None and now != before:
        cache.put(Kind.SEARCHES, key, json.dumps(now).encode())
    return sorted(path + name for path, names in found.items() for name in names)


def in_commit(repository: Repository, commit: str, words: Sequence[str], cache: Cache | None) -> list[str]:
    """The files of a commit (a full hash) with one of the words in them, sorted."""
    blobs = repository.sources(commit)
    key = _key("commit", "", words)
    kept = None if cache is None else cache.get(Kind.SEARCHES, key)
    having, lacking = (set(ids.split()) for ids in (kept or b"\n").split(b"\n"))
    unknown = {blob for blob in blobs.values() if blob not in having and blob not in lacking}
    if not unknown:
        return sorted(path for path, blob in blobs.items() if blob in having)
    if len(unknown) > _FEW:
        found = {blobs[path] for path in repository.files_mentioning(commit, words, ["."])}
    else:
        wanted = [word.encode() for word in words]
        found = {blob for blob in unknown if _has(repository.content(blob), wanted)}
    having |= found
    lacking |= unknown - found
    if len(having) + len(lacking) > _REMEMBERED:
        having.intersection_update(blobs.values())
        lacking.intersection_update(blobs.values())
    if cache is not None:
        cache.put(Kind.SEARCHES, key, b" ".join(sorted(having)) + b"\n" + b" ".join(sorted(lacking)))
    return sorted(path for path, blob in blobs.items() if blob in having)


def _folder(files: Mapping[str, os.stat_result], settled: int) -> Folder:
    names = tuple(sorted(files))
    if any(state.st_mtime_ns > settled or state.st_ctime_ns > settled for state in files.values()):
        return Folder(names, "")
    digest = hashlib.sha256("\0".join(names).encode(errors="surrogateescape"))
    for name in names:
        state = files[name]
        digest.update(_STATE.pack(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_dev))
    return Folder(names, digest.hexdigest())


_STATE = struct.Struct("=qqqQQ")


def _grep(top: Path, files: Sequence[str], words: Sequence[str]) -> list[str]:
    """The files, of those named, that have one of the words in them."""
    patterns = "\n".join(words).encode()  # on stdin: a command line has no room for those of thousands of drivers
    env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def search(some: Sequence[str]) -> list[str]:
        argv = ["grep", "-lZFa", "-D", "skip", "-f", "-", "--", *some]
        found = run(argv, cwd=top, env=env, stdin=patterns, check=False)
        if found.status > 1:
            left = [file for file in some if os.path.lexists(f"{top}/{file}")]
            if len(left) < len(some):  # somebody builds in the tree
                return search(left) if left else []
            raise UserError(f"the tree cannot be searched: {found.stderr.decode(errors='replace').splitlines()[0]}")
        return [os.fsdecode(name) for name in found.stdout.split(b"\0") if name]

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return [file for found in pool.map(search, _portions(files)) for file in found]


def _portions(files: Sequence[str]) -> Iterator[list[str]]:
    """The files in lists that a command line has room for."""
    some: list[str] = []
    room = _ARGUMENTS
    for file in files:
        some.append(file)
        room -= len(file)
        if room < 0:
            yield some
            some, room = [], _ARGUMENTS
    if some:
        yield some


def _has(content: bytes, words: Sequence[bytes]) -> bool:
    return any(word in content for word in words)


def _key(where: str, tree: str, words: Sequence[str]) -> str:
    return hashlib.sha256(repr((_FORMAT, where, tree, sorted(words))).encode(errors="surrogateescape")).hexdigest()
