"""Hypothesis strategies: inputs, and inputs that something went wrong with."""

from __future__ import annotations

import dataclasses
import itertools
from functools import cache
from typing import Any

from hypothesis import strategies as st

from acpitools.aml.encoding import name_from_text
from acpitools.aml.machine import read_table
from acpitools.aml.opcodes import BY_NAME, OPS, Op
from acpitools.aml.resources.template import DESCRIPTORS, Template, decode_template, encode_template
from acpitools.aml.terms import NULL_NAME, Term
from acpitools.aml.writer import write_terms
from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import seal
from acpitools.codec.fields import Leaf, Role
from acpitools.codec.record import FieldSpec, Record, decode, fixed_size
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import SelfSizedList, Structure, StructureList
from acpitools.codec.tails import CountedBytes, Gap, Integers, String
from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB, U64_MAX
from acpitools.image.cpio import CpioFile, directory, regular
from acpitools.kernel.inputs import (
    Affinity,
    BootInputs,
    CedtWindow,
    KernelImage,
    SlitView,
    SratView,
    TableInMemory,
    TableOverride,
)
from acpitools.tables.header import Table
from acpitools.tables.registry import codec_for
from tests.support import FIXTURES

_BYTES = st.binary(max_size=8)


@st.composite
def mutated(draw: st.DrawFn, *originals: bytes) -> bytes:
    """One of the originals after a few cuts, repetitions, swaps and foreign bytes; now and then unharmed."""
    data = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(0, 4))):
        first, second = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        match draw(st.sampled_from(("insert", "replace", "delete", "repeat", "truncate", "flip"))):
            case "insert":
                data = data[:first] + draw(_BYTES) + data[first:]
            case "replace":
                data = data[:first] + draw(_BYTES) + data[second:]
            case "delete":
                data = data[:first] + data[second:]
            case "repeat":
                data = data[:second] + data[first:second] * draw(st.integers(1, 3)) + data[second:]
            case "truncate":
                data = data[:first]
            case "flip" if first < len(data):
                data = data[:first] + bytes((data[first] ^ 1 << draw(st.integers(0, 7)),)) + data[first + 1 :]
    return data


def records(cls: type[Record]) -> st.SearchStrategy[Record]:
    """Any record of a class: each fixed field in its full range, counts small enough to be met, any tail."""
    return record_bytes(cls).map(lambda data: decode(cls, data))


@st.composite
def record_bytes(draw: st.DrawFn, cls: type[Record]) -> bytes:
    """The bytes of any record of a class."""
    parts = [draw(_field(spec)) for spec in cls.FIELDS if isinstance(spec.leaf, Leaf)]
    return b"".join(parts) + draw(st.binary(max_size=96))


def _field(spec: FieldSpec) -> st.SearchStrategy[bytes]:
    size = spec.leaf.size
    if spec.name.endswith("_count"):
        return st.integers(0, 4).map(lambda value: value.to_bytes(size, "little"))
    if spec.name == "length" and spec.leaf.role is Role.VALUE:
        # Of what it holds too: nothing makes it right.
        return st.integers(0, 64).map(lambda value: value.to_bytes(size, "little"))
    edges = st.sampled_from((bytes(size), b"\xff" * size, b"\1" + bytes(size - 1)))
    return edges | st.binary(min_size=size, max_size=size)


