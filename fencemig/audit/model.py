# SPDX-License-Identifier: GPL-2.0-only
"""What the audit says: ops with their callbacks, findings, and the evidence behind both. Lines are 1-based."""

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """Whether a callback can run without the fence lock."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Fact(StrEnum):
    """What a piece of code does, as far as the fence's lock and state are concerned."""

    TAKES = "takes the fence lock"
    DROPS = "drops the fence lock"
    ASSERTS = "asserts the fence lock"
    NEEDS = "needs the fence lock"
    SIGNALS = "signals"
    SIGNALS_OTHER = "signals another fence"
    ERROR = "stores an error"
    HARDWARE = "reads hardware"
    SLEEPS = "sleeps"
    DEFERS = "defers work"
    TAKES_OTHER = "takes another lock"
    TAKES_UNKNOWN = "takes a lock that may be the fence's"
    CHANGES = "changes shared state"
    CALLS_UNKNOWN = "calls what is not in sight"


class Kind(StrEnum):
    """The kinds of findings; the rule ids of SARIF."""

    OPS_AFTER_SIGNAL = "ops_after_signal"
    LOCK_AFTER_SIGNAL = "lock_after_signal"
    HOLDER_AFTER_SIGNAL = "holder_after_signal"
    TEST_THEN_SIGNAL = "test_then_signal"
    DEFERRED_WORK = "deferred_work"
    CALLBACK_TAKES_LOCK = "callback_takes_lock"


EXPLAINED = {
    Kind.OPS_AFTER_SIGNAL: "The fence's ops are used after it was signalled; signalling may set them to NULL.",
    Kind.LOCK_AFTER_SIGNAL: "The fence's lock is used after it was signalled; what holds it may be gone by then.",
    Kind.HOLDER_AFTER_SIGNAL: "The structure around the fence is used after the signal: only a reference keeps it.",
    Kind.TEST_THEN_SIGNAL: "The signaled state is tested, then the fence signalled, with the lock not held between.",
    Kind.DEFERRED_WORK: "Work is pushed to a queue by code that runs under the fence lock.",
    Kind.CALLBACK_TAKES_LOCK: "A function given to dma_fence_add_callback(), which runs under the fence lock, locks.",
}
WARNINGS = (Kind.OPS_AFTER_SIGNAL, Kind.LOCK_AFTER_SIGNAL, Kind.TEST_THEN_SIGNAL)  # the other kinds are notes


@dataclass(frozen=True)
class Evidence:
    """One place in the code that shows a fact. `text` is the code with its white space folded."""

    fact: Fact
    path: str
    line: int
    column: int
    function: str
    text: str
    subject: str = ""  # the member that changes, or what effects.py says of it


@dataclass(frozen=True)
class Callback:
    """A callback of an ops, with whether it can run without the fence lock, and why."""

    member: str  # "signaled", "enable_signaling", "release" or "wait"
    function: str
    path: str
    line: int
    answer: Answer
    because: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Ops:
    """A struct dma_fence_ops. `locks` are what its fences are initialised with; "inline" where that is NULL."""

    id: str
    name: str
    path: str
    line: int
    locks: tuple[str, ...]
    callbacks: tuple[Callback, ...]


@dataclass(frozen=True)
class Finding:
    """One place that the redesign must know about. `id` is stable against moved lines: path:function:kind#n."""

    id: str
    path: str
    line: int
    column: int
    function: str
    kind: Kind
    text: str
    message: str


@dataclass(frozen=True)
class Report:
    """All that the audit found, sorted by path and line."""

    ops: tuple[Ops, ...]
    findings: tuple[Finding, ...]
