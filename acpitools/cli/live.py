"""A prediction and a real boot of the same machine, side by side."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from acpitools.cli.boot import BootArguments, given_command_line, given_config, given_log, given_map
from acpitools.cli.firmware import firmware_of
from acpitools.cli.live_steps import carry_out, result_differences, state_differences
from acpitools.core.errors import InputError, MachineError
from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.dumps.boot_record import read_node_list
from acpitools.dumps.dmesg import read_boot_log
from acpitools.dumps.iomem import read_iomem
from acpitools.dumps.load import load, load_bytes
from acpitools.dumps.observed import read_observed_texts
from acpitools.dumps.observed_log import read_observed_log
from acpitools.hotplug.actions import Action, Event, Notify, Plug, SetObject, SetRegister
from acpitools.hotplug.run import HotplugStep, run_actions
from acpitools.image.files import read_blocks
from acpitools.image.inspection import ArchivedTable, Outcome, inspect_initrd
from acpitools.image.qemu import command_arguments, command_text
from acpitools.image.vmlinuz import read_image_release
from acpitools.kernel import predict
from acpitools.kernel.compare import Difference, compare
from acpitools.kernel.gather import Given, gather
from acpitools.kernel.inputs import TableOverride
from acpitools.kernel.predict import Prediction
from acpitools.kernel.versions import registry
from acpitools.report.verification import Verification, VerifiedStep, VerifiedSweep
from acpitools.tables.srat import Srat
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.verify.busybox import is_static
from acpitools.verify.console import console_log, panic_line
from acpitools.verify.guest import SNAPSHOT, TABLES, initramfs, parse_files
from acpitools.verify.plan import TOPOLOGY, Device, Plan, Wanted, plan_machine
from acpitools.verify.session import Session
from acpitools.verify.step_log import compare_step_log
from acpitools.verify.sweep import compare_sweep, sweep
from acpitools.verify.taken import compare_srat, compare_tables

__all__ = ["LiveArguments", "verify"]

_PRESENT = 0xF  # _STA: present, enabled, shown, functioning
_ANSWER = 120.0  # seconds; thousands of memory blocks take their time
_FIRST_LINES = 1000  # characters
_VERBOSE = "ignore_loglevel"
"""Makes a kernel that dies tell on the console what it did before."""

Texts = Mapping[str, str]
Phase = Callable[[str], None]
"""Told what is being done."""
Tick = Callable[[], None]
"""Called some times a second."""
Save = Callable[[str, bytes], None]
"""Given each collected file: name and content."""


@value
class LiveArguments:
    """What ``verify`` takes beside the boot options."""

    vmlinuz: Path
    actions: tuple[Action, ...] = ()
    sweep: bool = False
    ram: int | None = None
    machine: Literal["q35", "pc"] | None = None
    nodes: tuple[int, ...] = ()
    tables: tuple[str, ...] = ()
    """Selectors; empty for those that tell the topology."""
    timeout: float = 180
    sweep_limit: float = 1800
    """Seconds for the whole sweep."""
    qemu: str = "qemu-system-x86_64"
    busybox: str = "busybox"
    extra: tuple[str, ...] = ()


@value
class _Seen:
    # What a boot left: the texts of its files, its tables, and each step's state.
    seconds: float
    texts: Texts
    """Empty where the kernel died."""
    log: str
    tables: tuple[LoadedTable, ...] = ()


def verify(
    boot: BootArguments,
    live: LiveArguments,
    *,
    phase: Phase,
    tick: Tick,
    save: Save,
) -> Verification:
    """Boot a kernel in QEMU, do with it what is asked, and hold the prediction against it.

    ``phase`` and ``tick`` show how far it is; ``save`` is given each collected file by name.  Raises InputError for
    what cannot be used, MachineError where QEMU or the guest gives no answer.
    """
    return _Verifier(boot, live, phase, tick, save).run()


class _Verifier:
    def __init__(self, boot: BootArguments, live: LiveArguments, phase: Phase, tick: Tick, save: Save) -> None:
        self.boot, self.live, self.phase, self.tick, self.save = boot, live, phase, tick, save
        self.release = read_image_release(live.vmlinuz)
        registry.find(boot.kernel or self.release)
        self.program = _program(live.qemu, "--qemu", "qemu-system-x86")
        self.busybox = _busybox(live.busybox)
        self.given = self._tables()
        self.plan = self._plan()

    # --- before the boot -----------------------------------------------------------------------------------------

    def _tables(self) -> tuple[LoadedTable, ...]:
        if not self.boot.sources:
            return ()
        loaded = load(self.boot.sources, stdin=sys.stdin.buffer)
        if self.live.tables:
            return loaded.select(self.live.tables).tables
        return tuple(table for table in loaded if table.signature in TOPOLOGY)

    def _plan(self) -> Plan:
        log, memory_map = given_log(self.boot), given_map(self.boot)
        e820 = memory_map.e820 if memory_map else (log.extended_e820 or log.e820) if log else ()
        cmdline = given_command_line(self.boot)
        srat = next((table.record for table in self.given if table.signature == "SRAT"), None)
        return plan_machine(
            [table.data for table in self.given],
            Wanted(
                ram=self.live.ram,
                machine=self.live.machine,
                cpus=self.boot.cpus or (log.cpus if log else None),
                nodes=self.live.nodes,
                ram_map=tuple(AddrRange(e.start, e.end) for e in e820 if e.type == E820Type.RAM),
                cmdline=cmdline if cmdline is not None else (log.command_line if log else None) or "",
                hypervisor=self.boot.hypervisor,
                la57=self.boot.la57,
                devices=_devices(self.live.actions),
                extra=self.live.extra,
            ),
            srat=srat if isinstance(srat, Srat) else None,
        )

    # --- the boot --------------------------------------------------------------------------------------------------

    def _session(self, *, more: str = "") -> Session:
        life = int(
            self.live.timeout + 300 + 60 * len(self.live.actions) + (self.live.sweep_limit if self.live.sweep else 0)
        )
        machine = replace(
            self.plan.machine,
            kernel=str(self.live.vmlinuz),
            cmdline=f"{self.plan.machine.cmdline} {more}".strip(),
        )
        initrd = self.plan.archive + initramfs(self.busybox, life=life)
        return Session(machine, initrd, program=self.program, watch=self.tick)

    def run(self) -> Verification:
        self.phase(f"booting {self.release}")
        start = time.monotonic()
        with self._session() as session:
            if session.booted(self.live.timeout):
                return self._alive(session, time.monotonic() - start)
            seconds = time.monotonic() - start
            if not session.console and session.complaint:
                raise MachineError("QEMU ended", "before the kernel said anything", session.complaint)
        self.phase(f"booting {self.release} again, for what it says while it dies")
        with self._session(more=_VERBOSE) as session:
            if session.booted(self.live.timeout):
                raise MachineError("the kernel died once", "and came up when booted again", "it does not always boot")
            return self._dead(_Seen(seconds=seconds, texts={}, log=console_log(session.console)))

    def _snapshot(self, session: Session, folder: str) -> Texts:
        files = parse_files(session.ask(SNAPSHOT, _ANSWER))
        for name, data in files.items():
            self.save(f"{folder}{name}", data)
        return {name: data.decode("utf-8", "replace") for name, data in files.items()}

    def _alive(self, session: Session, seconds: float) -> Verification:
        self.phase("collecting")
        texts = self._snapshot(session, "")
        if "Linux version " not in texts.get("dmesg.txt", "")[:_FIRST_LINES]:
            why = "its beginning was overwritten: log_buf_len=4M in --cmdline makes it larger"
            raise MachineError("incomplete log", "the guest's", why)
        tables = parse_files(session.ask(TABLES, _ANSWER))
        for name, data in tables.items():
            self.save(f"tables/{name}", data)
        loaded = tuple(table for name, data in tables.items() for table in load_bytes(data, name))
        seen = _Seen(seconds=seconds, texts=texts, log=texts["dmesg.txt"], tables=loaded)
        archived = self._archived(loaded)
        prediction = self._predicted(seen, archived)
        expected = run_actions(prediction, self.live.actions) if self.live.actions and prediction.layout.boots else ()
        found = self._verification(seen, archived, prediction, expected[0] if expected else None)
        if not prediction.layout.boots:
            return found
        steps = tuple(self._steps(session, expected, seen.log))
        left_out = max(0, len(expected) - 1 - len(steps))
        found = replace(found, steps=steps, steps_left_out=left_out)
        if not self.live.sweep or left_out:
            return found
        blocks = expected[-1].blocks if expected else tuple(prediction.layout.blocks)
        size = expected[-1].block_size if expected else prediction.layout.blocks.size
        removable = {block.id: block.removable for block in blocks if block.state == "online"}
        return replace(found, sweep=self._swept(session, removable, size))

    def _dead(self, seen: _Seen) -> Verification:
        if "Linux version " not in seen.log:
            raise MachineError("the kernel died", "before it said anything", "is it a kernel for x86-64?")
        archived = self._archived(())
        return self._verification(seen, archived, self._predicted(seen, archived), None)

    # --- the prediction --------------------------------------------------------------------------------------------

    def _archived(self, loaded: Sequence[LoadedTable]) -> tuple[ArchivedTable, ...]:
        # The firmware's own tables are those of the guest that are not ours, and those that ours replaced.
        if not self.plan.archive:
            return ()
        ours = set(self.plan.tables)
        platform = [*self.plan.replaced, *(table.data for table in loaded if table.data not in ours)]
        release = self.boot.kernel or self.release
        config = given_config(self.boot) or {}
        upgrade = config.get("CONFIG_ACPI_TABLE_UPGRADE", "y") == "y"
        return inspect_initrd(self.plan.archive, release=release, platform=platform, upgrade=upgrade).tables

    def _predicted(self, seen: _Seen, archived: Sequence[ArchivedTable]) -> Prediction:
        # From inputs alone: the firmware's map, tables and initrd as the log has them, where the kernel lies, CPUs.
        used = tuple(
            LoadedTable(data=data, source="archive")
            for table, data in zip(archived, self.plan.tables, strict=False)
            if table.verdict.outcome in (Outcome.OVERRIDE, Outcome.INSTALL, Outcome.TAKEN)
        )
        ours = {table.data for table in used}
        others = tuple(table for table in seen.tables if table.data not in ours)
        nodes = seen.texts.get("nodes.txt", "")
        cpus = read_node_list(nodes, name="cpu_possible") if nodes else None
        iomem = seen.texts.get("iomem.txt")
        given = Given(
            kernel=self.boot.kernel,
            config=given_config(self.boot),
            kernel_range=read_iomem(iomem).kernel if iomem else None,
            cpus=len(cpus) if cpus else self.plan.machine.cpus,
            hypervisor=self.boot.hypervisor is not False,
        )
        log = read_boot_log(seen.log, where="the guest's log")
        inputs, policy = gather(firmware_of(TableSet(tables=(*used, *others))), given, log)
        kept = tuple(TableOverride(table.signature, table.size) for table in archived if table.kept)
        return predict.boot(replace(inputs, overrides=kept), policy=policy)

    def _verification(
        self, seen: _Seen, archived: tuple[ArchivedTable, ...], prediction: Prediction, after_boot: HotplugStep | None
    ) -> Verification:
        layout = prediction.layout
        if seen.texts:
            observed = read_observed_texts(seen.texts, source="guest")
        else:
            observed = replace(read_observed_log(seen.log), boots=False)
        lines = [event.dmesg for step in prediction.replay.steps for event in step.events if event.dmesg]
        if after_boot is None:
            differences = compare(layout, observed)
        else:
            # Devices that are there at boot are not in the layout, which ends before they are found.
            early = replace(observed, zones=None, blocks=None, block_size=None, online_nodes=None)
            differences = (*compare(layout, early), *state_differences(after_boot, observed, seen.texts))
        return Verification(
            release=self.release,
            cmdline=layout.cmdline,
            command=self._command(),
            notes=self.plan.notes,
            tables=archived,
            layout=layout,
            observed=observed,
            seconds=seen.seconds,
            last_words=None if seen.texts else panic_line(seen.log),
            differences=(*compare_tables(seen.log, archived), *compare_srat(seen.log, lines), *differences),
        )

    def _command(self) -> str:
        machine = replace(
            self.plan.machine,
            kernel=str(self.live.vmlinuz),
            initrd="initrd.img",
            extra=("-nographic", "-no-reboot", *self.plan.machine.extra),
        )
        return command_text(command_arguments(machine))

    # --- after the boot ----------------------------------------------------------------------------------------------

    def _steps(self, session: Session, expected: Sequence[HotplugStep], log: str) -> Iterator[VerifiedStep]:
        # Up to the first that comes out in another way: what follows was predicted for another machine.
        for number, step in enumerate(expected[1:], start=1):
            self.phase(f"step {number} of {len(expected) - 1}")
            try:
                done = carry_out(session, step)
                texts = self._snapshot(session, f"after-{number}/")
            except MachineError:
                words = panic_line(session.console.decode("utf-8", "replace"))
                if words is None:
                    raise
                yield _died(step, words)
                return
            observed = read_observed_texts(texts, source="guest")
            result, reason = done.result, done.reason
            if isinstance(step.action, Plug):
                have = {block.id for block in observed.blocks or ()}
                result = "ok" if done.address is not None and done.address // step.block_size in have else "failed"
            another_way = tuple(result_differences(step, result, done.ost))
            lines = compare_step_log(step.dmesg, log, texts["dmesg.txt"])
            log = texts["dmesg.txt"]
            yield VerifiedStep(
                predicted=step,
                result=result,
                reason=reason,
                ost=done.ost,
                open=step.uncertain,
                differences=(*another_way, *state_differences(step, observed, texts), *lines),
            )
            if another_way:
                return

    def _swept(self, session: Session, removable: Mapping[int, str], block_size: int) -> VerifiedSweep:
        attempts = []
        for attempt in sweep(session, removable, block_size=block_size, seconds=self.live.sweep_limit):
            attempts.append(attempt)
            self.phase(f"memory{attempt.block} {attempt.outcome.value}; {len(attempts)} of {len(removable)}")
        return VerifiedSweep(
            attempts=tuple(attempts),
            removable=tuple(sorted(removable.items())),
            differences=compare_sweep(attempts, removable),
        )


def _died(step: HotplugStep, words: str) -> VerifiedStep:
    died = Difference(what="result", where="", predicted=step.result, observed="died")
    return VerifiedStep(
        predicted=step,
        result="died",
        reason=words,
        ost=None,
        open=step.uncertain,
        differences=() if step.deadly else (died,),
    )


def _devices(actions: Sequence[Action]) -> tuple[Device, ...]:
    own = next((action for action in actions if isinstance(action, Event | Notify | SetObject | SetRegister)), None)
    if own is not None:
        name = {Event: "event", Notify: "notify", SetObject: "object", SetRegister: "register"}[type(own)]
        raise InputError("hot-plug actions", name, "QEMU raises its own events only: plug and unplug devices")
    return tuple(_device(action) for action in actions if isinstance(action, Plug))


def _device(action: Plug) -> Device:
    if action.device.startswith("\\"):
        raise InputError("hot-plug actions", action.device, "QEMU plugs its own devices only: give another name")
    if action.ranges or action.sta != _PRESENT or not action.ejectable or action.container:
        why = "QEMU's devices have one range, are enabled, can be ejected and lie in no container"
        raise InputError("hot-plug actions", action.device, why)
    if action.pxm is None:
        raise InputError("hot-plug actions", action.device, "QEMU's devices always have a _PXM: give pxm")
    return Device(name=action.device, size=action.size, pxm=action.pxm, address=action.address, at_boot=action.at_boot)


def _program(name: str, option: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise InputError("program missing", name, f"verify needs it: install {package}, or name one with {option}")
    return found


def _busybox(name: str) -> bytes:
    path = _program(name, "--busybox", "busybox-static")
    data = b"".join(read_blocks(Path(path)))
    if not is_static(data):
        why = "it is not statically linked: install busybox-static, or name one with --busybox"
        raise InputError("cannot use busybox", path, why)
    return data
