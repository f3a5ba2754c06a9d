# SPDX-License-Identifier: GPL-2.0-only
"""Where things are. Shells that complete need this at once, so it imports next to nothing."""

from importlib.resources import files
from pathlib import Path

OUTGOING = Path("outgoing")  # where output folders appear when nobody names another place
_DEFAULT_MIGRATION = "dma_fence_signal"


def default_migration() -> Path:
    """The folder of the migration that fencemig brings."""
    package = Path(str(files("fencemig")))
    installed = package / "semantic_patches"
    return (installed if installed.is_dir() else package.parent / "semantic_patches") / _DEFAULT_MIGRATION