@st.composite
def structures(draw: st.DrawFn, known: StructureList) -> Structure:
    """A structure that a table may hold, with the length of its bytes."""
    number = draw(st.sampled_from(known.types) | st.integers(0, 255)) if known.typed else 0
    choices = list(known.records_of(number))
    if isinstance(known, SelfSizedList):
        # One of unknown type would end the list.
        number = number if choices else known.types[0]
        choices = list(known.records_of(number))
    elif all(fixed_size(cls) > fixed_size(known.raw) for cls in choices):
        # A header alone may be a whole record.
        choices.append(known.raw)
    fixed = draw(sound(draw(st.sampled_from(choices))))
    if known.typed:
        fixed = dataclasses.replace(fixed, **_named(type=number))
    if type(fixed) is known.raw:
        # Longer than its own header, shorter than the records of its type: else it would decode as one of them.
        limit = min((fixed_size(cls) for cls in known.records_of(number)), default=200) - fixed_size(known.raw)
        payload = draw(st.binary(max_size=max(0, limit - 1)))
        if (number, fixed_size(known.raw) + len(payload)) in known.misdeclared:
            payload = payload[:-1]
        fixed = dataclasses.replace(fixed, **_named(payload=payload))
    return seal(fixed)  # type: ignore[return-value]


@st.composite
def sound(draw: st.DrawFn, cls: type[Record]) -> Record:
    """A record with anything in its fields, but whose counts, offsets and lengths are right."""
    record = decode(cls, b"".join(draw(_field(spec)) for spec in cls.FIELDS if isinstance(spec.leaf, Leaf)))
    tails = [spec for spec in cls.FIELDS if not isinstance(spec.leaf, Leaf) and spec.name != "trailing"]
    offsets = {spec.leaf.at: 0 for spec in tails if getattr(spec.leaf, "at", None)}
    # Rows that share a count have as many elements.
    shared = [name for spec in tails if (name := getattr(spec.leaf, "counted_by", None))]
    numbers = {name: draw(st.integers(0, 3)) for name in shared if shared.count(name) > 1}
    changes = {spec.name: draw(_tail(spec.leaf, numbers.get(getattr(spec.leaf, "counted_by", "")))) for spec in tails}
    for spec, other in itertools.combinations(tails, 2):
        # One list that lies here or there: behind what is between the places only if that is not empty.
        if (place := _place(spec.leaf)) is not None and place == _place(other.leaf):
            between = tails[tails.index(spec) + 1 : tails.index(other)]
            here = not any(changes[part.name] for part in between) or draw(st.booleans())
            changes[other.name if here else spec.name] = ()
    record = seal(dataclasses.replace(record, **offsets | changes))
    for spec in tails:
        # As many elements as follow from other fields.
        leaf = spec.leaf
        if getattr(leaf, "counted_by", None) or getattr(leaf, "side", None):
            continue
        if isinstance(leaf, Integers | CountedBytes) and leaf.count is not None:
            number = max(0, leaf.count(record))
            size = number * getattr(leaf, "width", 1)
            if size <= 256:
                data = draw(st.binary(min_size=size, max_size=size))
                value: Any = IntArray(data, leaf.width) if isinstance(leaf, Integers) else data
                record = dataclasses.replace(record, **_named(**{spec.name: value}))
        elif isinstance(leaf, Repeated) and leaf.count is not None and leaf.constant is None:
            value = draw(_tail(leaf, min(4, leaf.count(record))))
            record = seal(dataclasses.replace(record, **_named(**{spec.name: value})))
    # What has become empty lies nowhere.
    return seal(dataclasses.replace(record, **_named(**offsets)))


def _place(leaf: Any) -> tuple[str, str] | None:
    return (leaf.counted_by, leaf.at) if isinstance(leaf, Repeated) and leaf.counted_by and leaf.at else None


def _tail(leaf: Any, number: int | None) -> st.SearchStrategy[Any]:
    if isinstance(leaf, Repeated) and leaf.constant is not None:
        number = leaf.constant
    least, most = (0, 3) if number is None else (number, number)
    if isinstance(leaf, Repeated) and leaf.most is not None:
        most = leaf.most
    if isinstance(leaf, StructureList):
        return st.lists(structures(leaf), min_size=least, max_size=most).map(tuple)
    if isinstance(leaf, Repeated):
        return st.lists(sound(leaf.record), min_size=least, max_size=most).map(tuple)
    if isinstance(leaf, Integers):
        return st.lists(st.integers(0, (1 << 8 * leaf.width) - 1), min_size=least, max_size=most).map(
            lambda values: IntArray.of(values, leaf.width)
        )
    if isinstance(leaf, Gap):
        return st.just(b"")
    if isinstance(leaf, String):
        chars = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
        return chars.map(lambda text: text + "\0") if leaf.zero_ended else chars
    if isinstance(leaf, CountedBytes) and leaf.side is not None:
        return st.integers(0, 9).flatmap(lambda side: st.binary(min_size=side**2, max_size=side**2))
    return st.binary(max_size=40)


