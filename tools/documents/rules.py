# SPDX-License-Identifier: GPL-2.0-only
"""docs/rules.md, made of the semantic patches' headers, migration.toml, guide.toml and the rules' fixtures."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from documents import GENERATED, PROJECT, table
from documents.fixtures import Fixture, first_changes, fixtures
from fencemig.explain import header, side_conditions
from fencemig.migration import Migration, Rule, load_migration
from fencemig.model import Verdict

MIGRATION = PROJECT / "semantic_patches" / "dma_fence_signal"
_SEEN = 3  # fixtures that a row of the table for people names
_LEADING = re.compile(r"^(\w+)(?=: | has )")  # a condition's name, or the metavariable that it is about
_CODE = re.compile(r"\S*`\S*|\b\w+(?:->\w+)*\(\)|\b\w+->\w+|->\w+|\b\w+_\w+\b|IS_ERR\b")

_TOP = """
# Verdicts and rules

What fencemig says of a site, what each rule does, and what is left to people. It comes from the headers of the
semantic patches, from `migration.toml` and `guide.toml` beside them, and from the fixtures in `kernel_fixtures/rules`.

[Verdicts](#verdicts) · [How the rules apply](#how-the-rules-apply) · [The rules](#the-rules) · \
[Sites for people](#sites-for-people)

"""

_VERDICTS = """\
## Verdicts

Every site gets exactly one verdict. A *site* is a call or another use of one of the seven functions, an error
written to a fence by hand, or the signaled bit set by hand.

| verdict | the code | what to do |
|---|---|---|
| `convert` | is rewritten, and the rule alone shows that the behaviour stays the same | Read it as any patch. |
| `review` | is rewritten, but something is left that only a person can judge | Read the reason, look at the code \
around it, and decide: accept, skip or hold (`fencemig convert -i`, or on the review page). |
| `manual` | stays as it is | Read the reason and the table [below](#sites-for-people). Write a patch of your own, and \
hand it to `convert` in `decisions.toml` to have it in the series; or leave the site: the cover letter lists it. |
| `core` | is in the files that define the API | Nothing: the core patch and the last patch are about these. |
| `keep` | needs no change: a comment, a string, another name, a call that has its error | Nothing. |
| `unreached` | could not be looked at: `spatch` failed to parse it, ran out of time or crashed. \
The exit status is 3 | Look at it by hand. \
A macro that `spatch` does not know may be missing in the migration's `kernel-macros.h`. |

What a person decided (skip, hold) makes a site `manual`, with that person's reason.

"""

_APPLY = """\
## How the rules apply

What the rules rest on: a negative error is stored under the fence's lock, right before the signaled bit is set. An
error of 0 leaves alone what was stored before. For a fence that is signaled already, the error is dropped.

The rules apply in the order below. What a result is used for comes first, then errors go into signals, the special
forms before the general ones, and what is left passes 0. Once a call has its error, later rules only look at its
surroundings. Where several rules had a part in a site, it has the strictest of their verdicts and is filed under the
last rule that did more than pass 0.

A rule is a semantic patch and its side conditions, which say what SmPL cannot. Where a condition does not hold, the
file is done again without that rule for that site; what no rule may have is `manual`. In the conditions, `e` is the
error, `c` the test, and `p` the error pointer. For every rule that merges, nothing that is now evaluated together with
the signal's other arguments may depend on what those do.

Each rule has fixtures: code that it changes, with the result, and look-alikes that it must leave alone. All examples
here are fixtures, and `tests/test_rules.py` holds the rules to them byte for byte. `fencemig explain RULE` prints a
rule with its semantic patch, `fencemig explain SITE` what one site's verdict rests on.

A tree is of one of three generations, which fencemig recognises by `include/linux/dma-fence.h` and never by a version:
`int`, where signalling returns 0 or -EINVAL, as in Linux 6.12; `void`, as in 7.x; and `err`, converted or half-way.

"""

_RULES = """\
## The rules

In the order in which they apply.

"""

_PEOPLE = """\
## Sites for people

Where no rule may rewrite a site, the ledger files it under one of these rows, and its reason names what is in the
way, and the candidates. `fencemig explain SITE` shows the code and the other calls of the function.

"""


@dataclass(frozen=True)
class Words:
    """guide.toml: by rule the named example and other verdicts, by row what a person must decide."""

    examples: Mapping[str, str]
    otherwise: Mapping[str, str]
    decide: Mapping[str, str]


def text() -> str:
    """The text of docs/rules.md. Raises UserError for a manifest, TypeError for a guide.toml that cannot be read."""
    migration = load_migration(MIGRATION)
    words = load_words()
    found = fixtures()
    parts = [GENERATED, _TOP, _VERDICTS, _APPLY, _list_of(migration)]
    parts += ["".join(_rule(rule, words, found[rule.id])) for rule in migration.rules]
    parts.append(_people(migration, words, [one for several in found.values() for one in several]))
    return "".join(parts)


def load_words() -> Words:
    """Read guide.toml. Raises TypeError for an unknown or a missing table."""
    return Words(**tomllib.loads((MIGRATION / "guide.toml").read_text(encoding="utf-8")))


def example(rule: Rule, words: Words, own: Sequence[Fixture]) -> Fixture | None:
    """The fixture that shows a rule: the named one, else the smallest that it changes; None when it only reports."""
    if rule.verdict is Verdict.MANUAL:
        return None
    changes = [one for one in own if one.path.name.startswith("change_")]
    named = words.examples.get(rule.id)
    return next(one for one in changes if named is None or one.path.name == named)


def _list_of(migration: Migration) -> str:
    rows = []
    for rule in migration.rules:
        told = migration.texts.rules.get(rule.id)
        did = told.did if told else header(rule).split(". ")[0]
        rows.append((f"[`{rule.id}`](#{rule.id})", f"`{rule.verdict}`", _marked(did)))
    return _RULES + table(("rule", "verdict", "what it does"), rows) + "\n"


def _rule(rule: Rule, words: Words, own: Sequence[Fixture]) -> Iterator[str]:
    yield f"### {rule.id}\n\n{_marked(header(rule))}\n\n"
    yield f"**Verdict**: `{rule.verdict}`"
    yield f', with the reason "{_marked(rule.reason)}"' if rule.verdict is not Verdict.CONVERT else ""
    yield ".\n"
    if rule.id in words.otherwise:
        yield f"But {words.otherwise[rule.id]}\n"
    if "void" not in rule.generations:
        yield "Only where signalling returns an int.\n"
    if conditions := [_marked(_LEADING.sub(r"`\1`", one)) for one in side_conditions(rule)]:
        yield "\n**Provided that**\n\n" + "".join(f"- {one}\n" for one in conditions)
    yield "\n"
    shown = example(rule, words, own)
    if shown is None:
        yield f"```c\n{rule.before.strip()}\n```\n\n"
    else:
        yield f"**Example**: {_marked(shown.comment)} ({shown.link})\n\n```diff\n{first_changes(shown)}```\n\n"
    if rule.row:
        yield f"The ledger files its sites under [`{rule.row}`](#{rule.row}).\n\n"
    others = [one for one in own if one.path.name.startswith("change_") and one is not shown]
    if others:
        yield "**Also changed**\n\n" + "".join(f"- {one.link}: {_marked(one.comment)}\n" for one in others) + "\n"
    yield "**Not changed by it**\n\n"
    for one in own:
        if one.path.name.startswith("keep_"):
            yield f"- {one.link}: {_marked(one.comment)}{_outcome(one)}\n"
    yield "\n"


def _outcome(fixture: Fixture) -> str:
    """What becomes of a look-alike's sites."""
    shown = [f"`{verdict}` (`{row}`)" for verdict, row in dict.fromkeys(fixture.verdicts) if verdict != "keep"]
    return f" → {', '.join(shown)}" if shown else ""


def _people(migration: Migration, words: Words, every: Sequence[Fixture]) -> str:
    rows = []
    for row in (row for row in migration.texts.rows if row in words.decide):
        seen = [one.link for one in every if ("manual", row) in one.verdicts]
        links = ", ".join(seen[:_SEEN])
        rows.append((f"`{row}`", _marked(migration.texts.rows[row]), _marked(words.decide[row]), links))
    return _PEOPLE + table(("row", "what it is", "what to decide", "seen in"), rows)


def _marked(words: str) -> str:
    """Prose with the names of the code in it set as code."""
    return _CODE.sub(lambda found: found[0] if "`" in found[0] else f"`{found[0]}`", words)
