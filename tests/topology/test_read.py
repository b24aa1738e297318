"""Descriptions that contradict themselves are errors that say what, where, and what was expected."""

from __future__ import annotations

import pytest

from acpitools.core.errors import TopologyError
from acpitools.core.units import GIB, KIB, MIB
from acpitools.topology.read import parse, read_spec
from acpitools.topology.spec import Processor, ProcessorState, Spec
from tests.topology.machines import spec_of

ONE = '[[domains]]\nmemory = "4G"\n'
TWO = '[[domains]]\nmemory = "2G"\n[[domains]]\nmemory = "2G"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "domains: there are none"),
        ('[[domains]]\nmemry = "4G"', r"domains\[0\].memry: no such key; did you mean memory"),
        ("frobs = 1\n" + ONE, "frobs: no such key"),
        ('[[domains]]\ncpus = ""', r"domains\[0\]: domain 0 has no processors, no memory and no device"),
        ('[[domains]]\nmemory = "4Q"', "'4Q' is no size such as"),
        ('[[domains]]\nmemory = "5000"', "multiples of 4 KiB"),
        ("[[domains]]\nmemory = true", 'expected a size such as "4G", found True'),
        (
            '[[domains]]\nmemory = [{ size = "1G", base = "3G" }, { size = "1G", base = "3G+512M" }]',
            r"memory\[1\]|memory\[0\]",
        ),
        ('[[domains]]\nmemory = [{ size = "1G", base = "0xffffffffff000" }]', "above 0x10000000000000"),
        ('[[domains]]\nmemory = "9P"', "find no place below"),
        (ONE + "[[domains]]\ndomain = 0\nmemory = '1G'", r"domains\[1\]: domain 0 is domains\[0\] already"),
        ("[processors]\nsockets = 3\n" + TWO, "3 processors cannot be dealt out to 2 domains evenly"),
        ("[processors]\nsockets = 70000\n" + ONE, "70000 is not between 0 and 65536"),
        ("[processors]\nsockets = 256\ncores = 1024\n" + ONE, "at most 65536 are made"),
        ("[processors]\ncores = 2\napic_ids = [1]\n" + ONE, "apic_ids: 1 ids for 2 cores = 2 processors"),
        ("[processors]\napic_ids = [1, 1]\n" + ONE, "apic_ids: 1 is there twice"),
        ("[processors]\nuids = [1, 2]\n" + ONE, "uids: 2 ids for 1 processors"),
        ("[processors]\nx2apic = ''\nfirst_apic_id = 255\n" + ONE, "APIC id 255 is above 254"),
        ("[processors]\nabsent_apic_ids = [7]\n" + ONE, "no processor has APIC id 7"),
        ("[processors]\nabsent_apic_ids = [0]\ndisabled_apic_ids = [0]\n" + ONE, "APIC id 0 is absent already"),
        ("[processors.caches]\nl1d = 100\n" + ONE, "100 bytes are no multiple of 8 ways x 64"),
        (TWO.replace("memory", "sockets = [0]\nmemory"), "APIC id 0 is in domain 0 already"),
        (ONE + "sockets = [4]", "there is no socket 4"),
        (ONE + "cpus = '9'", "there is no processor 9"),
        (ONE + "cpus = '3-1'", "'3-1' is no number or range"),
        (ONE + "cpus = '0-999999999'", "more than 131072 numbers"),
        ("[memory]\nlow = '5G'\n" + ONE, "memory.low: 0x140000000 is above 4 GiB"),
        ("[memory]\nhigh = '2G'\n" + ONE, "memory.high: 0x80000000 is not between 4 GiB"),
        ("[memory]\nmachine = 'q36'\n" + ONE, "'q36' is none of q35, pc, none"),
        ("[memory]\nmap = [{ start = 5, end = 5 }]\n" + ONE, "expected start below end"),
        (ONE + "[[dimms]]\nsize = '1M'", r"dimms\[0\].size: has to be a multiple of 2 MiB"),
        (ONE + "[[dimms]]\nbase = '1G'", "belongs to two ranges of memory"),
        (ONE + "[[initiators]]\ndomain = 1", r"initiators\[0\].pci: say which device"),
        (ONE + "[[initiators]]\npci = '3b:00.0'", "'3b:00.0' is no PCI address"),
        (ONE + "[distances]\nremote = 10", "distances.remote: 10 is not between 11 and 255"),
        (TWO + "[distances]\ncount = 1", "1 localities, but there is domain 1"),
        (TWO + "[distances]\ncount = 100000", "at most 4096 are made"),
        (TWO + "[distances]\nmatrix = [[10, 20]]", "expected 1 rows of 1 distances|expected 2 rows"),
        (TWO + "[distances]\nmatrix = [[10, 300], [20, 10]]", "distances from 0 to 255"),
        (TWO + "[distances]\npairs = [{ from = 0, to = 1, distance = 10 }]", "10 is the distance to oneself"),
        (TWO + "[distances]\npairs = [{ from = 0, to = 7, distance = 30 }]", "no locality 7; there are 2"),
        (ONE + "[performance]\nlatency = { local = '80GB/s' }", "'80GB/s' is none such as \"80ns\""),
        (ONE + "[performance]\nlatency = { local = '0ns' }", "'0ns' is none such"),
        (ONE + "[performance]\nlatency = { local = '0.0001ns' }", "'0.0001ns' is none such"),
        (TWO + "[performance]\nlatency = { local = '1ps', remote = '1us' }", "does not fit in 16-bit multiples"),
        (ONE + "[performance]\npairs = [{ initiator = 3, target = 0 }]", "domain 3 has no processors"),
        (ONE + "[performance]\ncaches = [{ domain = 1, size = '1G' }]", "domain 1 has no memory"),
        (ONE + "[cxl]\nwindows = [{ size = '1G' }]", "0 ways; CXL knows 1, 2, 3, 4, 6, 8, 12, 16"),
        (ONE + "[cxl]\nbridges = [{}]\nwindows = [{ size = '100M' }]", "no multiple of 0x10000000"),
        (ONE + "[cxl]\nbridges = [{}]\nwindows = [{ size = '1G', targets = [3] }]", "no bridge has uid 3"),
        (ONE + "[cxl]\nbridges = [{}]\nwindows = [{ size = '1G', base = '1M' }]", "no multiple of 256 MiB"),
        (ONE + "[cxl]\nbridges = [{}, { uid = 0 }]", "uid 0 is there twice"),
        (
            ONE + "[cxl]\nbridges = [{}, {}]\nwindows = [{ size = '1G', targets = [0, 1], arithmetic = 'xor' }]",
            "needs an entry in cxl.xor_maps with 1 bitmaps",
        ),
        ("[tables]\nmake = ['DSDT']\n" + ONE, "'DSDT' cannot be made"),
        ("[tables]\nmake = ['HMAT']\n" + ONE, r"HMAT needs \[performance\]"),
        ("[tables]\nrevisions = { SRAT = 9 }\n" + ONE, "9 is not between 1 and 3"),
        ("[tables]\nrevisions = { SRAT = 1 }\n" + ONE + "domain = 256", "revision 1 of the SRAT has 8 bits"),
        ("[oem]\nid = 'TOOLONG'\n" + ONE, "at most 6 fit"),
        ('name = "x\\u0001"\n' + ONE, "no printable ASCII"),
    ],
)
def test_a_contradiction_is_named(text: str, message: str) -> None:
    with pytest.raises(TopologyError, match=message):
        read_spec(parse(text))


