# SPDX-License-Identifier: GPL-2.0-only
"""The model that test_differential.py trusts: its fences behave as the contract says, and its drivers are all run."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from model.declarations import Type, Variable, read_fixture
from model.harness import make_harness
from model.run import MOST_CASES, NO_EXCUSE, Case, CompileError, Excuse, cases_of, compile_harness, compile_model, run

# The numbers of enum model_fence_state, which are the values of a fence's choice.
FRESH, SIGNALED, FAILED_EARLY, SIGNALED_FAILED, WORK_DONE = range(5)
EARLY, NOW, STAMP, BEFORE = -12, 5000, 77, 1
EIO, ZERO, THREE = range(3)  # the choices for an int: -5, 0, 3

NEW = b"""
#include <linux/dma-fence.h>

static void do_signal(struct dma_fence *fence, int err)
{
	dma_fence_signal(fence, err);
}

static void do_signal_locked(struct dma_fence *fence, int err)
{
	spin_lock(fence->lock);
	dma_fence_signal_locked(fence, err);
	spin_unlock(fence->lock);
}

static void do_timestamp(struct dma_fence *fence, int err)
{
	dma_fence_signal_timestamp(fence, 77, err);
}

static void do_timestamp_locked(struct dma_fence *fence, int err)
{
	guard(spinlock_irqsave)(dma_fence_spinlock(fence));
	dma_fence_signal_timestamp_locked(fence, 77, err);
}

static bool do_check(struct dma_fence *fence, int err)
{
	return dma_fence_check_and_signal(fence, err);
}

static bool do_check_locked(struct dma_fence *fence, int err)
{
	scoped_guard(spinlock, fence->lock)
		return dma_fence_check_and_signal_locked(fence, err);
	return false;
}

static void do_below(struct dma_fence *fence)
{
	dma_fence_signal(fence, -4096);
}

static void do_lowest(struct dma_fence *fence)
{
	dma_fence_signal(fence, -4095);
}

static bool do_poll(struct dma_fence *fence)
{
	return dma_fence_is_signaled(fence);
}

static bool do_poll_locked(struct dma_fence *fence)
{
	return dma_fence_is_signaled_locked(fence);
}
"""
OLD = b"""
#include <linux/dma-fence.h>

static void do_set_error(struct dma_fence *fence, int err)
{
	dma_fence_set_error(fence, err);
}

static void do_store_and_signal(struct dma_fence *fence, int err)
{
	fence->error = err;
	dma_fence_signal(fence);
}

static void do_signal(struct dma_fence *fence)
{
	dma_fence_signal(fence);
}

static bool do_poll(struct dma_fence *fence)
{
	return dma_fence_is_signaled(fence);
}

static bool do_poll_locked(struct dma_fence *fence)
{
	return dma_fence_is_signaled_locked(fence);
}

static void do_deadlock(struct dma_fence *fence)
{
	spin_lock(fence->lock);
	dma_fence_signal(fence);
	spin_unlock(fence->lock);
}

static void do_unlock(struct dma_fence *fence)
{
	spin_unlock(fence->lock);
}

static void do_lock(struct dma_fence *fence)
{
	spin_lock(fence->lock);
}

static void do_endless(struct dma_fence *fence)
{
	while (true)
		dma_fence_signal(fence);
}

static void do_signal_if(struct dma_fence *fence)
{
	dma_fence_signal(fence);
	WARN_ON(!fence);
}

static void do_references(struct dma_fence *fence)
{
	dma_fence_put(dma_fence_get(fence));
	dma_fence_put(fence);
}
"""
VOID = b"""
static bool do_check(struct dma_fence *fence)
{
	return dma_fence_check_and_signal(fence);
}

static bool do_check_locked(struct dma_fence *fence)
{
	return dma_fence_check_and_signal_locked(fence);
}

static bool do_check_null(struct dma_fence *fence)
{
	return dma_fence_check_and_signal(!fence ? NULL : fence);
}
"""
INT = b"""
static int do_result(struct dma_fence *fence)
{
	return dma_fence_signal(fence);
}