_REVISIONS = {
    "Gtdt": 2,
    "Gtdt3": 3,
    "Hmat1": 1,
    "Hmat": 2,
    "Pmtt1": 1,
    "Pmtt": 2,
    "Rsdp1": 0,
    "Rsdp2": 2,
    "Tpm2": 4,
    "Tpm2Log5": 5,
    "Tpm2Parameters5": 5,
    "Tpm2Revision3": 3,
}
"""Layouts that a field chooses, apart from the length."""
_FIELDS: dict[str, dict[str, Any]] = {
    "Cdat": {"reserved": bytes(6)},
    "Msct": {"domain_offset": 56, "gap": b""},
    "TcpaClient": {"platform_class": 0},
    "TcpaServer": {"platform_class": 1},
}


@st.composite
def tables(draw: st.DrawFn, signature: str) -> Table:
    """A table of a signature whose lengths, counts and checksums are right, with anything in its other fields."""
    codec = codec_for(signature)
    assert codec is not None
    cls = draw(st.sampled_from(codec.records))
    changes: dict[str, Any] = dict(_FIELDS.get(cls.__name__, {}))
    if cls.__name__ != "Cdat":
        changes["signature"] = signature
    if cls.__name__ in _REVISIONS:
        changes["revision"] = _REVISIONS[cls.__name__]
    return seal(dataclasses.replace(draw(sound(cls)), **changes))  # type: ignore[return-value]


def _named(**values: Any) -> dict[str, Any]:
    return values


# --- topologies ---------------------------------------------------------------------------------------------------


@st.composite
def topologies(draw: st.DrawFn) -> dict[str, Any]:
    """A description of a machine, as TOML would give it, that contradicts nothing; its first domain has RAM."""
    shape = [draw(st.integers(1, most)) for most in (3, 2, 3, 2)]
    cpus = shape[0] * shape[1] * shape[2] * shape[3]
    numbers = draw(st.lists(st.integers(0, 40), min_size=1, max_size=5, unique=True))
    owners = draw(st.lists(st.sampled_from(numbers), min_size=cpus, max_size=cpus))
    domains: list[dict[str, Any]] = []
    for index, number in enumerate(numbers):
        own = [cpu for cpu, owner in enumerate(owners) if owner == number]
        memory = draw(st.lists(_described_memory(), max_size=3))
        if index == 0:
            memory = [{"size": draw(st.integers(256, 3000)) * MIB}, *memory]
        elif not own and not memory:
            memory = [{"size": GIB}]
        domains.append({"domain": number, "cpus": own, "memory": memory})
    found: dict[str, Any] = {
        "processors": {
            **dict(zip(("sockets", "dies", "cores", "threads"), shape, strict=True)),
            "first_apic_id": draw(st.sampled_from([0, 0, 200, 0x12340])),
            "x2apic": draw(st.sampled_from(["auto", "all"])),
            "caches": draw(st.sampled_from([{}, {"l1d": "32K", "l2": "1M", "l3": "8M"}])),
        },
        "memory": {"machine": draw(st.sampled_from(["q35", "pc", "none"])), "legacy_hole": draw(st.booleans())},
        "domains": domains,
    }
    if draw(st.booleans()):
        found["dimms"] = [{"domain": numbers[-1], "slots": draw(st.integers(1, 4)), "size": "512M"}]
    if draw(st.booleans()):
        found["initiators"] = [{"domain": numbers[0], "pci": "0001:3b:1f.7", "architectural": draw(st.booleans())}]
        found["ports"] = [{"domain": numbers[-1], "hid": "ACPI0016", "uid": draw(st.integers(0, 1 << 31))}]
    if draw(st.booleans()):
        found["distances"] = {"remote": draw(st.integers(11, 254))}
    if draw(st.booleans()):
        found["performance"] = {"latency": {"local": "80ns", "remote": "1400ns"}, "bandwidth": {"local": "12.5GB/s"}}
    if draw(st.booleans()):
        ways = draw(st.sampled_from([1, 2, 3, 4]))
        window = {"size": ways * 256 * MIB, "targets": list(range(ways)), "granularity": 1024, "domain": numbers[0]}
        found["cxl"] = {"bridges": [{"uid": uid} for uid in range(ways)], "windows": [window]}
    return found