def test_the_place_begins_with_the_file() -> None:
    with pytest.raises(TopologyError, match=r"^topology: a.toml: domains\[0\].memory: ") as caught:
        read_spec(parse("[[domains]]\nmemory = 'x'"), "a.toml")
    assert caught.value.where == "a.toml: domains[0].memory"


def test_what_is_not_toml_is_located() -> None:
    with pytest.raises(TopologyError, match=r"not TOML: .*line 2"):
        parse("a = 1\n]]")


def places(spec: Spec) -> list[tuple[int, int, int]]:
    return [(m.domain, m.base, m.size) for m in spec.memory]


def test_memory_fills_the_space_below_4_gib_first() -> None:
    # pc_q35.c: from 2.75 GiB on, 2 GiB lie below 4 GiB; video memory and BIOS stay out of the SRAT.
    spec = spec_of('[[domains]]\nmemory = "3G"\n[[domains]]\nmemory = "1G"')
    assert places(spec) == [(0, 0, 640 * KIB), (0, MIB, 2 * GIB - MIB), (0, 4 * GIB, GIB), (1, 5 * GIB, GIB)]


def test_a_pc_has_3_gib_below_4_gib() -> None:
    spec = spec_of('[memory]\nmachine = "pc"\nlegacy_hole = false\n[[domains]]\nmemory = "4G"')
    assert places(spec) == [(0, 0, 3 * GIB), (0, 4 * GIB, GIB)]


def test_little_memory_stays_below_4_gib() -> None:
    assert places(spec_of('[memory]\nlegacy_hole = false\n[[domains]]\nmemory = "2815M"')) == [(0, 0, 2815 * MIB)]


