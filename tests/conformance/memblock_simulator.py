"""The kernel's own memblock in user space: build it from a kernel source tree, and compare the model with it.

    KERNEL_SRC=linux-source-6.12 python -m tests.conformance.memblock_simulator --sequences 10000

Nothing is written into the source tree: a folder of links beside copies of the simulator's few stubs
(tools/testing/memblock) is made elsewhere, and ``memblock_driver.c`` is compiled there.  Needs gcc and libc headers.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from acpitools.core.units import GIB, KIB, MIB, U64_MAX
from acpitools.kernel import memblock
from acpitools.kernel.memblock import HOTPLUG, MIRROR, NOMAP, NUMA_NO_NODE, UNSET_NID, Direction, Memblock, Region

DRIVER = Path(__file__).with_name("memblock_driver.c")
VARIABLE = "KERNEL_SRC"
"""Environment variable that names kernel source trees, separated like PATH."""
_MAX_NUMNODES = 16
"""As the simulator is built: what the kernel gives a region that nobody gave a node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation with the driver's operands; what each letter means is in the driver."""

    op: str
    base: int = 0
    end: int = 0
    size: int = 0
    align: int = 1
    nid: int = 0
    flag: int = 0

    def line(self) -> str:
        """Give the driver's line."""
        return f"{self.op} {self.base:x} {self.end:x} {self.size:x} {self.align:x} {self.nid} {self.flag}\n"


def source_trees() -> list[Path]:
    """Give the kernel source trees that the environment names."""
    return [Path(name) for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]


def build(source: Path, folder: Path) -> Path:
    """Compile the driver against a kernel source tree inside an empty folder; give the program."""
    source = source.resolve()
    (folder / "tools" / "testing").mkdir(parents=True)
    for name in ("include", "mm", "tools/arch", "tools/include"):
        (folder / name).symlink_to(source / name)
    stubs = folder / "tools" / "testing" / "memblock"
    shutil.copytree(source / "tools" / "testing" / "memblock", stubs, symlinks=True)
    links = {"memblock.c": "mm/memblock.c", "linux/memblock.h": "include/linux/memblock.h"}
    links |= {f"asm/{name}": f"tools/arch/x86/include/asm/{name}" for name in ("asm.h", "cmpxchg.h")}
    for link, target in links.items():
        (stubs / link).unlink(missing_ok=True)
        (stubs / link).symlink_to(source / target)
    program = folder / "driver"
    defines = ("-DCONFIG_PHYS_ADDR_T_64BIT", "-DCONFIG_NUMA", "-DCONFIG_NODES_SHIFT=4")
    command = ["gcc", "-O2", "-w", "-I.", "-I../../include", *defines, "-o", str(program), str(DRIVER), "mmzone.c"]
    subprocess.run(command, cwd=stubs, check=True)
    return program


# --- random sequences -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What sequences look like; bytes."""

    top: int
    grain: int
    longest: int
    operations: int
    odd: float = 0.1
    """Share of addresses that lie anywhere."""
    start: int = 0
    forgetful: bool = True
    """Memory is also removed."""
    trims: bool = True
    """Regions are also trimmed; the kernel's rounding wraps in the last pages of 2^64, which no machine has."""


PROFILES = (
    Profile(top=64 * MIB, grain=MIB, longest=16 * MIB, operations=40),
    Profile(top=16 * GIB, grain=128 * MIB, longest=4 * GIB, operations=40),
    Profile(top=U64_MAX, grain=1 << 58, longest=1 << 62, operations=30, odd=0.3, trims=False),
    Profile(top=2 * MIB, grain=4 * KIB, longest=256 * KIB, operations=40, odd=0.3),
)
CROWDED = Profile(top=8 * GIB, grain=4 * KIB, longest=64 * KIB, operations=700, start=MIB, forgetful=False)
"""Fills both arrays, so that they grow: all of it lies where the driver has memory."""


