"""Kernel images to boot, and a QEMU that is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verify.stand_ins import busybox_bytes, vmlinuz_bytes


@pytest.fixture(scope="session")
def live_kernel() -> Callable[[str], Path]:
    """``live_kernel("6.12")`` returns that series' image of $ACPITOOLS_KERNELS, or skips (fails in CI)."""

    def find(series: str) -> Path:
        folder = os.environ.get("ACPITOOLS_KERNELS")
        images = sorted(Path(folder).glob(f"vmlinuz-{series}.*")) if folder else []
        if not images:
            missing = f"no kernel image of series {series} in {folder or '$ACPITOOLS_KERNELS, which is not set'}"
            if os.environ.get("ACPITOOLS_CI"):
                pytest.fail(missing)
            pytest.skip(missing)
        return images[-1]

    return find


@pytest.fixture
def stand_ins(tmp_path: Path) -> Callable[[str, Path], list[str]]:
    """``stand_ins("boots", record)`` returns options of verify: kernel, busybox and QEMU that only look like it."""

    def options(case: str, record: Path) -> list[str]:
        qemu = tmp_path / "qemu"
        script = Path(__file__).with_name("fake_qemu.py")
        qemu.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" {case} "{record}" "$@"\n')
        qemu.chmod(0o755)
        busybox = tmp_path / "busybox"
        busybox.write_bytes(busybox_bytes())
        busybox.chmod(0o755)
        kernel = tmp_path / "vmlinuz"
        kernel.write_bytes(vmlinuz_bytes("6.12.117+deb12-amd64"))
        return ["--vmlinuz", str(kernel), "--busybox", str(busybox), "--qemu", str(qemu)]

    return options
