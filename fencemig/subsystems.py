# SPDX-License-Identifier: GPL-2.0-only
"""Which subsystem a file belongs to: its owning section of MAINTAINERS with the subject prefix used there."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from fencemig.inert import one_line
from fencemig.maintainers import Owners
from fencemig.model import Subsystem

_NAME = r"([^/.:\s]+)"  # a folder, or a file without its suffix

# How the kernel's people begin a subject, by path, where no history says it: the first row that matches.
_CONVENTIONS = (
    (r"drivers/dma-buf/(st-)?dma-fence", r"dma-buf/dma-fence:"),
    (r"include/(linux|trace/events)/dma[-_]fence", r"dma-buf/dma-fence:"),
    (r"drivers/dma-buf/sw_sync\.", r"dma-buf/sw_sync:"),
    (r"drivers/dma-buf/|include/(uapi/)?linux/(dma-(buf|resv|heap)|sync_file)", r"dma-buf:"),
    (r"drivers/gpu/drm/scheduler/|include/drm/(gpu_scheduler|spsc_queue)", r"drm/sched:"),
    (r"drivers/gpu/drm/amd/(amdgpu|amdkfd)/", r"drm/\1:"),
    (r"drivers/gpu/drm/amd/([^/]+)/", r"drm/amd/\1:"),
    (r"(?:drivers/gpu|include)/drm/([^/]+)/", r"drm/\1:"),
    (r"(?:drivers/gpu|include)/drm/drm_(?:device|drv|file|internal|ioctl|print)\.", r"drm:"),
    (r"(?:drivers/gpu|include)/drm/drm_([a-z0-9]+)", r"drm/\1:"),
    (r"include/uapi/drm/(?!drm)([a-z0-9]+)_drm\.h", r"drm/\1:"),
    (r"drivers/gpu/drm/|include/(uapi/)?drm/", r"drm:"),
    (r"drivers/accel/([^/]+)/", r"accel/\1:"),
    (r"drivers/accel/", r"accel:"),
    (r"drivers/gpu/([^/]+)/", r"gpu: \1:"),
    (r"include/(uapi/)?linux/host1x", r"gpu: host1x:"),
    (r"drivers/iio/industrialio-([a-z0-9]+)", r"iio: \1:"),
    (r"drivers/iio/buffer/|include/linux/iio/buffer", r"iio: buffer:"),
    (rf"drivers/iio/([^/]+)/{_NAME}", r"iio: \1: \2:"),
    (rf"drivers/usb/gadget/(?:function|legacy|udc)/{_NAME}", r"usb: gadget: \1:"),
    (r"drivers/usb/([^/]+)/", r"usb: \1:"),
    (r"drivers/media/platform/(?:[^/]+/)?([^/]+)/", r"media: \1:"),
    (rf"drivers/media/[^/]+/{_NAME}", r"media: \1:"),
    (rf"drivers/net/wireless/[^/]+/{_NAME}", r"wifi: \1:"),
    (r"drivers/net/ethernet/(?:[^/]+/)?([^/]+)/", r"net: \1:"),
    (rf"drivers/net/{_NAME}", r"net: \1:"),
    (rf"drivers/([^/]+)/{_NAME}", r"\1: \2:"),
    (r"net/core/", r"net:"),
    (r"net/(mac80211|wireless)/", r"wifi: \1:"),
    (rf"net/{_NAME}", r"net: \1:"),
    (rf"sound/soc/{_NAME}", r"ASoC: \1:"),
    (r"sound/[^/]+/([^/]+)/", r"ALSA: \1:"),
    (rf"sound/{_NAME}", r"ALSA: \1:"),
    (r"virt/kvm/", r"KVM:"),
    (r"Documentation/", r"docs:"),
    (rf"(io_uring|mm|samples|tools)/{_NAME}", r"\1/\2:"),
    (rf"(?:arch|fs|kernel|security)/{_NAME}", r"\1:"),
    (rf"include/(?:[^/]+/)*{_NAME}", r"\1:"),
    (_NAME, r"\1:"),
    (r"", r"treewide:"),
)

# The prefixes of code that many drivers use: commits to it pass through those drivers' files.
_SHARED_CODE = {prefix for _, prefix in _CONVENTIONS if "\\" not in prefix}

_TAG = r"[\w.+-]+(?:/[\w.+-]+)*"
_TAGS = re.compile(rf"({_TAG}(?:: {_TAG})*): ")
_WHOLE_TREE = re.compile(r"(?i)(tree-?wide|cocci(nelle)?)\b")


def group_by_subsystem(
    paths: Collection[str], owners: Owners, history: Mapping[str, Iterable[str]]
) -> dict[str, Subsystem]:
    """The subsystem of each path (relative to the tree), in the order of the paths.

    `history` has the recent commit subjects of a path; a path may be missing. The prefix is decided for all
    files together that share an owner and a convention: one driver is one subsystem, whatever the last
    commits to its files happen to say.
    """
    drivers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in paths:
        drivers[owners.owner(path).name, _convention(path)].append(path)
    subsystems = {}
    for (section, convention), files in drivers.items():
        subjects = (subject for path in files for subject in history.get(path, ()))
        subsystem = Subsystem(section, _prefix(convention, files, subjects))
        subsystems.update(dict.fromkeys(files, subsystem))
    return {path: subsystems[path] for path in paths}


def subject_prefix(path: str, subjects: Iterable[str] = ()) -> str:
    """The prefix, with its colon, of a patch to this file alone: by recent commit subjects, or the path."""
    return _prefix(_convention(path), [path], subjects)


def _convention(path: str) -> str:
    matches = ((re.match(pattern, path), prefix) for pattern, prefix in _CONVENTIONS)
    return next(one_line(match.expand(prefix)) for match, prefix in matches if match)


def _prefix(convention: str, paths: Collection[str], subjects: Iterable[str]) -> str:
    """What more than half of the subjects that speak for these files begin with, else the convention.

    A commit that touched several of the files counts once. Those that name the driver as the convention does
    go before others, for many that touch lima_sched.c speak for "drm/sched". Any other prefix must have been
    used twice: in a shallow clone all files have the same one commit, whatever it was about. One wider than
    the convention ("drm:" on a driver) went through the whole subsystem, and does not speak for the driver.
    """
    own: Counter[str] = Counter()
    other: Counter[str] = Counter()
    driver = _names(convention)[-1]
    for subject in dict.fromkeys(subjects):
        found = _TAGS.match(subject)  # merges and reverts have none
        if not found or _WHOLE_TREE.match(subject):
            continue
        tags = found[1]
        shared = _cut_to(paths, tags)
        if driver in _names(shared):
            own[shared] += 1
        elif f"{tags}:" not in _SHARED_CODE and not re.match(rf"{re.escape(tags)}[/:] ?\w", convention):
            other[tags] += 1
    votes, needed = (own, 1) if own else (other, 2)
    for tags, count in votes.most_common(1):
        if count >= needed and 2 * count > votes.total():
            return f"{tags}:"
    return convention


def _cut_to(paths: Collection[str], tags: str) -> str:
    """The longest beginning of the tags that all the paths bear: "drm/i915" of "drm/i915/gt" for all of i915.

    The first tag may be a name that no path has, as "wifi" in "wifi: ath11k".
    """
    folded = [_fold(path) for path in paths]
    cut = ""
    for number, tag in enumerate(re.finditer(r"[^/:\s]+", tags)):
        if all(_fold(tag[0]) in path for path in folded):
            cut = tags[: tag.end()]
        elif number > 0:
            break
    return cut


def _names(tags: str) -> list[str]:
    return [_fold(tag) for tag in re.findall(r"[^/:\s]+", tags)]


def _fold(text: str) -> str:
    return re.sub(r"[-_]", "", text).lower()
