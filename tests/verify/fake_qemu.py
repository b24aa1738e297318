"""Stands in for QEMU: speaks its monitor, and answers as the guest would, from the files of a recorded boot.

``fake_qemu.py CASE RECORD ARGUMENTS...``; CASE is ``boots``, or what goes wrong.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

DEAD = threading.Event()
TRIED: list[str] = []
FILES = ("memory_blocks", "nodes", "dmesg", "zoneinfo", "iomem", "cmdline", "version")


def port(arguments: list[str], name: str) -> socket.socket:
    """The socket that QEMU was given for a character device."""
    text = next(argument for argument in arguments if argument.startswith(f"socket,id={name},fd="))
    return socket.socket(fileno=int(text.rpartition("=")[2]))


def recorded(record: Path, name: str) -> bytes:
    packed = record / f"{name}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (record / name).read_bytes()


def archive(files: dict[str, bytes]) -> bytes:
    return b"".join(b"FILE %d %s\n" % (len(data), name.encode()) + data for name, data in files.items())


def frame(content: bytes) -> bytes:
    packed = gzip.compress(content, 1)
    return b"FRAME %d\n" % len(packed) + packed


def panic() -> None:
    DEAD.set()
    sys.stdout.write("[    9.0] Kernel panic - not syncing: gone\n[    9.0] ---[ end Kernel panic ]---\n")
    sys.stdout.flush()


def guest(sock: socket.socket, record: Path, case: str) -> None:
    sock.sendall(b"noise of the firmware\nREADY\n")
    for line in sock.makefile("r"):
        request = line.strip()
        if case == "silent" or DEAD.is_set():
            continue
        if case == "panics" or (case == "panics-later" and request not in ("snapshot", "tables")):
            panic()
            continue
        if request == "snapshot":
            files = {f"{name}.txt": recorded(record, f"{name}.txt") for name in FILES}
            content = frame(archive(files))
            sock.sendall(content[:-3] if case == "cut" else b"FRAME 5\nxxxxx" if case == "damaged" else content)
        elif request == "tables":
            tables = {path.name: path.read_bytes() for path in sorted((record / "tables").iterdir()) if path.is_file()}
            sock.sendall(frame(archive(tables)))
        elif request.startswith("offline "):
            # As the kernel of this record would: blocks without a zone cannot go.
            block = request.split()[1]
            TRIED.append(block)
            if case == "slow" and TRIED.count(block) < (3 if block == "39" else 99):
                sock.sendall(frame(b"code=143\nstate=online\nrc=0\n"))
                continue
            if case == "stuck" and block == "33":
                sock.sendall(frame(b"stuck=yes\nrc=0\n"))
                continue
            listing = recorded(record, "memory_blocks.txt").decode()
            found = re.search(rf"^memory{block} .*valid_zones=(\S+)", listing, re.MULTILINE)
            goes = bool(found) and found[1] == "Movable" if found else False
            told = (
                "code=0\nstate=offline"
                if goes
                else "code=1\ncomplaint=sh: write error: Device or resource busy\nstate=online"
            )
            sock.sendall(frame(f"zones=x\n{told}\nrc=0\n".encode()))
        else:
            sock.sendall(frame(b"sh: write error: Invalid argument\nrc=1\n"))


def monitor(sock: socket.socket, case: str) -> None:
    sock.sendall(b'{"QMP": {"version": {}, "capabilities": []}}\r\n')
    for line in sock.makefile("r"):
        command: dict[str, Any] = json.loads(line)
        if case == "panics-on-add" and command["execute"] == "device_add":
            panic()
        answer: list[Any] | dict[str, Any] = [] if command["execute"].startswith("query") else {}
        sock.sendall(
            json.dumps({"event": "RTC_CHANGE"}).encode() + b"\n" + json.dumps({"return": answer}).encode() + b"\n"
        )


def main() -> None:
    case, record, arguments = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    if pid_file := os.environ.get("FAKE_QEMU_PID"):
        Path(pid_file).write_text(str(os.getpid()))
    if case == "refuses":
        sys.exit("fake: -m 2G: cannot set up guest memory")
    talk = port(arguments, "monitor")
    threading.Thread(target=monitor, args=(talk, case), daemon=True).start()
    data = port(arguments, "data")
    if case == "hangs":
        time.sleep(600)
    if case == "dies":
        dying = any("ignore_loglevel" in argument for argument in arguments)
        sys.stdout.write("\r\n".join(recorded(record, "dmesg.txt").decode().splitlines()) if dying else "")
        sys.stdout.write("\r\n[    0.000000] ---[ end Kernel panic - not syncing: gone ]---\r\n")
        sys.stdout.flush()
        time.sleep(600)
    guest(data, record, case)


main()
