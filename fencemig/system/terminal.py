# SPDX-License-Identifier: GPL-2.0-only
"""The terminal that a person sits at: whether it follows links, and the pager that scrolls through a result."""

import os
import re
import shutil
import socket
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from fencemig.system import process

# Who follows OSC 8 hyperlinks, as npm's supports-hyperlinks tells; a terminal that does not know them shows the text.
_MARKS = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "KITTY_WINDOW_ID")
_PROGRAMS = ("Hyper", "WezTerm", "ghostty", "iTerm.app", "vscode", "zed")
_TERMS = ("alacritty", "foot", "xterm-ghostty", "xterm-kitty")
_VTE = 5001  # 0.50.0 knows them, and crashes
_LESS = 581  # the first less that lets them through with -R
_DEFAULTS = {"LESS": "FRX", "LV": "-c"}  # git's
_SHELL = re.compile(r"[|&;<>()$`\\\"'*?\[#~=%\n]")
_NOT_STARTED = (126, 127)  # what a shell says of a command that it cannot start


def follows_links(environment: Mapping[str, str]) -> bool:
    """Whether a terminal with these variables follows hyperlinks."""
    term = environment.get("TERM", "dumb")
    if term in ("dumb", "linux", "unknown"):
        return False
    if "FORCE_HYPERLINK" in environment:
        return environment["FORCE_HYPERLINK"].strip() != "0"
    vte = environment.get("VTE_VERSION", "")
    return (
        term in _TERMS
        or environment.get("TERM_PROGRAM") in _PROGRAMS
        or (vte.isdecimal() and int(vte) >= _VTE)
        or any(environment.get(name) for name in _MARKS)
    )


def link_root(top: Path) -> str:
    """The URL of a folder, without a slash at its end; "" where links do not get to a terminal that follows them.

    It names the host, for the terminal may be on another one. Lines are not in it: GLib opens no file:// with a
    fragment.
    """
    if not sys.stdout.isatty() or not follows_links(os.environ):
        return ""
    pager = find_pager(os.environ)
    if pager is not None and not _passes_links(pager, _DEFAULTS | os.environ):
        return ""
    return f"file://{socket.gethostname()}{quote(os.fsencode(top.absolute()))}".rstrip("/")


def forget_typed() -> None:
    """Throw away what was typed on the terminal and not read yet; input that is no terminal stays as it is."""
    if sys.stdin and sys.stdin.isatty():
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def find_pager(environment: Mapping[str, str]) -> str | None:
    """The shell command of the pager, as git chooses it: $PAGER, else less; None for "cat" and for an empty one.

    None on a dumb terminal too: less stops there to complain.
    """
    if environment.get("TERM", "dumb") == "dumb":
        return None
    least = "less" if shutil.which("less", path=environment.get("PATH")) else ""
    pager = environment.get("PAGER", least).strip()
    return None if pager in ("", "cat") else pager


def show(text: bytes) -> None:
    """Print a text on the terminal, through the pager when there is one."""
    pager = find_pager(os.environ)
    if pager is not None:
        sys.stdout.flush()
        # Without a shell where none is needed, as in git: what interrupts us ends the pager, not a shell before it.
        argv = ["sh", "-c", pager] if _SHELL.search(pager) else pager.split()
        if process.attend(argv, text, _DEFAULTS | os.environ) not in _NOT_STARTED:
            return
    sys.stdout.buffer.write(text)


def _passes_links(pager: str, environment: Mapping[str, str]) -> bool:
    """Whether it is a less that lets hyperlinks through."""
    program, *arguments = pager.split()
    options = [*environment["LESS"].split(), *arguments]
    if Path(program).name != "less" or not any(map(_is_raw, options)) or shutil.which(program) is None:
        return False
    said = process.run([program, "--version"], check=False).stdout
    version = re.match(rb"less (\d+)", said)
    return version is not None and int(version[1]) >= _LESS


def _is_raw(option: str) -> bool:
    if option.startswith("--"):
        return option.lower() == "--raw-control-chars"
    return "r" in option.lower()
