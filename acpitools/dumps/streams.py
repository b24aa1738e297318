"""Byte streams that can be looked into before they are read, and decompressors with bounds.

Nothing is expanded ahead of being read: a stream that expands to gigabytes costs what is read of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from acpitools.core.errors import DecodeError, LimitError
from acpitools.core.units import MIB
from acpitools.dumps.limits import Budget

__all__ = ["COMPRESSIONS", "Peekable", "Readable", "decompressed"]

_BLOCK = 64 * 1024


class Readable(Protocol):
    """Anything with ``read``."""

    def read(self, size: int, /) -> bytes:
        """Give up to size bytes; none at the end."""


class Peekable:
    """A stream whose first bytes can be seen before it is read."""

    __slots__ = ("_budget", "_head", "_source", "name")

    def __init__(self, source: Readable, name: str, budget: Budget | None = None) -> None:
        self._source = source
        self._head = b""
        self._budget = budget
        self.name = name
        """What messages call it."""

    def peek(self, size: int) -> bytes:
        """Give the first bytes that are not yet read, up to size of them."""
        while len(self._head) < size:
            more = self._more(size - len(self._head))
            if not more:
                break
            self._head += more
        return self._head[:size]

    def read(self, size: int) -> bytes:
        """Give up to size bytes; none at the end."""
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._more(size)

    def read_exactly(self, size: int) -> bytes:
        """Give size bytes, fewer only at the end of the stream."""
        parts = []
        while size > 0 and (data := self.read(min(size, _BLOCK))):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    def read_all(self, limit: int) -> bytes:
        """Give everything that is left.  Raises LimitError past limit bytes."""
        data = bytearray()
        while block := self.read(_BLOCK):
            data += block
            if len(data) > limit:
                raise LimitError("input too large", self.name, f"more than {limit // MIB} MiB in one file")
        return bytes(data)

    def _more(self, size: int) -> bytes:
        data = self._source.read(size)
        if self._budget is not None and data:
            self._budget.take_bytes(len(data), self.name)
        return data


class _Zlib:
    # zlib's decompressor with the interface that bz2's and lzma's share.
    def __init__(self) -> None:
        import zlib

        self._inner = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


def _gzip(_: Budget) -> Any:
    return _Zlib()


def _bzip2(_: Budget) -> Any:
    import bz2

    return bz2.BZ2Decompressor()


def _xz(budget: Budget) -> Any:
    import lzma

    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=budget.limits.window_bytes)


class _Decompressed:
    """Expanded bytes of a stream, several compressed members in a row included."""

    def __init__(self, source: Peekable, kind: str, budget: Budget, cut: Callable[[], None]) -> None:
        self._source = source
        self._magic = COMPRESSIONS[kind]
        self._make = _MAKERS[kind]
        self._budget = budget
        self._cut = cut
        self._inner: Any = None
        self._pending = b""

    def _next_member(self) -> bool:
        # Zeros may stand between members and after the last; anything else that is no member is not ours.
        self._pending = (self._inner.unused_data if self._inner else b"").lstrip(b"\0")
        while len(self._pending) < len(self._magic) and (more := self._source.read(_BLOCK)):
            self._pending = (self._pending + more).lstrip(b"\0")
        if not self._pending.startswith(self._magic):
            return False
        self._inner = self._make(self._budget)
        return True

    def read(self, size: int) -> bytes:
        while True:
            if (self._inner is None or self._inner.eof) and not self._next_member():
                return b""
            data = self._pending
            if not data and self._inner.needs_input:
                data = self._source.read(_BLOCK)
                if not data:
                    self._cut()
                    return b""
            self._pending = b""
            try:
                expanded = self._inner.decompress(data, size)
            except MemoryError as exc:
                raise LimitError("cannot decompress", self._source.name, "asks for too much memory") from exc
            except Exception as exc:
                if "limit" in str(exc).lower():
                    raise LimitError("cannot decompress", self._source.name, "asks for too much memory") from exc
                raise DecodeError("cannot decompress", self._source.name, str(exc)) from exc
            if expanded:
                return bytes(expanded)


class _Zstandard:
    # The library streams by itself, only its errors need care.  Data cut off just end: it tells no difference.
    def __init__(self, source: Peekable, budget: Budget) -> None:
        import zstandard

        self._name = source.name
        self._error = zstandard.ZstdError
        window = 1 << (budget.limits.window_bytes.bit_length() - 1)
        decompressor = zstandard.ZstdDecompressor(max_window_size=window)
        self._reader = decompressor.stream_reader(cast(Any, source), read_across_frames=True)

    def read(self, size: int) -> bytes:
        try:
            return self._reader.read(size)
        except self._error as exc:
            why = str(exc)
            if "too much memory" in why or "window" in why.lower():
                raise LimitError("cannot decompress", self._name, "asks for too much memory") from exc
            raise DecodeError("cannot decompress", self._name, why) from exc


COMPRESSIONS = {"gzip": b"\x1f\x8b", "xz": b"\xfd7zXZ\0", "zstd": b"\x28\xb5\x2f\xfd", "bzip2": b"BZh"}
"""Name to magic number."""

_MAKERS: dict[str, Callable[[Budget], Any]] = {"gzip": _gzip, "xz": _xz, "bzip2": _bzip2}


def decompressed(source: Peekable, kind: str, budget: Budget, cut: Callable[[], None]) -> Peekable:
    """Give the expanded bytes of a compressed stream; ``cut`` is called where it ends early.

    Reading raises DecodeError for damaged data and LimitError past the budget.
    """
    inner = _Zstandard(source, budget) if kind == "zstd" else _Decompressed(source, kind, budget, cut)
    return Peekable(inner, source.name, budget)
