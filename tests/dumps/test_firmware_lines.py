import pytest

from acpitools.core.firmware_map import E820Entry, EfiDescriptor, EfiType
from acpitools.dumps.firmware_lines import e820_type, efi_type, inclusive_range, parse_e820, parse_efi


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("usable", 1),
        ("reserved", 2),
        ("device reserved", 2),
        ("ACPI data", 3),
        ("ACPI NVS", 4),
        ("unusable", 5),
        ("persistent (type 7)", 7),
        ("persistent (type 12)", 12),
        ("type 20", 20),
        ("type 4294967295", 0xFFFFFFFF),
        ("soft reserved", 0xEFFFFFFF),
        ("System RAM", 1),
        ("Reserved", 2),
        ("ACPI Tables", 3),
        ("ACPI Non-volatile Storage", 4),
        ("Unusable memory", 5),
        ("Persistent Memory", 7),
        ("Persistent Memory (legacy)", 12),
        ("Soft Reserved", 0xEFFFFFFF),
        ("Unknown E820 type", 2),
    ],
)
def test_types_are_named_as_in_the_log_and_in_sysfs(words: str, number: int) -> None:
    assert e820_type(words) == number


@pytest.mark.parametrize("words", ["", "usables", "type", "type 4294967296", "type -1", "type 1x", "System  ROM"])
def test_other_words_are_no_type(words: str) -> None:
    with pytest.raises(ValueError, match="unknown memory type"):
        e820_type(words)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("[mem 0x0000000000000000-0x000000000009fbff] usable", (0, 0x9FC00, 1)),
        ("[mem 0x000000fd00000000-0x000000ffffffffff] reserved", (0xFD00000000, 0x10000000000, 2)),
        ("[mem 0xfffffffffffff000-0xffffffffffffffff] type 9", ((1 << 64) - 4096, 1 << 64, 9)),
        ("[mem 0x0000000000100000-0x00000000bffd7fff]    3 GB System RAM", (0x100000, 0xBFFD8000, 1)),
        ("[mem 0x0000000000100000-0x00000000bffd7fff]    2.9 GB device reserved", (0x100000, 0xBFFD8000, 2)),
        ("0000000000000000 - 000000000009fc00 (usable)", (0, 0x9FC00, 1)),
        ("00000000000e0000 - 0000000000100000 (ACPI NVS)", (0xE0000, 0x100000, 4)),
        ("00000000000e0000 - 0000000000100000 type 20", (0xE0000, 0x100000, 20)),
        ("[mem 0x0000000000001000-0x0000000000000fff] usable", (0x1000, 0x1000, 1)),
    ],
)
def test_map_lines_of_every_age_are_read(text: str, entry: tuple[int, int, int]) -> None:
    assert parse_e820(text) == E820Entry(*entry)


def test_gap_line_holds_no_entry() -> None:
    assert parse_e820("[gap 0x00000000000a0000-0x00000000000effff]  320 KB") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[mem 0x1000-0xfff",
        "[mem 0x1000-0x1fff]",
        "[mem 0x1000-0x1fff] ",
        "[mem 0x1000-0x1fff] great",
        "[mem 0x2000-0x0fff] usable",
        "[mem 0x10000000000000000-0x1ffffffffffffffff] usable",
        "[mem 1000-1fff] usable",
        "0000000000002000 - 0000000000001000 (usable)",
        "0000000000002000 - 20000000000000000 (usable)",
        "0000000000002000 - 0000000000003000 usable",
    ],
)
def test_garbage_is_no_entry(text: str) -> None:
    with pytest.raises(ValueError, match=r"no memory map entry|unknown memory type|before it starts"):
        parse_e820(text)


@pytest.mark.parametrize(
    ("text", "number", "descriptor"),
    [
        (
            "mem00: [Conventional|   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] "
            "range=[0x0000000000000000-0x000000000008dfff] (0MB)",
            0,
            (0, 0x8E000, EfiType.CONVENTIONAL, 0xF),
        ),
        (
            "mem12: [Boot Data   |RUN|HP|MR|CC|SP|NV|XP|RP|WP|RO|UCE|WB|WT|WC|UC] "
            "range=[0x0000000000100000-0x00000000001fffff] (1MB)",
            12,
            (0x100000, 0x200000, EfiType.BOOT_SERVICES_DATA, 0x80000000001FF01F),
        ),
        (
            "mem03: [Conventional Memory|   |  |  |  |  |   |WB|WT|WC|UC] range=[0x1000-0x2000) (0MB)",
            3,
            (0x1000, 0x2000, EfiType.CONVENTIONAL, 0xF),
        ),
        (
            "mem100: [type=20|attr=0x4000000000000008] range=[0x0000000000001000-0x0000000000001fff] (0MB)",
            100,
            (0x1000, 0x2000, 20, 0x4000000000000008),
        ),
        (
            "mem07: type=7, attr=0xf, range=[0x0000000000088000-0x00000000000a0000) (0MB)",
            7,
            (0x88000, 0xA0000, EfiType.CONVENTIONAL, 0xF),
        ),
    ],
)
def test_efi_lines_of_every_age_are_read(text: str, number: int, descriptor: tuple[int, int, int, int]) -> None:
    assert parse_efi(text) == (number, EfiDescriptor(*descriptor))


@pytest.mark.parametrize(
    "text",
    [
        "mem00: [Conventional|   |WB] range=[0x2000-0xfff] (0MB)",
        "mem00: [Something|   |WB] range=[0x1000-0x1fff] (0MB)",
        "mem00: [Conventional|   |ZZ] range=[0x1000-0x1fff] (0MB)",
        "mem00: [Conventional|   |WB] range=[0x1000-0x1f",
        "mem00: [Conventional|attr=0x] range=[0x1000-0x1fff]",
    ],
)
def test_garbage_is_no_descriptor(text: str) -> None:
    with pytest.raises(ValueError, match=r"EFI|before it starts|attribute"):
        parse_efi(text)


def test_efi_type_by_number() -> None:
    assert efi_type("type=4294967295") == 0xFFFFFFFF


@pytest.mark.parametrize("last", ["10000000000000000", "fffffffffffffffff"])
def test_addresses_have_at_most_64_bits(last: str) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        inclusive_range("0", last)
