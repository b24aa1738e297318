"""The guest's side: an initramfs whose init tells what the kernel did, and carries out what it is told.

Host and guest talk over the second serial port: a line from the host is a request, a frame from the guest the answer.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from acpitools.core.errors import InputError
from acpitools.image.cpio import directory, regular, write_newc

__all__ = ["FRAME", "SNAPSHOT", "TABLES", "initramfs", "parse_files", "unpacked"]

FRAME: Final = re.compile(rb"FRAME (\d{1,9})\r?\n")
"""Start of an answer: its length in bytes follows, then the bytes."""

SNAPSHOT: Final = "snapshot"
"""Request: the files that tell the state of memory."""
TABLES: Final = "tables"
"""Request: the ACPI tables that the kernel knows."""

_MOST: Final = 64 << 20
_NAME: Final = re.compile(rb"FILE (\d{1,9}) ([!-~]{1,200})\n")

_INIT: Final = r"""#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t debugfs debug /sys/kernel/debug
exec </dev/null >/dev/ttyS0 2>&1
exec 3<>/dev/ttyS1
stty -F /dev/ttyS1 115200 raw -echo
( sleep @LIFE@ && poweroff -f ) &

file() { echo "FILE $(wc -c <"$2") $1"; cat "$2"; }
answer() { gzip -1 <"$1" >/tmp/frame; echo "FRAME $(wc -c </tmp/frame)" >&3; cat /tmp/frame >&3; }

blocks() {
  cd /sys/devices/system/memory
  for name in block_size_bytes auto_online_blocks; do [ -e $name ] && echo "$name=$(cat $name)"; done
  {
    grep -H '' memory[0-9]*/phys_index memory[0-9]*/state memory[0-9]*/valid_zones
    for node in memory[0-9]*/node[0-9]*; do [ -e "$node" ] && echo "${node%/*}/nodes:${node##*/node}"; done
  } | awk '{
    slash = index($0, "/"); colon = index($0, ":")
    block = substr($0, 1, slash - 1); what = substr($0, slash + 1, colon - slash - 1); told = substr($0, colon + 1)
    gsub(/ /, ",", told); known[block] = 1
    if (what == "nodes" && nodes[block] != "") nodes[block] = nodes[block] "," told
    else if (what == "nodes") nodes[block] = told
    else got[block, what] = told
  } END {
    for (block in known)
      print block " phys_index=" got[block, "phys_index"] " state=" got[block, "state"] \
        " valid_zones=" got[block, "valid_zones"] " nodes=" nodes[block]
  }'
}

nodes() {
  cd /sys/devices/system/node
  for name in online possible has_memory has_normal_memory has_cpu; do echo "$name=$(cat $name)"; done
  echo "cpu_possible=$(cat /sys/devices/system/cpu/possible)"
}

snapshot() {
  blocks >/tmp/memory_blocks.txt
  nodes >/tmp/nodes.txt
  dmesg >/tmp/dmesg.txt
  for name in zoneinfo iomem cmdline version; do cat /proc/$name >/tmp/$name.txt; done
  for name in memory_blocks nodes dmesg zoneinfo iomem cmdline version; do file $name.txt /tmp/$name.txt; done >/tmp/all
  answer /tmp/all
}

tables() {
  cd /sys/firmware/acpi/tables
  for name in [A-Z]*; do [ -f "$name" ] && cat "$name" >/tmp/table && file "$name" /tmp/table; done >/tmp/all
  answer /tmp/all
}

run() {
  ( eval "$1" ) >/tmp/output 2>&1
  echo "rc=$?" >>/tmp/output
  answer /tmp/output
}

# The host's first request waits for this line: bytes that come before the port is set up would be lost.
echo READY >&3
while IFS= read -r line <&3; do
  case "$line" in
    snapshot) snapshot;;
    tables) tables;;
    poweroff) poweroff -f;;
    *) run "$line";;
  esac
done
poweroff -f
"""

# Arguments: block, seconds, seconds more until it counts as stuck, free KiB to keep.  Prints key=value lines.  A block
# without one zone is always tried, for the kernel refuses it at once.  The write goes on beside the script, which tells
# its end through a pipe: a kernel that does not heed the signal of timeout must not silence the guest.
_OFFLINE: Final = r"""#!/bin/sh
cd /sys/devices/system/memory/memory$1 || exit
limit=$2 grace=$3 floor=$4 zones=$(cat valid_zones)
set -- $(awk '$1=="Node" { zone=$4 } $1=="pages" && $2=="free" { all+=$3; if (zone!="Movable") kernel+=$3 }
  END { print all*4, kernel*4 }' /proc/zoneinfo)
case "$zones" in
  none) ;;
  Movable*) [ $1 -lt $floor ] && { echo skipped=yes; exit; };;
  *) [ $1 -lt $floor -o $2 -lt $floor ] && { echo skipped=yes; exit; };;
esac
[ -p /tmp/ended ] || mkfifo /tmp/ended
exec 4<>/tmp/ended
{ timeout $limit sh -c 'echo offline >state' 2>/tmp/complaint; echo $? >&4; } >/dev/null &
read -t $((limit + grace)) code <&4 || { echo stuck=yes; exit; }
echo code=$code
echo complaint=$(cat /tmp/complaint)
echo state=$(cat state)
"""


def initramfs(busybox: bytes, *, life: int) -> bytes:
    """Give a compressed initramfs of busybox and our init; after ``life`` seconds the guest ends by itself."""
    folders = ("bin", "dev", "proc", "sys", "tmp")
    archive = write_newc(
        [
            *map(directory, folders),
            regular("init", _INIT.replace("@LIFE@", str(life)).encode(), executable=True),
            regular("bin/busybox", busybox, executable=True),
            regular("bin/offline", _OFFLINE.encode(), executable=True),
        ]
    )
    return gzip.compress(archive, 6, mtime=0)


def unpacked(frame: bytes) -> bytes:
    """Expand the content of a frame.  Raises InputError where it is damaged or larger than 64 MiB."""
    expander = zlib.decompressobj(wbits=31)
    try:
        data = expander.decompress(frame, _MOST)
    except zlib.error as error:
        raise InputError("damaged answer", "the guest", str(error)) from error
    if not expander.eof:
        why = f"larger than {_MOST >> 20} MiB" if len(data) == _MOST else "it ends early"
        raise InputError("damaged answer", "the guest", why)
    return data


def parse_files(data: bytes) -> Mapping[str, bytes]:
    """Give name and content of the files in an answer.  Raises InputError where it does not hold together."""
    return dict(_files(data))


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    position = 0
    while position < len(data):
        head = _NAME.match(data, position)
        if head is None or head.end() + int(head[1]) > len(data):
            raise InputError("damaged answer", "the guest", f"no whole file at byte {position}")
        position = head.end() + int(head[1])
        yield head[2].decode("ascii"), data[head.end() : position]
