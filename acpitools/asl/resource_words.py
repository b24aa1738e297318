"""The keywords of resource descriptors and what they stand for.  ACPI 6.5, 6.4 and 19.6."""

from __future__ import annotations

from collections.abc import Mapping

from acpitools.asl.keywords import REGION_SPACES

__all__ = ["WORDS"]

WORDS: Mapping[str, Mapping[str, int]] = {
    "usage": {"ResourceConsumer": 1, "ResourceProducer": 0},
    "min": {"MinFixed": 1, "MinNotFixed": 0},
    "max": {"MaxFixed": 1, "MaxNotFixed": 0},
    "decode": {"PosDecode": 0, "SubDecode": 1},
    "range": {"EntireRange": 3, "ISAOnlyRanges": 2, "NonISAOnlyRanges": 1},
    "memory": {"Cacheable": 1, "NonCacheable": 0, "WriteCombining": 2, "Prefetchable": 3},
    "access": {"ReadWrite": 1, "ReadOnly": 0},
    "attribute": {"AddressRangeMemory": 0, "AddressRangeReserved": 1, "AddressRangeACPI": 2, "AddressRangeNVS": 3},
    "translation": {"TypeStatic": 0, "TypeTranslation": 1},
    "sparse": {"DenseTranslation": 0, "SparseTranslation": 1},
    "mode": {"Edge": 1, "Level": 0},
    "polarity": {"ActiveHigh": 0, "ActiveLow": 1, "ActiveBoth": 2},
    "share": {"Exclusive": 0, "Shared": 1, "ExclusiveAndWake": 2, "SharedAndWake": 3},
    "dma": {"Compatibility": 0, "TypeA": 1, "TypeB": 2, "TypeF": 3},
    "master": {"NotBusMaster": 0, "BusMaster": 1},
    "transfer": {"Transfer8": 0, "Transfer8_16": 1, "Transfer16": 2},
    "io": {"Decode16": 1, "Decode10": 0},
    "width": {
        "Width8bit": 0,
        "Width16bit": 1,
        "Width32bit": 2,
        "Width64bit": 3,
        "Width128bit": 4,
        "Width256bit": 5,
    },
    "space": REGION_SPACES,
    "pull": {"PullDefault": 0, "PullUp": 1, "PullDown": 2, "PullNone": 3},
    "restriction": {
        "IoRestrictionNone": 0,
        "IoRestrictionInputOnly": 1,
        "IoRestrictionOutputOnly": 2,
        "IoRestrictionNoneAndPreserve": 3,
    },
    "slave": {"ControllerInitiated": 0, "DeviceInitiated": 1},
    "addressing": {"AddressingMode7Bit": 0, "AddressingMode10Bit": 1},
    "select": {"PolarityLow": 0, "PolarityHigh": 1},
    "wire": {"FourWireMode": 0, "ThreeWireMode": 1},
    "clock_polarity": {"ClockPolarityLow": 0, "ClockPolarityHigh": 1},
    "clock_phase": {"ClockPhaseFirst": 0, "ClockPhaseSecond": 1},
    "data_bits": {"DataBitsFive": 0, "DataBitsSix": 1, "DataBitsSeven": 2, "DataBitsEight": 3, "DataBitsNine": 4},
    "stop_bits": {"StopBitsZero": 0, "StopBitsOne": 1, "StopBitsOnePlusHalf": 2, "StopBitsTwo": 3},
    "endian": {"LittleEndian": 0, "BigEndian": 1},
    "parity": {
        "ParityTypeNone": 0,
        "ParityTypeEven": 1,
        "ParityTypeOdd": 2,
        "ParityTypeMark": 3,
        "ParityTypeSpace": 4,
    },
    "flow": {"FlowControlNone": 0, "FlowControlHardware": 1, "FlowControlXON": 2},
    "clock_scale": {"Hz": 0, "KHz": 1, "MHz": 2},
    "clock_mode": {"FixedFreq": 0, "VariableFreq": 1},
}
"""Group of keywords -> keyword -> value."""