def _described_memory() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda size, hotplug, present, special: {"size": size * MIB, "hotplug": hotplug, "present": present, **special},
        st.integers(1, 5000),
        st.booleans(),
        st.sampled_from([True, True, False]),
        st.sampled_from([{}, {}, {"nonvolatile": True}, {"specific_purpose": True}]),
    )


# --- boots --------------------------------------------------------------------------------------------------------

_ADDRESSES = st.one_of(
    st.integers(0, 8 * GIB).map(lambda a: a & -4096),
    st.integers(0, 8 * GIB),
    st.integers(0, 1 << 47).map(lambda a: a & -MIB),
    st.sampled_from([0, 1, 0xA0000, MIB, 4 * GIB, U64_MAX, 1 << 52, 1 << 46]),
)
_SIZES = st.integers(0, 4 * GIB) | st.sampled_from([0, 1, 4095, 4096, 64 * MIB, 1 << 46, U64_MAX])
_USUAL_MAP = (
    E820Entry(0, 0x9FC00, 1),
    E820Entry(MIB, 0x7FFDF000, 1),
    E820Entry(0x7FFDF000, 0x80000000, 2),
    E820Entry(4 * GIB, 6 * GIB, 1),
)
_USUAL_SRAT = (
    Affinity(0, 48, 1, 40, 0, 1, 0, 0xA0000),
    Affinity(1, 88, 1, 40, 0, 1, MIB, 2 * GIB - MIB),
    Affinity(2, 128, 1, 40, 1, 3, 4 * GIB, 2 * GIB),
)
_OPTIONS = """
movable_node nokaslr kernelcore=1G kernelcore=30% kernelcore=200% kernelcore=mirror movablecore=70%
movablecore=99999E mem=1G mem=1 mem=5G memmap=64M$1G memmap=1K@ memmap=exactmap memmap=2G@4G
memmap=1G%0-1+2 memmap=4K#5G memmap=1E!0 numa=off numa=noacpi numa=fake=3 numa=fake=99999999
numa=fake=33M numa=fake=2U numa=fake=0U numa=fake=U acpi=off crashkernel=256M crashkernel=1E
crashkernel=1G,high crashkernel=0-:16M crashkernel=-:-, hugepagesz=1G hugepages=3
hugepages=999999999 hugepages=0:1,5:7 swiotlb=force swiotlb=99999999999 log_buf_len=1E
log_buf_len=64M nogbpages debug_pagealloc no5lvl nr_cpus=1 -- efi=debug add_efi_memmap
efi=nosoftreserve dhash_entries=999999999999 hashdist=0 cma=1G retain_initrd disable_mtrr_trim
"""


def memory_maps() -> st.SearchStrategy[tuple[E820Entry, ...]]:
    """Firmware maps: a usual one, one with entries too many, or anything; entries may wrap and overlap."""
    entries = st.builds(
        lambda start, size, kind: E820Entry(start, start + size, kind),
        _ADDRESSES,
        _SIZES,
        st.sampled_from([1, 1, 1, 2, 3, 4, 5, 7, 12, 0xEFFFFFFF, 77]),
    )
    more = st.lists(entries, max_size=5).map(lambda added: (*_USUAL_MAP, *added))
    return st.just(_USUAL_MAP) | more | st.lists(entries, max_size=8).map(tuple)


