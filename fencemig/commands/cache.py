# SPDX-License-Identifier: GPL-2.0-only
"""The command cache: what earlier runs found out, kept so that it need not be done again."""

from fencemig.commands.guard import OK, say
from fencemig.system.cache import Size, total, user_cache


def show() -> int:
    """Print where the cache is, and what it holds."""
    cache = user_cache()
    if cache is None:
        say("nothing is cached: neither XDG_CACHE_HOME nor HOME names a folder for it")
        return OK
    sizes = cache.sizes()
    print(f"folder    {cache.folder}")
    for kind, size in sizes.items():
        print(f"{kind:8}  {size.entries} entries, {_megabytes(size)} MB")
    everything = total(sizes.values())
    print(f"in all    {everything.entries} entries, {_megabytes(everything)} MB, at most {cache.limit / 1e6:.0f} MB")
    return OK


def clear() -> int:
    """Throw the cache away."""
    cache = user_cache()
    removed = Size(0, 0) if cache is None else cache.clear()
    say(f"removed {removed.entries} entries, {_megabytes(removed)} MB")
    return OK


def _megabytes(size: Size) -> str:
    return f"{size.bytes / 1e6:.1f}"
