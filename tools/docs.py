#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write the generated documents, or with --check say which of them are not what they should be (exit status 1)."""

import sys
from collections.abc import Callable, Mapping

from documents import PROJECT, commands, formats, man_page, rules

DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "docs/commands.md": commands.text,
    "docs/fencemig.1": man_page.text,
    "docs/formats.md": formats.text,
    "docs/rules.md": rules.text,
}


def main(check: bool) -> int:
    """Write what differs, or only name it. Return the exit status."""
    drifted = [name for name, text in DOCUMENTS.items() if _written(name) != text()]
    for name in drifted:
        if check:
            print(f"{name} is not what tools/docs.py makes: run make docs", file=sys.stderr)
        else:
            (PROJECT / name).write_text(DOCUMENTS[name](), encoding="utf-8")
            print(f"wrote {name}", file=sys.stderr)
    return int(check and bool(drifted))


def _written(name: str) -> str:
    file = PROJECT / name
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: docs.py [--check]")
    sys.exit(main(check="--check" in sys.argv))
