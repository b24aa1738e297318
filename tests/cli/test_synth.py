"""The synth command, from the shell's side."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from acpitools.codec.checksum import checksum_ok
from acpitools.topology.faults.registry import FAULTS
from acpitools.topology.presets import PRESETS
from tests.support import FIXTURES, cli

DEMO = FIXTURES / "dumps" / "demo-4node" / "acpidump.txt"
SPEC = '[processors]\nsockets = 2\n[[domains]]\nmemory = "2G"\n[[domains]]\nmemory = "2G"\nhotplug = true\n'


def test_the_folder_is_a_source_and_has_its_memory_map(tmp_path: Path) -> None:
    folder = tmp_path / "machine"
    assert cli("synth", "--preset", "hot-nodes", "-o", str(folder)).code == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {"apic.dat", "srat.dat", "slit.dat", "msct.dat", "pptt.dat", "memmap.txt"}
    shown = cli(
        *("layout", str(folder), "--memmap", str(folder / "memmap.txt"), "--cmdline", "movable_node"),
        *("--kernel", "6.12", "--format", "json"),
    )
    layout = json.loads(shown.out)
    assert [(n["node"], n["pxm"], n["cpus"]) for n in layout["numa"]["nodes"]] == [(n, n, 1) for n in range(4)]
    assert {z["node"] for z in layout["zones"] if z["zone"] == "Movable"} == {2, 3}
    assert layout["boots"]


def test_a_description_may_come_from_stdin_and_gives_the_same_bytes_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert cli("synth", "-", "-o", str(tmp_path / name), stdin=SPEC.encode()).code == 0
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert first == second


@pytest.mark.parametrize("name", PRESETS)
def test_the_explained_preset_makes_the_same_machine(name: str, tmp_path: Path) -> None:
    text = cli("synth", "--preset", name, "--explain").out
    assert tomllib.loads(text)["domains"]
    assert cli("synth", "-", "--explain", stdin=text.encode()).out == text
    assert cli("synth", "--preset", name, "-o", str(tmp_path / "a")).code == 0
    assert cli("synth", "-", "-o", str(tmp_path / "b"), stdin=text.encode()).code == 0
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / folder).iterdir()} for folder in ("a", "b"))
    assert first == second


def test_a_description_changes_a_preset(tmp_path: Path) -> None:
    change = b"[[domains]]\ndomain = 1\nhotplug = true\n[oem]\nid = 'MINE'\n"
    found = tomllib.loads(cli("synth", "-", "--preset", "server-2s", "--explain", stdin=change).out)
    assert found["oem"]["id"] == "MINE"
    assert [{m.get("hotplug", False) for m in domain["memory"]} for domain in found["domains"]] == [{False}, {True}]


@pytest.mark.parametrize("name", PRESETS)
def test_no_change_of_a_preset_is_none(name: str) -> None:
    assert cli("synth", "-", "--preset", name, "--explain").out == cli("synth", "--preset", name, "--explain").out


def test_the_lists_name_everything() -> None:
    presets = cli("synth", "--list-presets").out
    assert [line.split()[0] for line in presets.splitlines()] == list(PRESETS)
    faults = cli("synth", "--list-faults").out
    assert {line.split()[0] for line in faults.splitlines() if line.startswith("  ")} == FAULTS.keys()


def test_the_list_of_keys_is_a_description() -> None:
    done = cli("synth", "--list-keys")
    assert done.code == 0
    assert cli("synth", "-", "--explain", stdin=done.out.encode()).code == 0


def test_faults_of_the_option_and_of_the_description_add_up(tmp_path: Path) -> None:
    spec = ("faults = ['checksum@SLIT']\n" + SPEC).encode()
    assert cli("synth", "-", "--fault", "checksum", "-o", str(tmp_path), stdin=spec).code == 0
    wrong = {path.name for path in tmp_path.glob("*.dat") if not checksum_ok(path.read_bytes())}
    assert wrong == {"srat.dat", "slit.dat"}


def test_a_machine_to_start_from_keeps_its_other_tables(tmp_path: Path) -> None:
    change = b"[[domains]]\ndomain = 0\nhotplug = true\n"
    done = cli("synth", "-", "--from", str(DEMO), "-o", str(tmp_path), stdin=change)
    assert done.code == 0, done.err
    before = json.loads(cli("decode", str(DEMO), "--format", "json").out)["tables"]
    after = json.loads(cli("decode", str(tmp_path), "--format", "json").out)["tables"]
    old = {table["signature"]: table["fields"] for table in before}
    new = {table["signature"]: table["fields"] for table in after}
    assert new.keys() == old.keys()
    assert [name for name in new if new[name] != old[name]] == ["SRAT"]


def test_the_archive_of_a_changed_machine_replaces_its_tables(tmp_path: Path) -> None:
    archive = tmp_path / "tables.img"
    change = b"[[domains]]\ndomain = 0\nhotplug = true\n"
    assert cli("synth", "-", "--from", str(DEMO), "--initrd", str(archive), stdin=change).code == 0
    shown = json.loads(cli("initrd", "--inspect", str(archive), str(DEMO), "--format", "json").out)
    assert [(table["signature"], table["result"]) for table in shown["tables"]] == [("SRAT", "override")]


def test_the_archive_for_qemu_has_qemus_ids_and_an_initrd_behind_it(tmp_path: Path) -> None:
    archive, base = tmp_path / "tables.img", tmp_path / "base"
    base.write_bytes(b"INITRD")
    done = cli("synth", "-", "--initrd", str(archive), "--base", str(base), "--qemu", stdin=SPEC.encode())
    assert done.code == 0
    assert archive.read_bytes().endswith(b"INITRD")
    assert archive.read_bytes().count(b"BOCHS BXPC    ") == 5
    words = done.out.replace("\\\n", " ").split()
    assert words[words.index("-m") + 1] == "4G"
    assert words[words.index("-smp") + 1] == "2,sockets=2,cores=1,threads=1"
    assert words[words.index("-initrd") + 1] == str(archive)


def test_a_table_that_the_kernel_refuses_is_told(tmp_path: Path) -> None:
    archive = str(tmp_path / "tables.img")
    done = cli("synth", "-", "--initrd", archive, "--qemu", "--fault", "checksum@SLIT", stdin=SPEC.encode())
    assert done.code == 0
    assert "Linux 6.12 refuses the SLIT: " in done.err
    assert done.err.count("refuses") == 1


def test_without_an_archive_the_firmware_hands_the_tables_over(tmp_path: Path) -> None:
    done = cli("synth", "-", "-o", str(tmp_path), "--qemu", "--cmdline", "movable_node", stdin=SPEC.encode())
    files = {line.split("file=")[1].split()[0] for line in done.out.splitlines() if "-acpitable" in line}
    assert files == {str(tmp_path / name) for name in ("srat.dat", "slit.dat", "msct.dat", "pptt.dat")}
    assert "'console=ttyS0 movable_node'" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a description"),
        (("--preset", "laptop"), "says what to make"),
        (("--preset", "labtop", "--explain"), "did you mean laptop?"),
        (("--preset", "laptop", "--from", str(DEMO), "--explain"), "both say where to start"),
        (("--preset", "laptop", "--memmap", str(DEMO), "--explain"), "--memmap is the map of --from"),
        (("--preset", "laptop", "--qemu"), "give --initrd FILE, or -o DIR"),
        (("--preset", "vm-dimms", "--qemu", "-o", "@"), "give --initrd FILE"),
        (("--preset", "laptop", "-o", "@", "--base", "x"), "name that with --initrd FILE"),
        (("--preset", "laptop", "--initrd", "@/a", "--base", "@/none"), "cannot read"),
        (("--preset", "laptop", "-o", "@", "--fault", "srat-overlap"), "all in one domain"),
        (("no-such-file", "--explain"), "no-such-file"),
        (("--from", str(FIXTURES / "README.md"), "--explain"), "README.md"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = cli("synth", *(word.replace("@", str(tmp_path)) if word.startswith("@") else word for word in arguments))
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "a").exists()


def test_a_contradiction_leaves_no_folder(tmp_path: Path) -> None:
    done = cli("synth", "-", "-o", str(tmp_path / "out"), stdin=b'[[domains]]\nmemory = "4Q"')
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == 'acpitools: error: topology: stdin: domains[0].memory: \'4Q\' is no size such as "4G" or "0x100000000"\n'
    )
    assert not (tmp_path / "out").exists()
