# SPDX-License-Identifier: GPL-2.0-only
"""Many short processes at once, and a way out of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fencemig.system import process

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int, ended: Callable[[int, Item], None]
) -> list[Result]:
    """Do the work for all items, `jobs` at a time; results are in the order of the items.

    `ended` hears how many are done, and which one was the last. An exception ends it all.
    """
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(work, item) for item in items]
        results = []
        try:
            for number, (item, future) in enumerate(zip(items, futures, strict=True), 1):
                results.append(future.result())
                ended(number, item)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                process.stop_all()  # or the pool would wait for all of them to end
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return results