def srat_views() -> st.SearchStrategy[SratView]:
    """SRATs as the kernel walks them: sound structures, broken ones, and both."""
    entries = st.builds(
        Affinity,
        st.integers(0, 9),
        st.integers(48, 4000),
        st.sampled_from([0, 1, 1, 1, 1, 2, 5, 9]),
        st.sampled_from([40, 40, 40, 40, 16, 24, 32, 0, 2, 255]),
        st.sampled_from([0, 0, 1, 2, 3, 255, 256, 1023, 1024, 0xFFFFFFFF]),
        st.integers(0, 7),
        _ADDRESSES,
        _SIZES,
        st.sampled_from([0, 1, 2, 255, 40000]),
    )
    anything = st.lists(entries, max_size=8).map(tuple)
    sound = st.lists(entries, max_size=3).map(lambda more: (*_USUAL_SRAT, *more))
    return st.builds(SratView, revision=st.sampled_from([1, 2, 3]), entries=anything | sound)


def command_lines() -> st.SearchStrategy[str]:
    """Some of the options that decide the layout, sensible and absurd."""
    return st.lists(st.sampled_from(_OPTIONS.split()), max_size=5).map(" ".join)


def boot_inputs() -> st.SearchStrategy[BootInputs]:
    """Inputs of any boot, hostile ones included."""
    ranges = st.builds(lambda a, n: AddrRange(a, a + n), _ADDRESSES, st.integers(1, 64 * MIB))
    low = st.integers(8, 3000).map(lambda n: n * 2 * MIB)
    descriptors = st.builds(
        lambda start, size, kind, bits: EfiDescriptor(start, start + size, kind, bits),
        _ADDRESSES,
        _SIZES,
        st.integers(0, 16),
        st.sampled_from([0, 8, 8, 0x10008, 0x40008]),
    )
    return st.builds(
        BootInputs,
        e820=memory_maps(),
        cmdline=command_lines(),
        release=st.sampled_from(["6.1", "6.12", "6.8", "5.4", "3.10"]),
        srat=st.none() | srat_views(),
        slit=st.none() | st.builds(SlitView, localities=st.integers(0, 5), matrix=st.binary(max_size=30)),
        cedt=st.lists(st.builds(CedtWindow, _ADDRESSES, _ADDRESSES, st.just(0)), max_size=3).map(tuple),
        efi_memmap=st.just(()) | st.lists(descriptors, max_size=4).map(tuple),
        setup_data=st.just(()) | st.lists(ranges, max_size=2).map(tuple),
        initrd=st.none() | ranges,
        image=st.none() | (low | _ADDRESSES).map(lambda start: KernelImage(start=start, end=start + 0x2C00000)),
        acpi_tables=st.lists(
            st.builds(TableInMemory, st.sampled_from(["FACP", "XSDT"]), _ADDRESSES, st.integers(0, MIB)), max_size=2
        ).map(tuple),
        overrides=st.lists(st.builds(TableOverride, st.just("SRAT"), st.integers(0, MIB)), max_size=2).map(tuple),
        apic_ids=st.lists(st.integers(0, 300), min_size=1, max_size=5, unique=True).map(tuple),
        boot_x2apic=st.booleans(),
        hypervisor=st.booleans(),
        la57=st.booleans(),
        gigabyte_pages=st.booleans(),
        mtrr_losing=st.sampled_from([0, 0, MIB, 512 * MIB, U64_MAX]),
    )