def _range(rng: random.Random, profile: Profile) -> tuple[int, int]:
    def place(limit: int) -> int:
        grain = 1 if rng.random() < profile.odd else profile.grain
        return min(rng.randrange(limit // grain + 1) * grain, limit)

    base = profile.start + place(profile.top - profile.start)
    return base, min(base + place(profile.longest), profile.top)


def _allocation(rng: random.Random, profile: Profile) -> Operation:
    size = max(1, rng.randrange(1, 33) * profile.grain // rng.choice((1, 4, 16)))
    align = 1 << rng.choice((0, 6, 6, 12, 12, 21))
    low, high = _range(rng, profile) if rng.random() < 0.4 else (0, 0)
    if rng.random() < 0.3:
        low, high = rng.choice((low, 0)), rng.choice((high, 0, U64_MAX))
    nid = rng.choice((NUMA_NO_NODE, NUMA_NO_NODE, 0, 1, 2, 3))
    return Operation(op=rng.choice("pv"), base=low, end=high, size=size, align=align, nid=nid, flag=rng.randrange(2))


def sequence(seed: int, profile: Profile) -> list[Operation]:
    """Give a random sequence of operations."""
    rng = random.Random(seed)
    made = []
    if profile is CROWDED:
        made.append(Operation(op="a", base=profile.start, end=profile.top))
    for _ in range(profile.operations):
        base, end = _range(rng, profile)
        nid = rng.choice((0, 0, 1, 2, 3, _MAX_NUMNODES))
        kind = rng.random()
        if kind < 0.22:
            flag = rng.choice((0, 0, 0, HOTPLUG, MIRROR, NOMAP))
            made.append(Operation(op="a", base=base, end=end, nid=nid, flag=flag))
        elif kind < 0.42:
            made.append(Operation(op="r", base=base, end=end))
        elif kind < 0.52:
            made.append(Operation(op="f", base=base, end=end))
        elif kind < 0.58:
            made.append(Operation(op="x" if profile.forgetful else "f", base=base, end=end))
        elif kind < 0.66:
            made.append(Operation(op="n", base=base, end=end, nid=rng.choice((0, 1, 2, 3, -1)), flag=rng.randrange(2)))
        elif kind < 0.76:
            flag = rng.choice((HOTPLUG, NOMAP, MIRROR))
            set_it = 1 if flag == MIRROR else rng.randrange(2)
            made.append(Operation(op="m", base=base, end=end, nid=set_it, flag=flag))
        elif kind < 0.78 and profile.trims:
            made.append(Operation(op="t", align=1 << rng.choice((6, 12, 16))))
        elif kind < 0.80:
            made.append(Operation(op="d", flag=rng.randrange(2)))
        elif kind < 0.82:
            made.append(Operation(op="l", end=rng.choice((end, U64_MAX))))
        elif kind < 0.83:
            made.append(Operation(op="M", flag=rng.randrange(2)))
        else:
            made.append(_allocation(rng, profile))
    return made


# --- the model --------------------------------------------------------------------------------------------------


def step(mb: Memblock, what: Operation) -> tuple[Memblock, int]:
    """Carry an operation out on the model; give the new state and what the kernel's function returns."""
    base, end, address = what.base, what.end, None
    nid = UNSET_NID if what.nid == _MAX_NUMNODES else what.nid
    match what.op:
        case "a":
            return memblock.add(mb, base, end, nid, what.flag), 0
        case "r":
            return memblock.reserve(mb, base, end), 0
        case "x":
            return memblock.remove(mb, base, end), 0
        case "f":
            return memblock.free(mb, base, end), 0
        case "n":
            return memblock.set_node(mb, base, end, nid, reserved=bool(what.flag)), 0
        case "m":
            mb = memblock.mark(mb, base, end, what.flag, clear=not what.nid)
            return mb._replace(mirrored=mb.mirrored or what.flag == MIRROR), 0
        case "t":
            return memblock.trim(mb, what.align), 0
        case "p":
            mb, address = memblock.alloc(mb, what.size, what.align, base, end, nid, exact=bool(what.flag))
        case "v":
            mb, address = memblock.alloc_try_nid(mb, what.size, what.align, base, end, nid, exact=bool(what.flag))
        case "d":
            return mb._replace(direction=Direction.BOTTOM_UP if what.flag else Direction.TOP_DOWN), 0
        case "l":
            return mb._replace(current_limit=end), 0
        case "M":
            return mb._replace(movable_node=bool(what.flag)), 0
    return mb, address or 0


def _shown(regions: Sequence[Region], capacity: int) -> str:
    parts = [f"{r.base:x}-{r.end:x},{_MAX_NUMNODES if r.nid == UNSET_NID else r.nid},{r.flags:x};" for r in regions]
    return "".join(parts) + f"/{capacity};"


def state(mb: Memblock) -> str:
    """Give both arrays as the driver writes them."""
    return _shown(mb.memory, mb.memory_max) + _shown(mb.reserved, mb.reserved_max)


def expected(operations: Sequence[Operation]) -> Iterator[str]:
    """Give the driver's answers by the model; ends early where an array cannot grow."""
    mb = Memblock(can_resize=True)
    for what in operations:
        try:
            mb, result = step(mb, what)
        except memblock.ResizeError:
            return
        yield f"{result:x} {zlib.crc32(state(mb).encode()):08x}"


def answers(program: Path, sequences: Sequence[Sequence[Operation]]) -> Iterator[list[str]]:
    """Give the kernel's answers to each sequence, from one run of the driver."""
    lines = "".join("!\n" + "".join(what.line() for what in operations) for operations in sequences)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the driver ended with {done.returncode}: {done.stderr[-500:]}")
    told = iter(line[2:] for line in done.stdout.splitlines() if line.startswith("= "))
    for operations in sequences:
        yield [next(told) for _ in operations]


def differences(program: Path, count: int, *, first: int = 0) -> Iterator[str]:
    """Compare `count` random sequences, one in 40 of which makes the arrays grow; tell where they part."""
    for start in range(first, first + count, 200):
        seeds = range(start, min(start + 200, first + count))
        profiles = [CROWDED if seed % 40 == 0 else PROFILES[seed % len(PROFILES)] for seed in seeds]
        made = [sequence(seed, profile) for seed, profile in zip(seeds, profiles, strict=True)]
        for seed, operations, seen in zip(seeds, made, answers(program, made), strict=True):
            for number, (want, got) in enumerate(zip(expected(operations), seen, strict=False)):
                if want != got:
                    yield f"sequence {seed}, operation {number} {operations[number]}: model {want}, kernel {got}"
                    break


def main() -> int:
    """Compare with every source tree that the environment names."""
    parser = argparse.ArgumentParser(description="Compare the memblock model with the kernel's own.")
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first sequence, for another set")
    options = parser.parse_args()
    trees = source_trees()
    if not trees:
        raise SystemExit(f"set {VARIABLE} to one or more kernel source trees, separated by {os.pathsep!r}")
    failed = 0
    for tree in trees:
        with tempfile.TemporaryDirectory() as scratch:
            program = build(tree, Path(scratch))
            found = list(differences(program, options.sequences, first=options.first))
        sys.stdout.write(f"{tree}: {options.sequences} sequences, {len(found)} differ\n")
        sys.stdout.writelines(f"  {line}\n" for line in found[:20])
        failed += len(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