def test_holes_and_written_places_are_gone_around() -> None:
    text = """
[memory]
low = "1G"
legacy_hole = false
holes = [{ base = "5G", size = "1G" }]
[[domains]]
memory = ["3G", { base = "7G", size = "1G" }]
"""
    expected = [(0, 0, GIB), (0, 4 * GIB, GIB), (0, 6 * GIB, GIB), (0, 7 * GIB, GIB)]
    assert places(spec_of(text)) == expected


def test_memory_that_comes_later_lies_behind_all_ram_and_all_slots() -> None:
    text = """
[memory]
legacy_hole = false
[[domains]]
memory = ["1G", { size = "1G", present = false }]
[[dimms]]
slots = 2
"""
    spec = spec_of(text)
    assert places(spec) == [(0, 0, GIB), (0, 6 * GIB, GIB)]
    assert (spec.dimms[0].base, spec.dimms[0].slots, spec.dimms[0].size) == (4 * GIB, 2, GIB)
    assert [m.map_type for m in spec.memory] == [1, None]


def ids(*, text: str) -> list[int]:
    return [p.apic_id for p in spec_of(text + ONE).processors]


def test_apic_ids_have_bits_for_each_level() -> None:
    # As hardware numbers them: 3 cores take 2 bits.
    assert ids(text="[processors]\nsockets = 2\ncores = 3\n") == [0, 1, 2, 4, 5, 6]
    assert ids(text="[processors]\nsockets = 2\ncores = 3\nnumbering = 'sequential'\n") == [0, 1, 2, 3, 4, 5]
    assert ids(text="[processors]\nsockets = 2\ndies = 3\nthreads = 2\n") == [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13]


def test_ids_above_254_are_x2apic() -> None:
    processors = spec_of("[processors]\ncores = 4\nfirst_apic_id = 253\n" + ONE).processors
    assert [(p.apic_id, p.x2apic) for p in processors] == [(253, False), (254, False), (255, True), (256, True)]


def test_processors_are_dealt_out_in_their_order() -> None:
    processors = spec_of("[processors]\nsockets = 2\ncores = 2\n" + TWO).processors
    assert [p.domain for p in processors] == [0, 0, 1, 1]


def test_dies_make_domains_of_a_part_of_a_socket() -> None:
    domains = "[[domains]]\ndies = [0, 3]\nmemory = '1G'\n[[domains]]\ndies = [1, 2]\nmemory = '1G'"
    text = f"[processors]\nsockets = 2\ndies = 2\n{domains}"
    assert [p.domain for p in spec_of(text).processors] == [0, 1, 1, 0]


def test_absent_sockets_are_the_last_ones() -> None:
    processors: tuple[Processor, ...] = spec_of("[processors]\nsockets = 3\nabsent_sockets = 1\n" + ONE).processors
    assert [p.state for p in processors] == [ProcessorState.ENABLED] * 2 + [ProcessorState.ABSENT]


def test_distances_by_pairs_are_both_ways_unless_said() -> None:
    pairs = "pairs = [{ from = 0, to = 1, distance = 30 }, { from = 1, to = 0, distance = 40, both = false }]"
    distances = spec_of(TWO + "[distances]\n" + pairs).distances
    assert distances is not None
    assert list(distances.matrix) == [10, 30, 40, 10]


def test_numbers_that_no_domain_has_are_out_of_reach() -> None:
    distances = spec_of("[[domains]]\nmemory = '1G'\n[[domains]]\ndomain = 2\nmemory = '1G'").distances
    assert distances is not None
    assert list(distances.matrix) == [10, 255, 20, 255, 10, 255, 20, 255, 10]


def test_latencies_and_bandwidths_share_the_largest_unit() -> None:
    text = TWO + "[performance]\nlatency = { local = '80.5ns', remote = 140 }\nbandwidth = { local = '12.5GB/s' }"
    performance = spec_of(text).performance
    assert performance is not None
    latency, bandwidth = performance.localities
    assert (latency.base_unit, latency.entries) == (3500, (23, 40, 40, 23))
    assert (bandwidth.base_unit, bandwidth.entries) == (12500, (1, 0, 0, 1))
    assert performance.attached == ((0, 0), (1, 1))


def test_memory_without_processors_hangs_on_the_nearest_initiator() -> None:
    text = """
[processors]
sockets = 2
[[domains]]
sockets = [0]
memory = "1G"
[[domains]]
sockets = [1]
memory = "1G"
[[domains]]
memory = "1G"
cpus = ""
[performance]
latency = { local = "80ns", remote = "200ns" }
pairs = [{ initiator = 1, target = 2, latency = "150ns" }]
"""
    performance = spec_of(text).performance
    assert performance is not None
    assert performance.attached == ((0, 0), (1, 1), (2, 1))
