# SPDX-License-Identifier: GPL-2.0-only
"""Files fall into subsystems as their maintainers would have it: by owner, and by prefix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.maintainers import Owners, parse_maintainers
from fencemig.model import Subsystem
from fencemig.subsystems import group_by_subsystem, subject_prefix

OWNERS = Owners(
    parse_maintainers(b"""
RED CHIPS
F:\tdrivers/gpu/drm/amd/
F:\tdrivers/gpu/drm/radeon/

BLUE CHIPS
F:\tdrivers/gpu/drm/i915/

FENCES
F:\tdrivers/dma-buf/

FENCES IN FILES
F:\tdrivers/dma-buf/dma-fence*

THE REST
F:\t*
F:\t*/
""")
)
GEM = "drivers/gpu/drm/i915/gem/i915_gem_object.c"
GT = "drivers/gpu/drm/i915/gt/intel_breadcrumbs.c"
BLUE = Subsystem("BLUE CHIPS", "drm/i915:")


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        # those that series.md lists, each from the files of Linux 7.3
        ("drivers/dma-buf/dma-fence.c", "dma-buf/dma-fence:"),
        ("drivers/dma-buf/dma-fence-chain.c", "dma-buf/dma-fence:"),
        ("drivers/dma-buf/st-dma-fence.c", "dma-buf/dma-fence:"),
        ("include/linux/dma-fence.h", "dma-buf/dma-fence:"),
        ("drivers/dma-buf/sw_sync.c", "dma-buf/sw_sync:"),
        ("drivers/dma-buf/st-dma-resv.c", "dma-buf:"),
        ("drivers/gpu/drm/amd/amdgpu/amdgpu_fence.c", "drm/amdgpu:"),
        ("drivers/gpu/drm/amd/amdkfd/kfd_process.c", "drm/amdkfd:"),
        ("drivers/gpu/drm/xe/xe_hw_fence.c", "drm/xe:"),
        (GEM, "drm/i915:"),
        (GT, "drm/i915:"),
        ("drivers/gpu/drm/i915/selftests/i915_sw_fence.c", "drm/i915:"),
        ("drivers/gpu/drm/i915/i915_request.c", "drm/i915:"),
        ("drivers/gpu/drm/scheduler/sched_main.c", "drm/sched:"),
        ("drivers/gpu/drm/scheduler/tests/mock_scheduler.c", "drm/sched:"),
        ("drivers/gpu/drm/ttm/tests/ttm_bo_test.c", "drm/ttm:"),
        ("drivers/gpu/drm/nouveau/nouveau_fence.c", "drm/nouveau:"),
        ("drivers/gpu/drm/panthor/panthor_sched.c", "drm/panthor:"),
        ("drivers/gpu/drm/panfrost/panfrost_job.c", "drm/panfrost:"),
        ("drivers/gpu/drm/imagination/pvr_queue.c", "drm/imagination:"),
        ("drivers/gpu/drm/virtio/virtgpu_fence.c", "drm/virtio:"),
        ("drivers/gpu/drm/vmwgfx/vmwgfx_fence.c", "drm/vmwgfx:"),
        ("drivers/gpu/drm/vgem/vgem_fence.c", "drm/vgem:"),
        ("drivers/gpu/drm/radeon/radeon_fence.c", "drm/radeon:"),
        ("drivers/gpu/drm/drm_writeback.c", "drm/writeback:"),
        ("drivers/gpu/drm/drm_file.c", "drm:"),
        ("drivers/accel/amdxdna/aie2_ctx.c", "accel/amdxdna:"),
        ("drivers/accel/rocket/rocket_job.c", "accel/rocket:"),
        ("drivers/gpu/host1x/fence.c", "gpu: host1x:"),
        ("drivers/iio/industrialio-buffer.c", "iio: buffer:"),
        ("drivers/usb/gadget/function/f_fs.c", "usb: gadget: f_fs:"),
        # the rules behind them
        ("include/drm/gpu_scheduler.h", "drm/sched:"),
        ("include/drm/ttm/ttm_bo.h", "drm/ttm:"),
        ("include/uapi/drm/xe_drm.h", "drm/xe:"),
        ("drivers/gpu/drm/drm_syncobj.c", "drm/syncobj:"),
        ("drivers/gpu/drm/kite/deep/down/x.c", "drm/kite:"),
        ("drivers/usb/dwc3/gadget.c", "usb: dwc3:"),
        ("drivers/iio/adc/ad7124.c", "iio: adc: ad7124:"),
        ("drivers/media/platform/qcom/venus/core.c", "media: venus:"),
        ("drivers/media/platform/kite/kite-core.c", "media: kite:"),
        ("drivers/media/i2c/imx219.c", "media: imx219:"),
        ("drivers/net/wireless/ath/ath11k/mac.c", "wifi: ath11k:"),
        ("drivers/net/ethernet/intel/ice/ice_main.c", "net: ice:"),
        ("drivers/hwmon/lm75.c", "hwmon: lm75:"),
        ("fs/ext4/inode.c", "ext4:"),
        ("sound/soc/fsl/fsl_sai.c", "ASoC: fsl:"),
        ("sound/pci/hda/hda_intel.c", "ALSA: hda:"),
        ("arch/arm64/kernel/smp.c", "arm64:"),
        ("mm/slub.c", "mm/slub:"),
        ("init/main.c", "init:"),
    ],
)
def test_conventions(path: str, prefix: str) -> None:
    assert subject_prefix(path) == prefix


@pytest.mark.parametrize(
    ("path", "subjects", "prefix"),
    [
        pytest.param(GT, ["drm/i915/gt: Mend it"], "drm/i915/gt:", id="one commit speaks"),
        pytest.param(
            "drivers/usb/gadget/function/f_fs.c",
            ["usb: f_fs: Mend it", "usb: f_fs: Oil it", "usb: gadget: f_fs: Paint it"],
            "usb: f_fs:",
            id="the most frequent",
        ),
        pytest.param(GT, ["drm/i915/gt: Mend it", "drm/i915: Oil it"], "drm/i915:", id="undecided: the convention"),
        pytest.param(
            "drivers/gpu/drm/lima/lima_sched.c",
            [
                'Revert "drm/lima_sched: Mend it"',
                "Merge tag 'drm-next' of git://example.org/drm: lima_sched",
                "treewide: drm: lima: sched: Oil it",
                "Convert all users of the timer",
                "drm: Paint every driver",
                "drm/sched: Change an argument",
                "drm/sched: Change it back",
                "dma-buf: Rename a function",
                "base: The whole kernel",
            ],
            "drm/lima:",
            id="commits that only passed through say nothing",
        ),
        pytest.param(
            "drivers/gpu/drm/lima/lima_sched.c",
            ["drm/ttm: One", "lima: Two", "drm/ttm: Three", "drm/ttm: Four"],
            "lima:",
            id="the driver's own name goes before frequency",
        ),
        pytest.param(
            "drivers/gpu/drm/imagination/pvr_ccb.c",
            ["drm/pvr: Mend it", "drm/pvr: Oil it"],
            "drm/pvr:",
            id="a name of its own",
        ),
        pytest.param(
            "drivers/gpu/drm/lima/lima_sched.c",
            ["drm/sched: One", "drm/sched: Two"],
            "drm/lima:",
            id="the prefix of shared code",
        ),
        pytest.param(
            "drivers/usb/gadget/function/f_fs.c",
            ["usb: gadget: One", "usb: gadget: Two"],
            "usb: gadget: f_fs:",
            id="wider than the convention",
        ),
        pytest.param(
            "drivers/gpu/drm/imagination/pvr_ccb.c",
            ["drm/panthor: The tip of a shallow clone"],
            "drm/imagination:",
            id="a single commit about something else",
        ),
        pytest.param(
            "drivers/net/wireless/ath/ath12k/mac.c",
            ["wifi: ath12k: Fix: a colon more"],
            "wifi: ath12k:",
            id="a first tag that no folder bears",
        ),
        pytest.param(
            "drivers/gpu/drm/drm_file.c",
            ["drm/file: Mend it"],
            "drm/file:",
            id="narrower than the convention",
        ),
        pytest.param("drivers/hwmon/lm75.c", ["hwmon: (lm75) Mend it"], "hwmon: lm75:", id="odd tags"),
    ],
)
def test_history_goes_before_conventions(path: str, subjects: list[str], prefix: str) -> None:
    assert subject_prefix(path, subjects) == prefix


def test_drivers_of_one_section_are_subsystems_of_their_own() -> None:
    folder = "drivers/gpu/drm"
    paths = [
        f"{folder}/radeon/a.c",
        f"{folder}/amd/amdkfd/b.c",
        f"{folder}/amd/amdgpu/c.c",
        f"{folder}/radeon/d.c",
    ]
    assert list(group_by_subsystem(paths, OWNERS, {}).items()) == [
        (paths[0], Subsystem("RED CHIPS", "drm/radeon:")),
        (paths[1], Subsystem("RED CHIPS", "drm/amdkfd:")),
        (paths[2], Subsystem("RED CHIPS", "drm/amdgpu:")),
        (paths[3], Subsystem("RED CHIPS", "drm/radeon:")),
    ]


def test_sections_stay_apart_under_one_prefix() -> None:
    paths = ["drivers/dma-buf/st-dma-fence.c", "drivers/dma-buf/dma-fence-array.c"]
    groups = group_by_subsystem(paths, OWNERS, {})
    assert set(groups.values()) == {
        Subsystem("FENCES", "dma-buf/dma-fence:"),
        Subsystem("FENCES IN FILES", "dma-buf/dma-fence:"),
    }


def test_history_does_not_tear_a_driver_apart() -> None:
    history = {GEM: ["drm/i915/gem: Mend it"], GT: ["drm/i915/gt: Oil it", "drm/i915/gt: Paint it"]}
    assert group_by_subsystem([GEM, GT], OWNERS, history) == {GEM: BLUE, GT: BLUE}


def test_a_commit_to_many_files_is_one_vote() -> None:
    files = [f"drivers/gpu/drm/i915/i915_{n}.c" for n in range(9)]
    history = {file: ["drm: i915: A sweep"] for file in files}
    history[files[0]] += ["drm/i915: Mend it", "drm/i915: Oil it"]
    assert set(group_by_subsystem(files, OWNERS, history).values()) == {BLUE}


@given(
    st.dictionaries(
        st.sampled_from([GEM, GT, "drivers/gpu/drm/i915/x.c"]),
        st.lists(
            st.text()
            | st.sampled_from(
                [
                    "drm/i915: a",
                    "drm/i915/gt: b",
                    "drm: c",
                    "drm/sched: d",
                    "i915: e",
                    "drm/i915/gem: f",
                    ": g",
                ]
            )
        ),
    )
)
def test_no_history_tears_a_driver_apart(history: dict[str, list[str]]) -> None:
    subsystems = set(group_by_subsystem([GEM, GT, "drivers/gpu/drm/i915/x.c"], OWNERS, history).values())
    assert len(subsystems) == 1
    assert subsystems <= {BLUE, Subsystem("BLUE CHIPS", "i915:")}


@given(st.text(), st.lists(st.text()))
def test_every_path_has_a_prefix(path: str, subjects: list[str]) -> None:
    prefix = subject_prefix(path, subjects)
    assert prefix.endswith(":")
    assert len(prefix) > 1