def archived_files() -> st.SearchStrategy[tuple[CpioFile, ...]]:
    """Files and directories of an archive: names of any bytes but NUL, contents that look like headers too."""
    names = st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name and name != b"TRAILER!!!")
    contents = st.one_of(st.binary(max_size=200), st.just(b"070701" + b"0" * 104), st.just(b"kernel/firmware/acpi/"))
    made = st.builds(
        lambda name, data, is_file: (
            regular(name.decode("utf-8", "surrogateescape"), data)
            if is_file
            else directory(name.decode("utf-8", "surrogateescape"))
        ),
        names,
        contents,
        st.booleans(),
    )
    return st.lists(made, max_size=6).map(tuple)


_EXPECTATION_PARTS = (
    "boots", "not", "and", "or", "(", ")", "{", "}", ":", ",", "\n", "# c\n", '"a name"', '"', "node", "node 1",
    "node n", "for node n", "every node n", "some node m", "with memory", "in 0-3", "except 0", "movable", "removable",
    "possibly", "hotpluggable", "memory", "all", "no", "kernel allocation", 'allocation "init*"', "on node 2",
    "in zone Movable", "in 0x1000-0x2fff", "zone Normal", "managed", "block size", "block 32", "memory32",
    "findings", "finding KASLR*",
    "distance node 0 to node 1", "nodes", "online", "cpus", "pxm", "srat used", "==", ">=", "<", "95%", "128M",
    "0x180000000", "4096 pages", "7", "[mem 0x0-0xfff]", "\\\n", "=", "&", "ö", "\x00",
)  # fmt: skip


def expectation_texts() -> st.SearchStrategy[str]:
    """Texts of expectations: words of the language in any order, sound ones, and anything at all."""
    words = st.lists(st.sampled_from(_EXPECTATION_PARTS), max_size=14).map(" ".join)
    claims = st.sampled_from(
        (
            "boots",
            "node 1 movable >= 95%",
            "all hotpluggable memory movable",
            "no kernel allocation on node 2",
            "every node n with memory: node n movable or not node n online",
            "distance node 0 to node 1 <= 21",
            "node 0 zone DMA32 managed >= 100M",
        )
    )
    return st.one_of(words, st.text(max_size=40), st.lists(st.one_of(claims, words), max_size=4).map("\n".join))


# --- AML ----------------------------------------------------------------------------------------------------------

METHODS = {f"M{arity}__".encode(): arity for arity in range(8)}
"""Methods that terms() may call, by path: M0 to M7, with so many arguments."""
_NAMES = st.sampled_from(("NAM0", "\\NAM0", "^NAM0", "\\_SB.PCI0", "^^A.B.C", "ABC.DEF", "\\", "^", "X", "WAIT", "IO"))
_PREDEFINED = st.sampled_from(("_HID", "_CID", "_UID", "_CRS", "_PRW", "_PLD", "_STA", "_DSD", "_S5", "_ADR"))
_INTEGERS = {"ByteData": 8, "WordData": 16, "DWordData": 32, "QWordData": 64}
_SHARED_TERMS = tuple(op for op in OPS if not op.operands and "value" in op.flags)
_OPERATORS = tuple(op for op in OPS if op.operands and "value" in op.flags)
_STATEMENTS = tuple(op for op in OPS if "statement" in op.flags)
_BLOCKS = tuple(op for op in _STATEMENTS if "TermList" in op.operands)
_LITERALS = tuple(op for op in OPS if (op.operands and "const" in op.flags) or op.name.endswith(("Buffer", "Package")))
_VARIABLES = tuple(Term(op.name) for op in OPS if op.name[:-1] in ("Local", "Arg"))
_FORMS = st.sampled_from((0, 0, 0, 2, 3, 4))


@st.composite
def terms(draw: st.DrawFn, depth: int = 3) -> Term:
    """A statement of AML with everything in it; calls are of METHODS only, all other names take no arguments."""
    match draw(st.integers(0, 9)):
        case 0:
            return draw(_call(depth))
        case 1 | 2 | 3 if depth > 0:
            return draw(_operator(_BLOCKS, depth))
        case 4:
            return Term("Name", (name_from_text(draw(_PREDEFINED)), draw(_literals(depth))))
    return draw(_operator(_STATEMENTS, depth))


