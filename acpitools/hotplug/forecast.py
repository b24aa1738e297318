"""How much kernel memory a node needs before memory can be added to it, with and without memmap_on_memory."""

from __future__ import annotations

from typing import Final

from acpitools.core.units import PAGE_SHIFT, format_size
from acpitools.core.value import value
from acpitools.hotplug.costs import add_costs, kernel_pages, own_memmap_pages
from acpitools.hotplug.run import start
from acpitools.hotplug.spare import spare_pages
from acpitools.hotplug.start import first_free_address
from acpitools.hotplug.step import KernelMemory
from acpitools.kernel.predict import Prediction

__all__ = ["Adding", "forecast"]

_WORK: Final = 200_000
"""Memory blocks that are looked through, in all: each row goes through those of the nodes that give memory."""


@value
class Adding:
    """What adding memory to a node takes; pages of 4 KiB."""

    node: int
    size: int
    """Bytes that are added, above all memory that there is."""
    plain: tuple[KernelMemory, ...]
    on_memory: tuple[KernelMemory, ...] | None
    """With memmap_on_memory; None where this kernel would not use it for memory of this size."""
    refused: str | None
    """Why the kernel takes no memory of this size at all, or None."""
    fits: bool
    """An idle machine has enough kernel memory left for it without memmap_on_memory, on all nodes together."""
    own_pages: int
    """What the node has for it itself."""
    all_pages: int
    """What all nodes have."""
    spare_pages: int
    """What of it an idle machine has left for a memory map, about."""


def forecast(prediction: Prediction, size: int) -> tuple[Adding, ...]:
    """Give for each possible node what adding so many bytes takes; on a large machine for the first nodes.

    Raises InputError where the kernel does not come up.
    """
    machine = start(prediction)
    address = first_free_address(machine, size)
    address = -(-address // machine.block_size) * machine.block_size
    end = address + size
    refused = None
    if size % machine.block_size:
        refused = f"it is no multiple of the memory blocks of {format_size(machine.block_size)}"
    own = own_memmap_pages(machine, size)
    needed = (size >> PAGE_SHIFT) * machine.env.policy.struct_page >> PAGE_SHIFT
    spare = spare_pages(machine).expected
    every = sum(kernel_pages(machine, node) for node in machine.online_nodes)
    nodes = sorted(machine.possible_nodes)
    return tuple(
        Adding(
            node=node,
            size=size,
            plain=add_costs(machine, address, end, node, 0),
            on_memory=add_costs(machine, address, end, node, own) if own else None,
            refused=refused,
            fits=needed <= spare,
            own_pages=kernel_pages(machine, node),
            all_pages=every,
            spare_pages=spare,
        )
        for node in nodes[: max(1, _WORK // len(machine.blocks))]
    )