static int do_result_of_all(struct dma_fence *fence)
{
	int sum = dma_fence_signal_locked(fence);

	sum += dma_fence_signal_timestamp(fence, 77);
	return sum + dma_fence_signal_timestamp_locked(fence, 77);
}
"""


@dataclass(frozen=True)
class Outcome:
    """What a record says about its one fence."""

    error: int
    signaled: bool
    time: int
    lock: int
    warnings: int
    callbacks: tuple[str, ...]
    returned: int | None
    record: str


class Driver:
    """One text, compiled, whose functions are called one by one."""

    def __init__(self, text: bytes, api: str, folder: Path) -> None:
        harness = make_harness(read_fixture(text))
        self._program = compile_harness(harness, text, api, compile_model(folder), folder / api)
        self._numbers = {name: number for number, name in enumerate(harness.choices)}
        self._generation = "int" if api == "int" else "void"

    def record(self, function: str, *values: int, excuse: Excuse = NO_EXCUSE) -> str:
        case = Case(function, self._numbers[function], values)
        return run(self._program, [case], self._generation, {function: excuse})[0]

    def call(self, function: str, *values: int, excuse: Excuse = NO_EXCUSE) -> Outcome:
        record = self.record(function, *values, excuse=excuse)
        found = re.search(
            r"end fence: error (-?\d+), flags (\w+), time (\d+), lock (\d+), references \d+, warnings (\d+)", record
        )
        assert found, record
        returned = re.search(r"return (-?\d+)", record)
        return Outcome(
            error=int(found[1]),
            signaled=bool(int(found[2], 16) & 1),
            time=int(found[3]),
            lock=int(found[4]),
            warnings=int(found[5]),
            callbacks=tuple(re.findall(r"callback (.*)", record)),
            returned=None if returned is None else int(returned[1]),
            record=record,
        )


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    return Driver(NEW, "err", tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="module")
def void(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    return Driver(OLD + VOID, "void", tmp_path_factory.mktemp("void"))


@pytest.fixture(scope="module")
def int_(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    return Driver(OLD + INT, "int", tmp_path_factory.mktemp("int"))


SIGNALS = {
    "do_signal": NOW,
    "do_signal_locked": NOW,
    "do_timestamp": STAMP,
    "do_timestamp_locked": STAMP,
    "do_check": NOW,
    "do_check_locked": NOW,
}


@pytest.mark.parametrize("function", SIGNALS)
@pytest.mark.parametrize(
    ("state", "err", "error", "warnings"),
    [
        (FRESH, EIO, -5, 0),
        (FRESH, ZERO, 0, 0),
        (FRESH, THREE, 3, 1),
        (FAILED_EARLY, EIO, -5, 0),  # overwrites what is there
        (FAILED_EARLY, ZERO, EARLY, 0),  # never clears it
        (FAILED_EARLY, THREE, 3, 1),
    ],
)
def test_new_signal_stores_the_error_before_anybody_sees_it(
    new: Driver, function: str, state: int, err: int, error: int, warnings: int
) -> None:
    time = SIGNALS[function]
    after = new.call(function, state, err)
    assert (after.error, after.signaled, after.time, after.lock, after.warnings) == (error, True, time, 0, warnings)
    seen = f"of fence: error {error}, flags 3, time {time}, lock 1"
    assert after.callbacks == (f"0 {seen}", f"1 {seen}")
    assert after.returned == (0 if "check" in function else None)


@pytest.mark.parametrize("function", SIGNALS)
@pytest.mark.parametrize("err", [EIO, ZERO, THREE])
@pytest.mark.parametrize(("state", "error"), [(SIGNALED, 0), (SIGNALED_FAILED, EARLY)])
def test_new_signal_drops_the_error_of_a_signaled_fence(
    new: Driver, function: str, err: int, state: int, error: int
) -> None:
    after = new.call(function, state, err)
    assert (after.error, after.signaled, after.time, after.lock, after.warnings) == (error, True, BEFORE, 0, 0)
    assert after.callbacks == ()
    assert after.returned == (1 if "check" in function else None)


def test_new_signal_warns_below_the_lowest_errno(new: Driver) -> None:
    below, lowest = new.call("do_below", FRESH), new.call("do_lowest", FRESH)
    assert (below.error, below.warnings) == (-4096, 1)
    assert (lowest.error, lowest.warnings) == (-4095, 0)


@pytest.mark.parametrize("function", ["do_poll", "do_poll_locked"])
def test_poll_asks_the_driver_and_signals(new: Driver, void: Driver, function: str) -> None:
    for driver in (new, void):
        done = driver.call(function, WORK_DONE)
        assert (done.signaled, done.returned, len(done.callbacks), done.error) == (True, 1, 2, 0)
        assert driver.call(function, FRESH).returned == 0
        assert driver.call(function, SIGNALED).returned == 1
    lost = void.call(function, WORK_DONE, excuse=Excuse.LOST_POLL)
    assert (lost.signaled, lost.returned) == (False, 0)
    assert void.call(function, SIGNALED, excuse=Excuse.LOST_POLL).returned == 1


@pytest.mark.parametrize(
    ("state", "err", "excuse", "error", "warnings"),
    [
        (FRESH, EIO, NO_EXCUSE, -5, 0),
        (FRESH, THREE, NO_EXCUSE, 3, 1),
        (FAILED_EARLY, ZERO, NO_EXCUSE, 0, 1),
        (FAILED_EARLY, ZERO, Excuse.ZERO_ERROR, EARLY, 0),
        (FAILED_EARLY, EIO, Excuse.ZERO_ERROR, -5, 0),
        (SIGNALED, EIO, NO_EXCUSE, -5, 1),
        (SIGNALED, EIO, Excuse.ZERO_ERROR, -5, 1),
        (SIGNALED, EIO, Excuse.LATE_ERROR, 0, 0),
        (SIGNALED_FAILED, ZERO, NO_EXCUSE, 0, 2),
        (SIGNALED_FAILED, ZERO, Excuse.LATE_ERROR, EARLY, 0),
        (FAILED_EARLY, THREE, ~NO_EXCUSE, 3, 1),
    ],
)
def test_set_error_and_what_excuses_it(
    void: Driver, state: int, err: int, excuse: Excuse, error: int, warnings: int
) -> None:
    after = void.call("do_set_error", state, err, excuse=excuse)
    assert (after.error, after.warnings) == (error, warnings)


@pytest.mark.parametrize(
    ("state", "err", "excuse", "error", "warnings"),
    [
        (FRESH, EIO, NO_EXCUSE, -5, 0),
        (FRESH, THREE, NO_EXCUSE, 3, 0),
        (FRESH, THREE, Excuse.UNCHECKED_STORE, 3, 1),
        (FAILED_EARLY, ZERO, NO_EXCUSE, 0, 0),
        (FAILED_EARLY, ZERO, Excuse.UNCHECKED_STORE, 0, 0),
        (FAILED_EARLY, ZERO, Excuse.ZERO_ERROR, EARLY, 0),
        (SIGNALED, EIO, NO_EXCUSE, -5, 0),
        (SIGNALED, EIO, Excuse.LATE_ERROR, 0, 0),
    ],
)
def test_store_by_hand_and_what_excuses_it(
    void: Driver, state: int, err: int, excuse: Excuse, error: int, warnings: int
) -> None:
    after = void.call("do_store_and_signal", state, err, excuse=excuse)
    assert (after.error, after.warnings) == (error, warnings)


def test_old_signal_keeps_the_error_and_runs_callbacks_once(void: Driver) -> None:
    after = void.call("do_signal", FAILED_EARLY)
    assert (after.error, after.signaled, after.time, len(after.callbacks)) == (EARLY, True, NOW, 2)
    again = void.call("do_signal", SIGNALED)
    assert (again.error, again.time, again.callbacks) == (0, BEFORE, ())


@pytest.mark.parametrize("function", ["do_check", "do_check_locked"])
def test_old_check_tells_whether_it_was_signaled(void: Driver, function: str) -> None:
    assert void.call(function, FRESH).returned == 0
    assert void.call(function, SIGNALED).returned == 1


def test_int_generation_returns_an_errno(int_: Driver) -> None:
    assert int_.call("do_result", FRESH).returned == 0
    assert int_.call("do_result", SIGNALED).returned == -22
    assert int_.call("do_result_of_all", FRESH).returned == -44
    assert int_.call("do_result_of_all", SIGNALED).returned == -66


def test_null_is_signaled_with_a_warning_or_without_and_never_checked(void: Driver, int_: Driver) -> None:
    null = 1  # the second value of a pointer that the function tests
    assert "WARN NULL is signaled" in void.record("do_signal_if", FRESH, null)
    silent = int_.record("do_signal_if", FRESH, null)
    assert "WARN NULL" not in silent
    assert "WARN of the driver" in silent
    assert "stop: oops" in void.record("do_check_null", FRESH, null)


def test_locks_are_counted(void: Driver) -> None:
    assert "stop: deadlock" in void.record("do_deadlock", FRESH)
    assert "stop: unlock of a lock that is free" in void.record("do_unlock", FRESH)
    assert void.call("do_lock", FRESH).lock == 1
    assert "[1] end fence" in void.record("do_lock", FRESH)


def test_what_never_ends_is_ended(void: Driver) -> None:
    assert "stop: endless" in void.record("do_endless", FRESH)


def test_references_are_counted(void: Driver) -> None:
    record = void.record("do_references", FRESH)
    assert re.findall(r"(?:get|put) fence: \d", record) == ["get fence: 3", "put fence: 2", "put fence: 1"]


@pytest.mark.parametrize(
    "text",
    [
        b"static void f(struct dma_fence *fence)\n{\n\tdma_fence_signal(fence);\n}\n",  # no error
        b"static int f(struct dma_fence *fence)\n{\n\treturn dma_fence_signal(fence, 0);\n}\n",  # no result
        b"static void f(struct dma_fence *fence)\n{\n\tbool was;\n\n\tdma_fence_signal(fence, 0);\n}\n",  # left over
        b"static long f(long a)\n{\n\treturn min(a, 0);\n}\n",  # types of two widths
    ],
)
def test_what_would_not_build_in_a_kernel_does_not_build_here(text: bytes, tmp_path: Path) -> None:
    text = b"#include <linux/dma-fence.h>\n" + text
    with pytest.raises(CompileError, match=r"fixture\.c"):
        compile_harness(make_harness(read_fixture(text)), text, "err", compile_model(tmp_path), tmp_path / "program")


FIXTURE = b"""
#include <linux/dma-fence.h>

