# SPDX-License-Identifier: GPL-2.0-only
"""What people wrote of the versions of a series: it survives when the series is made again."""

import re
from collections.abc import Iterable, Mapping

_BLOCK = re.compile(r"^Changes in v(\d+):.*?(?=^Changes in v\d+:|\Z)", re.MULTILINE | re.DOTALL)


def changelog(decided: Mapping[int, str], written: Iterable[str]) -> str:
    """The changelog of a cover letter, the latest version first.

    `decided` is what decisions.toml has by version, `written` what earlier cover letters have, the closest first:
    what is said of a version in the first of them counts.
    """
    blocks = {version: f"Changes in v{version}:\n{text.strip()}" for version, text in decided.items()}
    for text in written:
        for block in _BLOCK.finditer(text):
            blocks.setdefault(int(block[1]), block[0].strip())
    return "\n\n".join(blocks[version] for version in sorted(blocks, reverse=True))
