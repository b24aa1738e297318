"""Frozen values behave as frozen, keyword-only dataclasses do."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from acpitools.core.value import value


@value
class Place:
    """A value with a required, a plain and a made field."""

    start: int
    name: str = "none"
    tags: list[str] = dataclasses.field(default_factory=list)


def test_defaults_are_filled_in() -> None:
    place = Place(start=4)
    assert (place.start, place.name, place.tags) == (4, "none", [])
    assert Place(start=4).tags is not place.tags


def test_a_missing_field_is_named() -> None:
    with pytest.raises(TypeError, match="Place needs start"):
        Place()  # type: ignore[call-arg]


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(TypeError, match="Place has no end"):
        Place(start=1, end=2)  # type: ignore[call-arg]


def test_fields_cannot_be_changed_or_deleted() -> None:
    place = Place(start=4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        place.start = 5  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del place.start


def test_replace_gives_a_changed_copy() -> None:
    place = Place(start=4, name="old")
    assert dataclasses.replace(place, name="new") == Place(start=4, name="new")
    assert place.name == "old"


def test_equal_fields_make_equal_values_of_one_class() -> None:
    @value
    class Other:
        start: int

    assert Place(start=4) == Place(start=4)
    assert Place(start=4) != Place(start=5)
    stranger: object = Other(start=4)
    assert stranger != Place(start=4)
    assert hash(Other(start=4)) == hash(Other(start=4))


def test_copies_and_text_keep_every_field() -> None:
    place = Place(start=4, tags=["a"])
    assert copy.deepcopy(place) == place
    assert pickle.loads(pickle.dumps(place)) == place
    assert repr(place) == "Place(start=4, name='none', tags=['a'])"
