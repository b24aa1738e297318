import pytest

from acpitools.dumps.log_lines import boot_messages, last_boot

MESSAGE = "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable"


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "[    0.000000] ",
        "[12345.678901] ",
        "[  +0.000001] ",
        "[    0.000000][    T0] ",
        "[    0.000000] [    T0] ",
        "[    0.000000][   C12] ",
        "[Mon Nov 22 23:28:01 2027] ",
        "<6>[    0.000000] ",
        "<6>",
        "kern  :info  : [    0.000000] ",
        "kern  :info  : ",
        "Nov 22 23:28:01 host kernel: ",
        "Nov 22 23:28:01 host kernel: [    0.000000] ",
        "2027-11-22T23:28:01.123456+00:00 host kernel: ",
        "[2027-11-22T23:28:01.123Z] [    0.000000] ",
        "23:28:01 [    0.000000] ",
        "> ",
        "> > [    0.000000] ",
        ">> <6>[    0.000000] ",
        "| [    0.000000] ",
        "dmesg.0:12:[    0.000000] ",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", " \r\r\n"])
def test_every_usual_prefix_is_taken_off(prefix: str, end: str) -> None:
    assert list(boot_messages(prefix + MESSAGE + end)) == [(1, MESSAGE), (2, "")]


def test_brackets_of_the_message_itself_stay() -> None:
    assert list(boot_messages("[    0.1] [mem 0xc0000000-0xfed1bfff] available for PCI devices")) == [
        (1, "[mem 0xc0000000-0xfed1bfff] available for PCI devices")
    ]


BOOT = "[    0.000000] Linux version {} (gcc)\n[    0.000000] BIOS-e820: [mem 0x0-0xfff] usable\n"


def test_last_boot_counts() -> None:
    text = "junk\n" + BOOT.format("5.10") + BOOT.format("6.12")
    assert next(iter(boot_messages(text))) == (4, "Linux version 6.12 (gcc)")


def test_boot_cut_off_before_its_map_does_not_hide_the_one_before() -> None:
    text = BOOT.format("5.10") + "[    0.000000] Linux version 6.12 (gcc)\n[    0.000000] Command line: x\n"
    assert last_boot(text) == 0
    assert next(iter(boot_messages(text))) == (1, "Linux version 5.10 (gcc)")


def test_last_boot_counts_where_none_has_a_map() -> None:
    text = "Linux version 5.10 (a)\nLinux version 6.1 (b)\nCommand line: x"
    assert next(iter(boot_messages(text))) == (2, "Linux version 6.1 (b)")


def test_words_inside_a_message_start_no_boot() -> None:
    text = BOOT.format("5.10") + "[    1.0] audit: running on Linux version 9 (x)\n[    1.0] BIOS-e820: late\n"
    assert last_boot(text) == 0


def test_log_without_a_version_line_is_read_whole() -> None:
    assert [message for _, message in boot_messages("a\nb")] == ["a", "b"]


def test_empty_log_has_one_empty_message() -> None:
    assert list(boot_messages("")) == [(1, "")]