def _literals(depth: int) -> st.SearchStrategy[Term]:
    return _operator(_LITERALS, depth)


@st.composite
def _call(draw: st.DrawFn, depth: int) -> Term:
    path, arity = draw(st.sampled_from(sorted(METHODS.items())))
    name = name_from_text("\\" + path.decode())
    return Term("Call", (name, *(draw(values(depth - 1)) for _ in range(arity))))


@st.composite
def values(draw: st.DrawFn, depth: int = 3) -> Term:
    """An operand of AML."""
    if depth <= 0:
        return Term(draw(st.sampled_from(_SHARED_TERMS)).name)
    if draw(st.integers(0, 9)) == 0:
        return draw(_call(depth))
    if draw(st.booleans()):
        return draw(_operator(_OPERATORS, depth))
    return Term("NamePath", (name_from_text(draw(_NAMES)),))


def _places(word: str, depth: int) -> st.SearchStrategy[Term]:
    # What may be stored to or asked about: fewer for a SimpleName, nothing at all for a Target.
    simple = st.sampled_from((NULL_NAME, *_VARIABLES)) | _NAMES.map(
        lambda text: Term("NamePath", (name_from_text(text),))
    )
    if word == "SimpleName":
        return simple
    referring = _operator(tuple(BY_NAME[name] for name in ("Index", "RefOf", "DerefOf")), depth)
    return simple | st.just(Term("Debug")) | referring if depth > 0 else simple | st.just(Term("Debug"))


@st.composite
def _operator(draw: st.DrawFn, choices: tuple[Op, ...], depth: int) -> Term:
    op = draw(st.sampled_from(choices))
    args = tuple(draw(_argument(word, depth)) for word in op.arguments)
    if op.name == "Method":  # which no other term may name: it would be a call
        args = (name_from_text("METH"), *args[1:])
    return _formed(Term(op.name, args), draw(_FORMS) if op.packaged else 0)


def _formed(term: Term, form: int) -> Term:
    # A form says that fewer bytes would do: where they would not, it is not there.
    plain = len(write_terms((term,)))
    term = term._replace(form=form)
    return term if form == 0 or len(write_terms((term,))) > plain + form - 2 > plain else term._replace(form=0)


def _argument(word: str, depth: int) -> st.SearchStrategy[Any]:
    if word in _INTEGERS:
        return st.integers(0, (1 << _INTEGERS[word]) - 1)
    match word:
        case "NameString":
            return _NAMES.map(name_from_text)
        case "AsciiCharList":
            return st.binary(max_size=6).map(lambda text: text.replace(b"\0", b""))
        case "ByteList":
            return st.binary(max_size=80) | _templates() | st.text("az é", max_size=9).map(_unicode)
        case "TermList":
            return st.lists(terms(depth - 1), max_size=4 if depth > 0 else 0).map(tuple)
        case "PackageElementList":
            return st.lists(values(depth - 1), max_size=3).map(_no_calls)
        case "FieldList":
            return st.lists(_field_elements(), max_size=4).map(tuple)
        case "Target" | "SuperName" | "SimpleName":
            return _places(word, depth - 1)
    return values(depth - 1)


