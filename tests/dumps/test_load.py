"""Every kind of SOURCE, by content, within bounds."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.errors import AcpiToolsError, DecodeError, EncodeError, InputError, LimitError
from acpitools.dumps.acpidump import write_acpidump
from acpitools.dumps.limits import Limits
from acpitools.dumps.load import load, load_bytes, load_document
from acpitools.report.tables_json import tables_json
from acpitools.tables.dsl_text import table_dsl
from acpitools.tables.table_set import TableSet
from tests.dumps.hostile import gzip_bomb, tar_of, tar_of_specials, zip_bomb, zip_of
from tests.strategies import mutated
from tests.support import ROOT
from tests.tables.make import SRAT_BYTES, loaded

OTHER = b"OEM1" + (40).to_bytes(4, "little") + b"\1\0OEMID TABLE..." + bytes(16)
DUMP = "".join(write_acpidump(loaded(SRAT_BYTES))).encode()

Compress = Callable[[bytes], bytes]
COMPRESSIONS: dict[str, Compress] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def contents(tables: TableSet) -> list[bytes]:
    return [table.data for table in tables]


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
@pytest.mark.parametrize("data", [SRAT_BYTES, DUMP, tar_of(("SRAT", SRAT_BYTES))], ids=["binary", "dump", "tar"])
def test_compressed_sources(compress: Compress, data: bytes) -> None:
    assert contents(load_bytes(compress(data))) == [SRAT_BYTES]


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_several_compressed_members_are_one_stream(compress: Compress) -> None:
    assert contents(load_bytes(compress(DUMP[:333]) + compress(DUMP[333:]))) == [SRAT_BYTES]


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_padding_and_garbage_after_compressed_data(kind: str) -> None:
    for rest in (bytes(10), bytes(100_000), b"garbage"):
        assert contents(load_bytes(COMPRESSIONS[kind](DUMP) + rest)) == [SRAT_BYTES]


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_compressed_data_that_ends_early_is_a_finding(kind: str) -> None:
    whole = b"SRAT @ 0x1\n    0000: 53 52 41 54 58 00 00 00\n" + b"".join(b"#%d\n" % n for n in range(200_000))
    cut = COMPRESSIONS[kind](whole)
    tables = load_bytes(cut[: len(cut) * 9 // 10])
    assert contents(tables) == [SRAT_BYTES[:4] + b"\x58\0\0\0"]
    assert [finding.code for finding in tables.findings] == ["SRC006"]
    with pytest.raises(DecodeError, match=f"no ACPI table: file: the {kind} data ends early"):
        load_bytes(cut[:20], "file")


@pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_damaged_compressed_data_is_refused(compress: Compress) -> None:
    data = compress(DUMP * 50)
    with pytest.raises(DecodeError, match=r"^cannot decompress: file: "):
        load_bytes(data[:40] + b"\xff" * 40 + data[80:], "file")


def test_an_archive_in_compressed_data_in_an_archive() -> None:
    inner = zip_of(("dump.txt", DUMP))
    assert contents(load_bytes(tar_of(("a.bin", OTHER), ("b", gzip.compress(inner))))) == [OTHER, SRAT_BYTES]


def test_nesting_is_bounded() -> None:
    data = SRAT_BYTES
    for _ in range(4):
        data = gzip.compress(data)
    assert contents(load_bytes(data)) == [SRAT_BYTES]
    with pytest.raises(LimitError, match=r"^input too deep: file: more than 4 containers$"):
        load_bytes(gzip.compress(data), "file")


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_members_keep_their_names(format: int) -> None:  # noqa: A002
    deep = "d" * 90 + "/" + "e" * 80 + "/SRAT"
    longest = deep if format == tarfile.USTAR_FORMAT else "x/" * 150 + "SRAT.d\u00e4t"
    tables = load_bytes(tar_of((deep, SRAT_BYTES), (longest, OTHER), format=format), "a.tar")
    assert [table.source for table in tables] == [f"a.tar/{deep}", f"a.tar/{longest}"]
    assert contents(tables) == [SRAT_BYTES, OTHER]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tars_of_all_compressions(mode: str) -> None:
    assert contents(load_bytes(tar_of(("SRAT", SRAT_BYTES), ("OEM1", OTHER), mode=mode))) == [SRAT_BYTES, OTHER]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_zips_of_all_methods(method: int) -> None:
    assert contents(load_bytes(zip_of(("SRAT", SRAT_BYTES), ("b/OEM1", OTHER), method=method))) == [SRAT_BYTES, OTHER]


def test_a_zip_method_that_is_not_read_is_a_finding() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", SRAT_BYTES)
        archive.writestr("b", SRAT_BYTES, compress_type=zipfile.ZIP_LZMA)
    found = load_bytes(stream.getvalue(), "z")
    assert contents(found) == [SRAT_BYTES]
    assert [str(f.location) + " " + f.message for f in found.findings] == [
        "z/b skipped: compression method 14 is not supported"
    ]


def test_links_and_devices_of_a_tar_are_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "SRAT"
    secret.write_bytes(SRAT_BYTES)
    specials = tar_of_specials(
        ("link", tarfile.SYMTYPE, str(secret)),
        ("hard", tarfile.LNKTYPE, str(secret)),
        ("zero", tarfile.CHRTYPE, ""),
        ("pipe", tarfile.FIFOTYPE, ""),
    )
    with pytest.raises(DecodeError, match="no ACPI table: t: nothing in the archive is one"):
        load_bytes(specials, "t")
    tables = load_bytes(specials[:2048] + tar_of(("OEM1", OTHER)), "t")
    assert contents(tables) == [OTHER]
    assert [str(finding.location) for finding in tables.findings] == ["t/link", "t/hard", "t/zero", "t/pipe"]


def test_names_that_point_outside_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    for archive in (
        tar_of(("../../evil", SRAT_BYTES), ("/evil", OTHER)),
        zip_of(("../evil", SRAT_BYTES), ("/e", OTHER)),
    ):
        assert contents(load_bytes(archive)) == [SRAT_BYTES, OTHER]
    assert [path.name for path in tmp_path.rglob("*")] == ["inside"]


@pytest.mark.parametrize("kind", [b"L", b"x"])
def test_a_name_record_of_gigabytes_is_refused(kind: bytes) -> None:
    header = bytearray(tar_of(("n", b""))[:512])
    header[124:136] = b"%011o\0" % (4 << 30)
    header[156:157] = kind
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(LimitError, match="cannot read archive: t: a name record of 4294967296 bytes"):
        load_bytes(bytes(header), "t")


def test_a_zip_directory_of_many_entries_is_refused() -> None:
    end = b"PK\5\6" + bytes(8) + (5 << 20).to_bytes(4, "little") + bytes(6)
    with pytest.raises(LimitError, match="a directory of more than 4 MiB"):
        load_bytes(b"PK\3\4" + bytes(100) + end, "z")


def test_damaged_archives_are_refused() -> None:
    for data, why in (
        (b"PK\3\4" + bytes(100), "no zip directory"),
        (b"PK\5\6" + bytes(18), "nothing in the archive"),
        (zip_of(("a", SRAT_BYTES))[:-30], "no zip directory"),
        (tar_of(("a", b"text"), ("b", SRAT_BYTES))[:1024] + b"\xff" * 512, "damaged tar header"),
    ):
        with pytest.raises(DecodeError, match=why):
            load_bytes(data, "file")


@pytest.mark.parametrize("member", [b"no table", b"", bytes(5000), b"{}", gzip.compress(b"x")[:-9] + b"zzzzzzzzz"])
def test_one_bad_member_does_not_hide_the_others(member: bytes) -> None:
    tables = load_bytes(tar_of(("bad", member), ("SRAT", SRAT_BYTES)), "t")
    assert contents(tables) == [SRAT_BYTES]
    (finding,) = tables.findings
    assert (finding.code, str(finding.location)) == ("SRC001", "t/bad")


def test_many_bad_members_do_not_hide_the_others() -> None:
    bad = [(f"bad{n}.gz", gzip.compress(b"no table")) for n in range(9)]
    tables = load_bytes(tar_of(*bad, ("SRAT.gz", gzip.compress(SRAT_BYTES))), "t")
    assert contents(tables) == [SRAT_BYTES]
    assert len(tables.findings) == 9


SMALL = Limits(total_bytes=300_000, file_bytes=100_000, files=5, tables=7)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"#" * 100_001, "MiB in one file"),
        (gzip.compress(b"#" * 100_001), "MiB in one file"),
        (tar_of(*((f"{n}", b"#" * 90_000) for n in range(4))), "MiB in all"),
        (tar_of(*((f"{n}", b"#") for n in range(6))), "more than 5 files"),
        (SRAT_BYTES * 8, "more than 7 tables"),
        (zip_of(*((f"{n}", b"#" * 90_000) for n in range(4))), "MiB in all"),
    ],
)
def test_bounds(data: bytes, why: str) -> None:
    with pytest.raises(LimitError, match=why):
        load_bytes(data, "file", limits=SMALL)


class Endless(io.RawIOBase):
    """A pipe that never ends."""

    def __init__(self, block: bytes) -> None:
        self.block = block

    def read(self, size: int = -1) -> bytes:
        return (self.block * (size // len(self.block) + 1))[:size]


@pytest.mark.parametrize("block", [b"y\n", b"SRAT @ 0x1\n    0000: 53\n", b"{", b"SRAT\xff\xff\xff\xff\1"])
def test_endless_standard_input_is_refused(block: bytes) -> None:
    with pytest.raises(LimitError, match=r"^input too large: stdin: "):
        load(["-"], stdin=Endless(block))  # type: ignore[arg-type]


BOMB_SCRIPT = """
import sys
from pathlib import Path
from acpitools.core.errors import AcpiToolsError
from acpitools.dumps.load import load
try:
    load([sys.argv[1]])
    print("loaded")
