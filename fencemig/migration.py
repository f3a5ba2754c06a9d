# SPDX-License-Identifier: GPL-2.0-only
"""migration.toml → Migration: one migration as data."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from fencemig import digests
from fencemig.core.manifest import CORE_KEYS, DOC_KEYS, TEXT_KEYS, Core, load_core
from fencemig.errors import UserError
from fencemig.manifest import existing, inside, refuse_unknown
from fencemig.model import Verdict
from fencemig.series.texts import RuleText, StepText, Texts
from fencemig.smpl import stands_alone
from fencemig.symbols import Function, Symbols

_WORDS = {"subject", "did", "why"}  # of a rule, for the patches in which it rewrote something


@dataclass(frozen=True)
class Rule:
    """One semantic patch, and what it takes beside SmPL for its matches to count.

    A rule whose verdict is manual only reports; `row` is then what its sites are filed under. A `threaded` one
    sees one group of calls at a time, which fencemig/threads.py has proven to belong together. `notes` names
    what the reason is to tell besides (fencemig/notes.py). A rule with `carried` passes no error: where one may be
    stored elsewhere for the same fence, its sites are for review, and filed under that. `before` and `after` are an
    example of what it does; `after` is empty for one that only reports.
    """

    id: str
    file: Path
    generations: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    row: str = ""
    carried: str = ""
    threaded: bool = False
    notes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    pure: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    def may_match(self, text: bytes) -> bool:
        """Whether a file has the words without which the rule cannot match."""
        return all(any(word.encode() in text for word in words.split("|")) for words in self.needs)


@dataclass(frozen=True)
class Generation:
    """A shape of the API, recognised when all its patterns are found in the header."""

    name: str
    patterns: tuple[str, ...]


def _names(kind: type[Any]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


# The keys of a manifest by table, and by what is in a list of tables; docs/own-migration.md explains each.
KEYS: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {"name", "macros", "probe", "symbols", "functions", "recognise", "rules", "carried", "texts", "core"}
    ),
    "symbols": _names(Symbols) - {"functions"},
    "functions": _names(Function),
    "recognise": frozenset({"header", "prototypes", "generations"}),
    "recognise.generations": _names(Generation),
    "rules": _names(Rule) | _WORDS,
    "carried": frozenset({"subject", "did"}),
    "texts": _names(Texts) - {"rules"} | {"whys"},
    "texts.core": _names(StepText),
    "core": CORE_KEYS,
    "core.kernel_doc": DOC_KEYS,
    "core.text": TEXT_KEYS,
}


@dataclass(frozen=True)
class Migration:
    """One migration: a folder with a manifest and semantic patches.

    `content` is the digest of all its files; "" where it has none, because some of them, or of what they include, are
    elsewhere, or cannot be read.
    """

    name: str
    folder: Path
    macros: Path
    probe: Path
    symbols: Symbols
    header: str
    prototypes: str
    generations: tuple[Generation, ...]
    rules: tuple[Rule, ...]
    texts: Texts
    core: Core | None
    content: str

    def generation_of(self, header: bytes) -> str:
        """The generation that a tree's header shows. Raises UserError, with what does not fit, for an unknown one."""
        text = re.sub(r"/\*.*?\*/", " ", header.decode(errors="replace"), flags=re.DOTALL)
        for generation in self.generations:
            if all(re.search(pattern, text) for pattern in generation.patterns):
                return generation.name
        found = [" ".join(prototype[0].split()) for prototype in re.finditer(self.prototypes, text)]
        shown = "".join(f"\n  {prototype}" for prototype in found) or " none"
        missed = "".join(
            f"\n  {generation.name}: nothing matches {pattern}"
            for generation in self.generations
            for pattern in generation.patterns
            if not re.search(pattern, text)
        )
        raise UserError(
            f"{self.header} has an unknown shape of the API; prototypes found:{shown}\nno generation fits:{missed}"
        )

    @property
    def filed(self) -> dict[str, str]:
        """Every rule and row that a site can be filed under, with a sentence on it."""
        did = {name: text.did for name, text in self.texts.rules.items()}
        return {**{rule.row or rule.id: rule.reason for rule in self.rules}, **self.texts.rows, **did}

    def rules_for(self, generation: str) -> tuple[Rule, ...]:
        """The rules of a generation, in the order in which they apply."""
        return tuple(rule for rule in self.rules if generation in rule.generations)