enum gnu_state {
	GNU_IDLE,
	GNU_BUSY,
};

struct gnu_entry {
	struct list_head link;
	struct dma_fence base;
};

struct gnu_ring {
	struct list_head pending;
	enum gnu_state state;
	unsigned int a, *b;
	struct dma_fence *slots[2];
};

struct gnu_bo *gnu_lookup(struct gnu_ring *ring, u32 handle);

static void gnu_flush(struct gnu_ring *ring)
{
	struct gnu_entry *entry;

	list_for_each_entry(entry, &ring->pending, link)
		dma_fence_signal_locked(&entry->base);
}

static bool gnu_find(struct gnu_ring *ring, int handle)
{
	struct gnu_bo *bo = gnu_lookup(ring, handle);

	return IS_ERR(bo) || handle > 7;
}
"""


def test_declarations_are_read() -> None:
    fixture = read_fixture(FIXTURE)
    assert fixture.enums == {"enum gnu_state": 2}
    assert fixture.structs["struct gnu_ring"] == (
        Variable("pending", Type("struct list_head")),
        Variable("state", Type("enum gnu_state")),
        Variable("a", Type("unsigned int")),
        Variable("b", Type("unsigned int", 1)),
        Variable("slots", Type("struct dma_fence", 1, 2)),
    )
    (external,) = fixture.externals
    assert (external.name, external.type.base, external.type.pointers) == ("gnu_lookup", "struct gnu_bo", 1)
    assert external.type.parameters == (Variable("ring", Type("struct gnu_ring", 1)), Variable("handle", Type("u32")))
    assert [(f.name, f.returns) for f in fixture.functions] == [("gnu_flush", Type("void")), ("gnu_find", Type("bool"))]


def test_what_is_not_understood_is_an_error() -> None:
    with pytest.raises(ValueError, match="not understood"):
        read_fixture(b"#define SIGNAL(f) dma_fence_signal(f)\n")
    with pytest.raises(ValueError, match="no values"):
        make_harness(read_fixture(b"static void f(union gnu all)\n{\n}\n"))


def test_every_path_of_a_driver_is_taken(tmp_path: Path) -> None:
    harness = make_harness(read_fixture(FIXTURE))
    program = compile_harness(harness, FIXTURE, "void", compile_model(tmp_path), tmp_path / "program")
    cases = cases_of(harness)
    records = dict(zip(cases, run(program, cases, "void", {}), strict=True))
    flushed = {record.count("callback 0") for case, record in records.items() if case.name == "gnu_flush"}
    assert flushed == {0, 1, 2}  # the list's lengths
    found = [record for case, record in records.items() if case.name == "gnu_find"]
    asked = {re.findall(r"gnu_lookup: argument 1 is (\d+)", record)[0] for record in found}
    assert asked == {"4294967291", "0", "3", "7", "8"}  # the usual ones, and those around what it compares with
    assert {re.findall(r"return (\d)", record)[0] for record in found} == {"0", "1"}


def test_cases_are_all_combinations_or_a_sample_that_stays() -> None:
    few = make_harness(read_fixture(b"static void f(int a, bool b)\n{\n}\n"))
    assert len(set(cases_of(few))) == 3 * 2
    many = make_harness(read_fixture(b"static void f(int a, int b, int c, int d, int e, int g)\n{\n}\n"))
    sample = cases_of(many)
    assert len(sample) == MOST_CASES < 3**6
    assert sample == cases_of(many)
    assert [{case.values[i] for case in sample} for i in range(6)] == [{0, 1, 2}] * 6


REACHED = b"""
#include <linux/dma-fence.h>

