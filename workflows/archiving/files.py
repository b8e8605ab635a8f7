"""Segment files: gzip members one after another, a header first, then one member of JSON lines per family.

Any tool that reads gzip shows the whole file; one family is read without the others. A file appears under its name
only when all of it is on the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.conf import settings

from workflows.exceptions import ArchiveDamaged

SUFFIX = ".jsonl.gz"
LEVEL = 6
_PIECE = 1 << 20


class Written(NamedTuple):
    """Where a member begins in its file and how long it is."""

    offset: int
    size: int


class SegmentWriter:
    """Writes the members of one file."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size = 0

    def member(self, lines: Iterable[bytes]) -> Written:
        """Add the lines as one member."""
        begin = self.size
        with gzip.GzipFile(fileobj=self, mode="wb", compresslevel=LEVEL, mtime=0) as packed:
            for line in lines:
                packed.write(line + b"\n")
        return Written(begin, self.size - begin)

    def copy(self, name: str, place: Written) -> Written:
        """Add a member of another file as it is. Raises ArchiveDamaged."""
        begin = self.size
        try:
            with (directory() / name).open("rb") as file:
                file.seek(place.offset)
                part = _Slice(file, place.size)
                while data := part.read(_PIECE):
                    self.write(data)
        except OSError as error:
            raise ArchiveDamaged(f"{name}: {error}") from error
        if self.size - begin != place.size:
            raise ArchiveDamaged(f"{name}: it ends too early")
        return Written(begin, place.size)

    def write(self, data: bytes) -> int:
        """What GzipFile gives."""
        self._digest.update(data)
        self.size += len(data)
        self._target.write(data)
        return len(data)

    def flush(self) -> None:
        """GzipFile asks for it; the file is brought to the disk at its end."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of what was written."""
        return self._digest.digest()


@contextmanager
def writing(name: str) -> Iterator[SegmentWriter]:
    """A new file under this name, there and on the disk when the block ends, never in part."""
    folder = directory()
    partial = folder / f"{name}.part"
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            yield SegmentWriter(target)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(folder / name)
        _to_disk(folder)
    finally:
        partial.unlink(missing_ok=True)


def directory() -> Path:
    """Where the files are, made at first use and readable by the owner only."""
    folder = Path(settings.HISTORY_ARCHIVE_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def lines(name: str, place: Written) -> Iterator[Mapping[str, Any]]:
    """The JSON lines of one member. Raises ArchiveDamaged when they are not there or not readable."""
    try:
        with (directory() / name).open("rb") as file:
            file.seek(place.offset)
            for line in gzip.GzipFile(fileobj=_Slice(file, place.size)):  # type: ignore[call-overload]
                yield orjson.loads(line)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise ArchiveDamaged(f"{name}: {error}") from error


def header(name: str) -> Mapping[str, Any]:
    """What the first line of a file says of it. Raises ArchiveDamaged."""
    for line in lines(name, Written(0, 1 << 40)):
        return line
    raise ArchiveDamaged(f"{name}: it has no header")


def digest_of(name: str) -> bytes:
    """SHA-256 of a file, read in pieces. Raises ArchiveDamaged when it is gone."""
    try:
        with (directory() / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise ArchiveDamaged(f"{name}: {error}") from error


def remove(name: str) -> None:
    """Delete a file that nothing points at any more."""
    (directory() / name).unlink(missing_ok=True)


def names() -> set[str]:
    """The files there are, finished or not."""
    return {path.name for path in directory().iterdir() if path.name.endswith((SUFFIX, ".part"))}


class _Slice:
    """So many bytes of a file from where it stands."""

    def __init__(self, file: Any, size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data: bytes = self._file.read(wanted)
        self._left -= len(data)
        return data

    def seekable(self) -> bool:
        return False


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
