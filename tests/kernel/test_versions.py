"""Which model answers to which release."""

from __future__ import annotations

import pytest

from acpitools.core.errors import UnknownKernelError
from acpitools.kernel.versions.registry import KERNELS, find


@pytest.mark.parametrize(
    ("release", "model"),
    [
        ("6.12", "6.12"),
        ("6.12.117+deb12-amd64", "6.12"),
        ("6.1.0-56-amd64", "6.1"),
        ("v6.1", "6.1"),
        ("6.2.0-rc1+", "6.1"),
        ("6.4.0", "6.1"),
        ("6.5.13", "6.5"),
        ("6.6.1", "6.6"),
        ("6.11.0-rc1-next-20240730-syzkaller", "6.8"),
        ("6.19", "6.12"),
        ("7.0", "6.12"),
        ("5.10.0-19-amd64", "5.9"),
        ("5.11", "5.11"),
        ("5.14", "5.13"),
        ("5.15", "5.15"),
        ("5.19", "5.15"),
        ("4.20.0-rc2", "4.13"),
        ("4.12", "4.7"),
        ("4.6", "4.6"),
        ("4.5", "4.0"),
        ("3.15.0-rc6+", "3.14"),
        ("3.13", "3.13"),
        ("3.10.0-957.el7.x86_64", "3.10"),
        ("2013-solution-1", "2013-solution-1"),
        ("Solution-2", "2013-solution-2"),
    ],
)
def test_a_release_picks_the_newest_model_that_is_not_newer(release: str, model: str) -> None:
    assert find(release)[0].release == model


@pytest.mark.parametrize("release", ["6.1", "6.12", "6.12.117+deb12-amd64"])
def test_recorded_releases_need_no_note(release: str) -> None:
    assert find(release)[1] is None


def test_other_releases_say_which_model_stands_in() -> None:
    assert "the model of 6.8 stands in" in (find("6.9")[1] or "")


@pytest.mark.parametrize("release", ["", "linux", "6", "2.6.39", "3.9.11"])
def test_what_no_model_answers_to_is_refused(release: str) -> None:
    with pytest.raises(UnknownKernelError):
        find(release)


def test_models_are_listed_oldest_first_with_their_policy() -> None:
    numbers = [tuple(map(int, model.release.split("."))) for model in KERNELS]
    assert numbers == sorted(numbers)
    assert [model.policy.release for model in KERNELS] == [model.release for model in KERNELS]
