"""Action files: JSON and TOML, and what is wrong with them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB
from acpitools.hotplug.actions import Plug, SetState, Unplug, Write, parse_actions

JSON = """[
 {"op": "plug", "device": "c", "pxm": 0, "size": "512M", "at_boot": true},
 {"op": "plug", "device": "d", "pxm": 1, "size": "1G", "address": 6442450944},
 {"op": "online_movable", "blocks": [48, 49]},
 {"op": "offline", "device": "d"},
 {"op": "write", "path": "/sys/x", "value": "1"},
 {"op": "unplug", "device": "d"}
]"""
TOML = """
[[actions]]
op = "plug"
device = "d"
size = "1G"
[[actions]]
op = "online"
device = "d"
"""


def test_every_action_has_a_json_form() -> None:
    assert parse_actions(JSON) == (
        Plug(device="c", pxm=0, size=GIB // 2, at_boot=True),
        Plug(device="d", pxm=1, size=GIB, address=6 * GIB),
        SetState(state="online_movable", blocks=(48, 49)),
        SetState(state="offline", device="d"),
        Write(path="/sys/x", value="1"),
        Unplug(device="d"),
    )


def test_toml_is_read_as_well() -> None:
    assert parse_actions(TOML) == (Plug(device="d", size=GIB), SetState(state="online", device="d"))


def test_a_device_can_be_given_as_its_objects_say() -> None:
    text = """[{"op": "plug", "device": "d", "ranges": [["6G", "7G"], [8589934592, 9663676416]], "sta": null,
                "ejectable": false, "container": "MOD0"}]"""
    assert parse_actions(text) == (
        Plug(
            device="d",
            ranges=(AddrRange(6 * GIB, 7 * GIB), AddrRange(8 * GIB, 9 * GIB)),
            sta=None,
            ejectable=False,
            container="MOD0",
        ),
    )


def test_an_address_can_have_a_suffix() -> None:
    for address in ('"6G"', "6442450944", '"0x180000000"'):
        text = f'[{{"op": "plug", "device": "d", "size": "1G", "address": {address}}}]'
        assert parse_actions(text) == (Plug(device="d", size=GIB, address=6 * GIB),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "list of actions"),
        ("{}", "list of actions"),
        ("[1]", "list of actions"),
        ("[{]", "no valid JSON"),
        ("a = ", "neither JSON nor TOML"),
        ('[{"op": "explode"}]', '"op" must be one of'),
        ('[{"op": "plug", "device": "d"}]', "'size'"),
        ('[{"op": "plug", "device": "d", "size": "big"}]', "no size"),
        ('[{"op": "plug", "device": "d", "size": -1}]', "no size"),
        ('[{"op": "plug", "device": "d", "size": "1G", "colour": 1}]', "unknown key 'colour'"),
        ('[{"op": "plug", "device": "d", "size": "1G", "pxm": "x"}]', "no number"),
        ('[{"op": "plug", "device": "d", "ranges": []}]', "'ranges'"),
        ('[{"op": "plug", "device": "d", "ranges": [[1]]}]', "pairs [start, end]"),
        ('[{"op": "plug", "device": "d", "ranges": [[8, 4]]}]', "no pair of addresses"),
        ('[{"op": "plug", "device": "d", "ranges": [["6G", "x"]]}]', "no pair of addresses"),
        ('[{"op": "plug", "device": "d", "size": 1, "ranges": [[1, 2]]}]', 'either "ranges" or "size"'),
        ('[{"op": "plug", "device": "d", "size": 1, "sta": "on"}]', "no number"),
        ('[{"op": "plug", "device": "d", "size": 1, "ejectable": 1}]', "true or false"),
        ('[{"op": "plug", "device": "d", "size": 1, "container": 3}]', "'container'"),
        ('[{"op": "online"}]', 'either "blocks" or "device"'),
        ('[{"op": "online", "blocks": [-1]}]', "list of block numbers"),
        ('[{"op": "online", "blocks": ["a"]}]', "block numbers"),
        ('[{"op": "unplug"}]', "'device'"),
        ('[{"op": "write", "path": "/x"}]', "'value'"),
        ('[{"op": "unplug", "device": "a"}, {"op": "plug", "device": "d", "size": 1, "at_boot": true}]', "come first"),
    ],
)
def test_what_is_wrong_is_named(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_actions(text, where="actions.json")
    assert told in str(caught.value)
    assert "actions.json" in str(caught.value) or "action 1" in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_ends_in_actions_or_an_input_error(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(parse_actions(text), tuple)
