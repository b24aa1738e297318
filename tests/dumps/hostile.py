"""Small files that expand to ten gibibytes, and archives that point outside of themselves."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib

TEN_GIB = 10 << 30
_CHUNK = 16 << 20


def _repeated(compressor: object, prefix: bytes, filler: bytes) -> bytes:
    # A full flush makes what follows independent: one compressed block can be repeated at will.
    head = compressor.compress(prefix) + compressor.flush(zlib.Z_FULL_FLUSH)  # type: ignore[attr-defined]
    chunk = compressor.compress(filler * (_CHUNK // len(filler))) + compressor.flush(zlib.Z_FULL_FLUSH)  # type: ignore[attr-defined]
    return bytes(head + chunk * (TEN_GIB // _CHUNK) + compressor.flush())  # type: ignore[attr-defined]


def gzip_bomb(prefix: bytes, filler: bytes) -> bytes:
    """Ten GiB of filler after a prefix, in about ten MiB."""
    return _repeated(zlib.compressobj(9, wbits=31), prefix, filler)


def zip_bomb(prefix: bytes, filler: bytes, name: str = "tables.dump") -> bytes:
    """The same as the only member of a zip."""
    body = _repeated(zlib.compressobj(9, wbits=-15), prefix, filler)
    sizes = b"\0\0\0\0" + len(body).to_bytes(4, "little") + (0xFFFF0000).to_bytes(4, "little")
    encoded = name.encode()
    common = bytes.fromhex("14000000 0800 0000 2100") + sizes + len(encoded).to_bytes(2, "little") + b"\0\0"
    local = b"PK\3\4" + common + encoded
    central = b"PK\1\2\x14\0" + common + bytes(14) + encoded
    directory = (len(central)).to_bytes(4, "little") + (len(local) + len(body)).to_bytes(4, "little")
    return local + body + central + b"PK\5\6" + bytes.fromhex("0000 0000 0100 0100") + directory + b"\0\0"


def tar_of(*members: tuple[str, bytes], mode: str = "w", format: int = tarfile.PAX_FORMAT) -> bytes:  # noqa: A002
    """A tar with these files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode, format=format) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def tar_of_specials(*names: tuple[str, bytes, str]) -> bytes:
    """A tar with links and devices: (name, type, target)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind, target in names:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return stream.getvalue()


def zip_of(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()