struct eland_job {
	struct work_struct work;
	struct dma_fence *first, *second;
	struct eland_job *next;
	ktime_t (*clock)(struct eland_job *job);
};

static void eland_work(struct work_struct *work)
{
	struct eland_job *job = container_of(work, struct eland_job, work);

	WARN_ON(job->first == job->second);
	dma_fence_signal_timestamp(job->next ? job->next->first : job->first, job->clock(job));
}

static void eland_all(struct dma_fence *fences, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		dma_fence_signal(&fences[i]);
}

static int eland_error(struct dma_fence *fence, void *map, struct device *dev)
{
	if (IS_ERR(map) && fence)
		return PTR_ERR(map);
	dev_dbg(dev, "map %d\\n", !map);
	return 0;
}
"""


def test_what_parameters_reach_takes_every_shape(tmp_path: Path) -> None:
    harness = make_harness(read_fixture(REACHED))
    program = compile_harness(harness, REACHED, "void", compile_model(tmp_path), tmp_path / "program")
    cases = cases_of(harness)
    records: dict[str, list[str]] = {}
    for case, record in zip(cases, run(program, cases, "void", {}), strict=True):
        records.setdefault(case.name, []).append(record)
    work = "".join(records["eland_work"])
    assert "WARN of the driver" in work  # two names of one fence
    assert {"callback 0 of work of->first", "callback 0 of work of->next->first"} <= set(
        re.findall(r"callback 0 of [^:]*", work)
    )
    assert {"time 0", "time 77"} <= set(re.findall(r"time \d+", work))
    assert {record.count("callback 0") for record in records["eland_all"]} == {0, 1, 2, 3}
    returned = {re.findall(r"return (-?\d+)", record)[0] for record in records["eland_error"]}
    logged = {line for record in records["eland_error"] for line in re.findall(r"log.*", record)}
    assert returned == {"0", "-5"}
    assert logged == {"log of dev", "log: map 0", "log: map 1"}
    assert any("end fence: NULL" in record for record in records["eland_error"])
