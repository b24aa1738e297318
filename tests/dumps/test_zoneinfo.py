from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.core.errors import BootInputError
from acpitools.core.observed import ObservedZone
from acpitools.dumps.zoneinfo import read_zoneinfo
from tests.records import record_id, record_paths, record_text, record_truth

# The layout of a full /proc/zoneinfo, with the per-node and per-CPU lines that a reader must not take for fields.
ZONEINFO = """\
Node 1, zone   Normal
  per-node stats
      nr_inactive_anon 12
  pages free     498214
        boost    0
        min      8499
        low      10623
        high     12747
        spanned  524288
        present  524280
        managed  505721
        cma      0
        protection: (0, 0, 0, 0, 0)
      nr_free_pages 498214
  pagesets
    cpu: 0
              count: 63
              high:  1000
              batch: 63
  vm stats threshold: 20
  node_unreclaimable:  0
  start_pfn:           1048576
Node 0, zone      DMA
  pages free     2559
        spanned  4095
        present  3998
        managed  2687
  start_pfn:           1
Node 0, zone  Movable
  pages free     0
        spanned  0
        present  0
        managed  0
Node 1, zone   Device
  pages free     0
        spanned  32768
        present  32768
        managed  0
  start_pfn:           9437184
"""


def test_populated_zones_come_in_order_of_node_and_zone() -> None:
    assert read_zoneinfo(ZONEINFO) == (
        ObservedZone(node=0, zone="DMA", start_pfn=1, spanned_pages=4095, present_pages=3998, managed_pages=2687),
        ObservedZone(
            node=1,
            zone="Normal",
            start_pfn=1048576,
            spanned_pages=524288,
            present_pages=524280,
            managed_pages=505721,
        ),
    )


def test_file_without_a_zone_is_an_error() -> None:
    with pytest.raises(BootInputError, match=r"zoneinfo: f: no `Node N, zone NAME` line"):
        read_zoneinfo("pages free 1", where="f")


@pytest.mark.parametrize("record", [p for p in record_paths() if (p / "zoneinfo.txt").exists()], ids=record_id)
def test_recorded_boot_is_read_as_its_digest_says(record: Path) -> None:
    told = read_zoneinfo(record_text(record, "zoneinfo.txt"))
    assert {(z.node, z.zone, z.start_pfn, z.spanned_pages, z.present_pages, z.managed_pages) for z in told} == {
        (z["node"], z["zone"], z["start_pfn"], z["spanned"], z["present"], z["managed"])
        for z in record_truth(record)["zones"]
        if z["present"]
    }
