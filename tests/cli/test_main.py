"""The command line as a whole: help, usage errors, completion, what global options do."""

from __future__ import annotations

import pytest

from acpitools import __version__
from acpitools.cli.registry import COMMANDS
from tests.support import cli, process


def test_version_is_the_package_version() -> None:
    assert process("--version").out == f"acpitools {__version__}\n"


def test_version_beside_other_options_is_the_same() -> None:
    ended = cli("-v", "--version")
    assert (ended.code, ended.out) == (0, f"acpitools {__version__}\n")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_every_command_with_its_help(option: str) -> None:
    ended = cli(option)
    assert ended.code == 0
    for name, (_, text) in COMMANDS.items():
        assert f"{name} " in ended.out
        assert text in ended.out


def test_no_arguments_at_all_is_a_usage_error_with_the_help() -> None:
    ended = cli()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: acpitools")


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--fast"], "no such option '--fast': see 'acpitools --help'"),
        (["nonsense"], "no such command 'nonsense': see 'acpitools --help'"),
        (["prob"], "no such command 'prob' (did you mean probe?): see 'acpitools --help'"),
        (["probe"], "missing argument 'SOURCE...': see 'acpitools probe --help'"),
        (
            ["probe", "hello", "--format", "xml"],
            "invalid value for '--format': 'xml' is not one of 'text', 'json': see 'acpitools probe --help'",
        ),
        (["probe", "hello", "-o"], "option '-o' requires an argument: see 'acpitools probe --help'"),
    ],
)
def test_a_usage_error_is_one_line_and_exit_code_2(arguments: list[str], line: str) -> None:
    ended = cli(*arguments)
    assert (ended.code, ended.out, ended.err) == (2, "", f"acpitools: error: {line}\n")


@pytest.mark.usefixtures("probe")
def test_a_command_that_returns_1_ends_with_1() -> None:
    assert cli("probe", "findings").code == 1


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], [], ["acpitools: warning: a warning", "acpitools: a note"]),
        (["-q"], [], []),
        ([], ["-q"], []),
        (["-v"], [], ["acpitools: warning: a warning", "acpitools: a note", "acpitools: verbosity 1"]),
        (["-v"], ["-v"], ["acpitools: warning: a warning", "acpitools: a note", "acpitools: verbosity 2"]),
        (["-q"], ["-v"], ["acpitools: warning: a warning", "acpitools: a note"]),
    ],
)
def test_quiet_and_verbose_work_before_and_after_the_command(
    before: list[str], after: list[str], said: list[str]
) -> None:
    ended = cli(*before, "probe", "talk", *after)
    assert (ended.code, ended.out, ended.err.splitlines()) == (0, "", said)


@pytest.mark.usefixtures("probe")
def test_options_of_a_command_stay_the_same_however_often_it_is_loaded() -> None:
    first, second = cli("probe", "--help"), cli("probe", "--help")
    assert first == second
    assert first.out.count("--quiet") == 1


@pytest.mark.usefixtures("probe")
def test_common_options_reach_the_command() -> None:
    ended = cli("probe", "write", "a", "-", "--format", "json", "-o", "-")
    assert (ended.code, ended.out) == (0, "json: a -\n")


def test_a_file_name_that_is_no_text_does_not_break_the_message() -> None:
    ended = cli("no\udcffsuch\ncommand")
    assert ended.code == 2
    assert ended.err == "acpitools: error: no such command 'no\\udcffsuch command': see 'acpitools --help'\n"


class TestCompletion:
    """What the shell's completion script asks for, and gets without any command being loaded."""

    @staticmethod
    def complete(words: str) -> list[str]:
        count = len(words.split(" ")) - 1
        ended = process(env={"_ACPITOOLS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)})
        assert (ended.code, ended.err) == (0, "")
        return ended.out.split()

    def test_of_a_command_name(self) -> None:
        assert self.complete("acpitools e") == [f"plain,{name}" for name in COMMANDS if name.startswith("e")]

    def test_of_a_global_option(self) -> None:
        assert self.complete("acpitools --ver") == ["plain,--verbose", "plain,--version"]

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_script_for_each_shell(self, shell: str) -> None:
        ended = process(env={"_ACPITOOLS_COMPLETE": f"{shell}_source"})
        assert ended.code == 0
        assert f"_ACPITOOLS_COMPLETE={shell}_complete" in ended.out

    def test_of_an_unknown_shell_fails(self) -> None:
        assert process(env={"_ACPITOOLS_COMPLETE": "tcsh_source"}).code == 1