def load_migration(folder: Path) -> Migration:
    """Read a migration's folder. Raises UserError for a missing file, an unknown or a missing key."""
    manifest = folder / "migration.toml"
    content = digests.of_folder(folder)
    try:
        data = tomllib.loads(manifest.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{manifest}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"{manifest}: {error}") from error
    try:
        return _migration(folder, data, content)
    except KeyError as error:
        raise UserError(f"{manifest}: missing key {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise UserError(f"{manifest}: {error}") from error


def _migration(folder: Path, data: dict[str, Any], content: str) -> Migration:
    refuse_unknown(data, KEYS[""])
    recognise, texts, rules, carried = data["recognise"], data["texts"], data["rules"], data.get("carried", {})
    refuse_unknown(recognise, KEYS["recognise"])
    refuse_unknown(carried, KEYS["carried"])
    functions = {name: _function(name, shape) for name, shape in data["functions"].items()}
    migration = Migration(
        name=data["name"],
        folder=folder,
        macros=existing(folder, data["macros"]),
        probe=inside(folder, data["probe"]),
        symbols=Symbols(functions=functions, **_tuples(data["symbols"])),
        header=recognise["header"],
        prototypes=recognise["prototypes"],
        generations=tuple(Generation(**_tuples(shape)) for shape in recognise["generations"]),
        rules=tuple(_rule(folder, rule) for rule in rules),
        texts=_texts(folder, texts, rules, carried),
        core=load_core(folder, data["core"]) if "core" in data else None,
        content=content,
    )
    _check(migration)
    return migration if _is_in_its_folder(migration) else replace(migration, content="")


def _is_in_its_folder(migration: Migration) -> bool:
    """Whether the manifest and its files name none elsewhere, whose content nobody would look at."""
    patches = (migration.probe, *(rule.file for rule in migration.rules))
    within = [file.resolve().is_relative_to(migration.folder.resolve()) for file in (migration.macros, *patches)]
    return all(within) and all(stands_alone(patch.read_text(encoding="utf-8")) for patch in patches)


def _check(migration: Migration) -> None:
    """Raise ValueError for what would otherwise do nothing in silence, or fail late."""
    for pattern in (migration.prototypes, *(one for shape in migration.generations for one in shape.patterns)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"recognise: {pattern!r} is no regular expression: {error}") from error
    known = {generation.name for generation in migration.generations}
    if migration.core is not None and (unknown := sorted(set(migration.core.semantic_patches) - known)):
        raise ValueError(f"core.semantic_patches: unknown generation {unknown[0]!r}")
    numbers = [rule.file.name[:2] for rule in migration.rules]
    for rule in migration.rules:
        if unknown := sorted(set(rule.generations) - known):
            raise ValueError(f"rules.{rule.id}: unknown generation {unknown[0]!r}")
        if numbers.count(rule.file.name[:2]) > 1:
            raise ValueError(f"rules.{rule.id}: another rule's file has the number {rule.file.name[:2]} too")


def _function(name: str, shape: dict[str, Any]) -> Function:
    try:
        return Function(**shape)
    except (TypeError, ValueError) as error:
        raise ValueError(f"functions.{name}: {error}") from error


def _rule(folder: Path, data: dict[str, Any]) -> Rule:
    refuse_unknown(data, KEYS["rules"])
    if data["verdict"] not in (Verdict.CONVERT, Verdict.REVIEW, Verdict.MANUAL):
        raise ValueError(f"rules.{data['id']}: unknown verdict {data['verdict']!r}")
    if not data["before"] or bool(data.get("after")) is (data["verdict"] == Verdict.MANUAL):
        raise ValueError(f"rules.{data['id']}: before and after must be an example; what only reports has no after")
    for name in ("generations", "needs", "pure", "conditions"):
        if not isinstance(data.get(name, []), list):
            raise ValueError(f"rules.{data['id']}: {name} is no list")
    own = {name: value for name, value in _tuples(data).items() if name not in _WORDS | {"file", "verdict"}}
    return Rule(file=inside(folder, data["file"]), verdict=Verdict(data["verdict"]), **own)


def _texts(folder: Path, data: dict[str, Any], rules: list[dict[str, Any]], carried: dict[str, str]) -> Texts:
    steps: dict[str, Any] = {name: StepText(**data[name]) for name in ("core", "final", "flag_day") if name in data}
    others = {name: value for name, value in data.items() if name != "whys"}
    return Texts(**(others | steps), rules=_rule_texts(folder, rules, carried, data.get("whys", {})))


def _rule_texts(
    folder: Path, rules: list[dict[str, Any]], carried: dict[str, str], whys: dict[str, str]
) -> dict[str, RuleText]:
    """In order of weight: what merges errors first, what passes none last."""
    texts = {
        rule["id"]: RuleText(
            rule["subject"],
            rule["did"],
            rule["file"],
            _read(folder / rule["file"]),
            whys[rule["why"]] if "why" in rule else "",
        )
        for rule in rules
        if rule["subject"]
    }
    for rule in rules:
        if rule.get("carried", rule["id"]) != rule["id"]:
            own = texts.pop(rule["id"])
            texts[rule["carried"]] = RuleText(carried["subject"], carried["did"], own.file, own.smpl)
            texts[rule["id"]] = own
    return texts


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
