"""What of a kernel's release and command line decides how code runs; what kernels were seen to do is in its start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.asl.compile import compile_source
from acpitools.interp.bring_up import load_as
from acpitools.interp.linux import linux
from acpitools.interp.semantics import SLACK_MODE, WINDOWS
from acpitools.kernel.cmdline import split

FLAGS = ("implicit_return", "variables_are_zero", "regions_are_rounded", "any_object_is_stored")


def windows(release: tuple[int, int], options: str = "") -> list[str]:
    """Give the versions of Windows that a kernel answers to, in their order."""
    found = linux(release, split(options)).semantics.interfaces or frozenset()
    return [name for name in WINDOWS if f"Windows {name}".encode() in found]


@pytest.mark.parametrize(
    ("release", "newest"), [((3, 10), "2012"), ((4, 9), "2015"), ((5, 4), "2019"), ((6, 1), "2021"), ((6, 12), "2022")]
)
def test_newer_kernels_answer_to_newer_versions_of_windows(release: tuple[int, int], newest: str) -> None:
    assert windows(release)[-1] == newest
    assert windows(release) == list(WINDOWS[: WINDOWS.index(newest) + 1])


@pytest.mark.parametrize(("options", "slack"), [("", True), ("acpi=force", True), ("acpi=rsdt acpi=strict", False)])
def test_kernels_have_slack_unless_they_are_strict(options: str, slack: bool) -> None:
    made = linux(parameters=split(options)).semantics
    assert {getattr(made, flag) for flag in FLAGS} == {slack}
    assert {getattr(SLACK_MODE, flag) for flag in FLAGS} == {True}


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("acpi_os_name=Some:System", b"Some:System"),
        ("acpi_os_name=\"'Quoted' one; more\"", b"Quoted one"),
        ("acpi_os_name=", b"Microsoft Windows NT"),
        ("acpi_os_name=" + "x" * 200, b"x" * 99),
    ],
)
def test_the_name_of_the_system_is_letters_digits_blanks_and_colons(options: str, name: bytes) -> None:
    assert linux(parameters=split(options)).semantics.system == name


def test_sixteen_interfaces_may_be_named() -> None:
    options = " ".join(f"acpi_osi=Own{number}" for number in range(20))
    found = linux(parameters=split(options)).semantics.interfaces or frozenset()
    assert sorted(int(name[3:]) for name in found if name.startswith(b"Own")) == list(range(13))  # 3 are the kernel's


def test_what_is_named_last_of_an_interface_counts() -> None:
    for options, there in (("acpi_osi=Linux acpi_osi=!Linux", False), ("acpi_osi=!Linux acpi_osi=Linux", True)):
        assert (b"Linux" in (linux(parameters=split(options)).semantics.interfaces or ())) == there


def test_ssdts_may_be_left_out() -> None:
    sources = ('"DSDT", 2, "A", "A", 1) {Name (ONE0, 1)}', '"SSDT", 2, "A", "B", 1) {Name (TWO0, 2)}')
    tables = [compile_source(f'DefinitionBlock ("", {text}', "a.asl").tables[0].data for text in sources]
    for options, there in (("", True), ("acpi_no_static_ssdt", False)):
        machine = load_as(linux(parameters=split(options)), tables)
        assert [name in machine.namespace.nodes for name in (b"ONE0", b"TWO0")] == [True, there]
        assert len(machine.tables) == 2


@given(st.lists(st.tuples(st.sampled_from(["acpi", "acpi_osi", "acpi_os_name"]), st.none() | st.text(max_size=80))))
def test_any_command_line_gives_a_kernel(parameters: list[tuple[str, str | None]]) -> None:
    made = linux((6, 1), parameters).semantics
    assert made.interfaces is None or all(len(name.decode(errors="replace")) <= 80 for name in made.interfaces)