except AcpiToolsError as error:
    print(type(error).__name__, error.why)
# Not ru_maxrss: that one begins with what the parent had when it forked.
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""

TEXT = b"SRAT @ 0x1\n"
BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip of a dump": lambda: gzip_bomb(TEXT, b"    0000: 53 52 41 54\n"),
    "gzip of a table": lambda: gzip_bomb(SRAT_BYTES, b"\0"),
    "gzip of zeros": lambda: gzip_bomb(b"", b"\0"),
    "zip of a dump": lambda: zip_bomb(TEXT, b"\n"),
    "zip of JSON": lambda: zip_bomb(b'{"schema": "acpitools.tables/1", "tables": [', b"[],"),
    "gzip of a tar": lambda: gzip_bomb(tar_of(("a", b"x"))[:1024], tar_of(("a", bytes(512)))[:1024]),
    "gzip of a tar's name": lambda: gzip_bomb(_long_name(), b"n"),
    "gzip in a zip in a tar": lambda: tar_of(("z", zip_of(("g", gzip_bomb(TEXT, b"#\n"))))),
}


def _long_name() -> bytes:
    header = bytearray(tar_of(("n", b""))[:512])
    header[124:136] = b"%011o\0" % (60_000)
    header[156:157] = b"L"
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_ten_gibibytes_costs_little(name: str, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(BOMBS[name]())
    done = subprocess.run(
        [sys.executable, "-c", BOMB_SCRIPT, str(bomb)], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    verdict, mebibytes = done.stdout.splitlines()
    assert verdict.split()[0] in ("LimitError", "DecodeError")
    assert int(mebibytes) < 150


def test_a_directory_of_tables(tmp_path: Path) -> None:
    # As in /sys/firmware/acpi/tables: SSDT10 after SSDT2, dynamic/ after what the firmware had, data/ last.
    def ssdt(number: int) -> bytes:
        return b"SSDT" + (40).to_bytes(4, "little") + bytes(24) + bytes([number]) + bytes(7)

    for name, data in {
        "SSDT10": ssdt(10),
        "SSDT2": ssdt(2),
        "SRAT": SRAT_BYTES,
        "data/BERT": b"\x12\0\0\0" + bytes(60),
        "data/CCEL": ssdt(99),
        "dynamic/SSDT3": ssdt(3),
        "README": b"not a table",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    tables = load([tmp_path])
    assert contents(tables) == [SRAT_BYTES, ssdt(2), ssdt(10), ssdt(3), ssdt(99)]
    assert [Path(str(finding.location.source)).name for finding in tables.findings] == ["README", "BERT"]
    assert tables.tables[0].source == str(tmp_path / "SRAT")


def test_links_pipes_and_loops_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "SRAT").write_bytes(SRAT_BYTES)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "zero").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    assert contents(load([tmp_path])) == [SRAT_BYTES]


def test_several_sources_add_up(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OTHER)
    (tmp_path / "b").write_bytes(DUMP)
    tables = load([tmp_path / "b", "-", tmp_path / "a"], stdin=io.BytesIO(gzip.compress(SRAT_BYTES)))
    assert contents(tables) == [SRAT_BYTES, SRAT_BYTES, OTHER]
    assert [table.source for table in tables] == [str(tmp_path / "b"), "stdin", str(tmp_path / "a")]


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "tables.zip"
    path.write_bytes(DUMP)
    assert contents(load([path])) == [SRAT_BYTES]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "cannot read: .*absent: No such file or directory"),
        ("empty-folder", "no ACPI table: .*empty-folder: empty directory"),
        ("text-folder", "no ACPI table: .*text-folder: none in 1 files"),
        ("empty", "no ACPI table: .*empty: empty"),
        ("image", "binary data that does not begin with a table"),
        ("text", "text without a line such as SRAT @ 0x7FFE1000"),
        ("json", "JSON with no schema; expected 'acpitools.tables/1'"),
        ("layout", "JSON with schema 'acpitools.layout/1'; expected"),
        ("broken-json", r"not JSON: .*broken-json:2:4: Expecting"),
        ("deep-json", "not JSON: .*: nested too deep"),
        ("asl", "this is ASL; compile it to a table first"),
    ],
)
def test_sources_without_a_table(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "text-folder").mkdir()
    (tmp_path / "text-folder" / "a").write_text("nothing")
    for file, data in {
        "empty": b"",
        "image": b"\x7fELF" + bytes(100),
        "text": b"hello\n",
        "json": b"{}",
        "layout": b'{"schema": "acpitools.layout/1"}',
        "broken-json": b'{"schema":\n   ,}',
        "deep-json": b'{"a":' + b"[" * 100_000,
        "asl": b'DefinitionBlock ("", "SSDT", 2, "A", "B", 1)\n{\n}\n',
    }.items():
        (tmp_path / file).write_bytes(data)
    with pytest.raises((DecodeError, InputError), match=message):
        load([tmp_path / name])