def _unicode(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


@st.composite
def _templates(draw: st.DrawFn) -> bytes:
    """Resource templates: descriptors of every kind with anything in their fields, and damaged sound ones."""
    parts = [draw(_descriptors() | mutated(*_sound_templates())) for _ in range(draw(st.integers(0, 2)))]
    return b"".join(parts) + b"\x79\0"


@st.composite
def _descriptors(draw: st.DrawFn) -> bytes:
    tag = draw(st.sampled_from(sorted(DESCRIPTORS)))
    if tag < 0x80:
        body = draw(st.binary(max_size=7))
        return bytes((tag | len(body),)) + body
    size = fixed_size(draw(st.sampled_from(DESCRIPTORS[tag]))) - 3
    body = draw(st.binary(min_size=size, max_size=size + 9))
    return bytes((tag,)) + len(body).to_bytes(2, "little") + body


@cache
def _sound_templates() -> tuple[bytes, ...]:
    """Descriptors as iasl compiles them from a program with all macros."""
    found: list[bytes] = []
    todo: list[Any] = list(read_table((FIXTURES / "asl" / "resources" / "descriptors.aml").read_bytes()).terms)
    while todo:
        term = todo.pop()
        if isinstance(term, tuple):
            todo += term.args if isinstance(term, Term) else term
        elif isinstance(term, bytes):
            template = decode_template(term)
            found += [encode_template(Template(descriptors=(each,))) for each in template.descriptors]
    return tuple(sorted(set(found)))


def _no_calls(elements: list[Term]) -> tuple[Term, ...]:
    # The name of a method in a package is a reference.
    return tuple(Term("NamePath", term.args[:1]) if term.op == "Call" else term for term in elements)


@st.composite
def _field_elements(draw: st.DrawFn) -> Term:
    match draw(st.integers(0, 4)):
        case 0:
            return Term("NamedField", (name_from_text("FLD"), draw(st.integers(0, (1 << 28) - 1))))
        case 1:
            return Term("ReservedField", (draw(st.integers(0, 300)),))
        case 2:
            return Term("AccessField", (draw(st.integers(0, 255)), draw(st.integers(0, 255))))
        case 3:
            return Term("ExtendedAccessField", (0xB, 0x10, draw(st.integers(0, 255))))
    buffer = Term("Buffer", (Term("ByteConst", (2,)), b"\x79\x00"))
    return Term("ConnectField", (draw(st.sampled_from((buffer, name_from_text("CONN")))),))


_ASL_NAMES = ("FOO", "\\BAR", "^BAZ", "_SB.DEV0", "Local0", "Arg1", "Debug", "TOOLONG", "Zero", "Ones")
_ASL_HEADS = (
    "Name (FOO, {})",
    "Method (FOO, 2) {{{}}}",
    "Device (DEV0) {{{}}}",
    "Scope (\\_SB) {{{}}}",
    "If ({}) {{{}}}",
    "ElseIf ({}) {{{}}}",
    "Else {{{}}}",
    "While ({}) {{{} Break}}",
    "Switch ({}) {{Case ({}) {{{}}} Default {{{}}}}}",
    "For ({}, {}, {}) {{{}}}",
    "Return ({})",
    "Store ({}, {})",
    "Add ({}, {}, {})",
    "Package ({}) {{{}, {}}}",
    "Buffer ({}) {{{}}}",
    "Field (FOO, AnyAcc, NoLock, Preserve) {{{}, {}, Offset ({})}}",
    "External ({}, {})",
    "CreateField ({}, {}, {}, FOO)",
    "ResourceTemplate () {{IO (Decode16, {}, {}, {}, {}) {}}}",
    "Printf ({}, {})",
    "{} + {} * {}",
    "{} = {}",
    "!{}",
    "{} [{}]",
    "{}++",
    "FOO ({}, {})",
)


@st.composite
def asl_texts(draw: st.DrawFn) -> str:
    """Draw ASL that is right in its brackets, and mostly wrong in its meaning."""

    def piece(depth: int) -> str:
        if depth == 0 or draw(st.integers(0, 3)) == 0:
            return draw(st.sampled_from((*_ASL_NAMES, "1", "0xFF", '"text"', "")))
        head = draw(st.sampled_from(_ASL_HEADS))
        return head.format(*(piece(depth - 1) for _ in range(head.count("{}"))))

    terms = "\n".join(piece(3) for _ in range(draw(st.integers(1, 5))))
    return f'DefinitionBlock ("", "SSDT", 2, "OEM", "TABLE", 1)\n{{\n{terms}\n}}\n'
