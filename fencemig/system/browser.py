# SPDX-License-Identifier: GPL-2.0-only
"""The user's browser."""

import webbrowser
from pathlib import Path


def show(file: Path) -> bool:
    """Open a file in the browser; whether there is one."""
    return webbrowser.open(file.resolve().as_uri())