def test_live_is_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot read: live: not supported yet"):
        load(["live"])
    (tmp_path / "live").write_bytes(SRAT_BYTES)
    assert contents(load(["live"])) == [SRAT_BYTES]


def test_json_is_a_source() -> None:
    text = "".join(tables_json([(loaded(SRAT_BYTES, "first.dat"), ())])).encode()
    (table,) = load_bytes(text, "tables.json")
    assert (table.data, table.source) == (SRAT_BYTES, "first.dat")


def test_only_documents_are_encoded(tmp_path: Path) -> None:
    text = "".join(tables_json([(loaded(SRAT_BYTES), ())])).encode()
    assert contents(load_document("-", stdin=io.BytesIO(text))) == [SRAT_BYTES]
    for data in (SRAT_BYTES, DUMP):
        with pytest.raises(InputError, match=r"cannot encode: stdin: .*; expected JSON or data-table text"):
            load_document("-", stdin=io.BytesIO(data))
    with pytest.raises(InputError, match="a folder; expected JSON"):
        load_document(str(tmp_path))
    with pytest.raises(EncodeError, match=r"cannot encode: stdin: tables\[0\] \(SRAT\).fields.length: "):
        load_document("-", stdin=io.BytesIO(text.replace(b'"length": 200', b'"length": -1')))


ORIGINALS = (
    SRAT_BYTES,
    DUMP,
    gzip.compress(DUMP),
    lzma.compress(SRAT_BYTES),
    tar_of(("a", SRAT_BYTES), ("b", OTHER)),
    zip_of(("a", SRAT_BYTES), ("b", OTHER)),
    "".join(tables_json([(loaded(SRAT_BYTES), ())])).encode(),
    "".join(table_dsl(loaded(SRAT_BYTES))).encode(),
)


@settings(max_examples=250, deadline=None)
@given(data=mutated(*ORIGINALS) | st.binary(max_size=100))
def test_a_damaged_source_is_read_or_refused_in_one_line(data: bytes) -> None:
    try:
        tables = load_bytes(data, "file", limits=Limits(total_bytes=1 << 22, file_bytes=1 << 20))
    except AcpiToolsError as error:
        line = str(error)
    else:
        line = "file"
        assert len(tables) > 0
    assert "\n" not in line
    assert "file" in line or "tables[" in line
