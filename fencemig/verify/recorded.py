# SPDX-License-Identifier: GPL-2.0-only
"""verify.json, read back."""

import json
from typing import Any

from fencemig.errors import UserError
from fencemig.verify.model import SCHEMA, Check, Level, Proved, Report


def from_json(text: str) -> Report:
    """Read what model.as_json() wrote. Raises UserError when it is damaged, or of another version."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise UserError(
                f"its schema is {data['schema']}, and this fencemig reads {SCHEMA}: run fencemig verify again"
            )
        patches = tuple(Proved(row["file"], row["subject"], row["content"]) for row in data["patches"])
        return Report(data["base"], Level(data["level"]), patches, tuple(_check(row) for row in data["checks"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"it is no verify.json of this fencemig ({error}): run fencemig verify again") from error


def _check(row: dict[str, Any]) -> Check:
    return Check(
        level=Level(row["level"]),
        name=row["name"],
        patch=int(row["patch"]),
        problems=tuple(map(str, row["problems"])),
        notes=tuple(map(str, row["notes"])),
        unproved=tuple(map(str, row["unproved"])),
        looked_at=int(row["looked_at"]),
        seconds=float(row["seconds"]),
        counts={str(name): int(count) for name, count in row["counts"].items()},
        log=row["log"],
    )
