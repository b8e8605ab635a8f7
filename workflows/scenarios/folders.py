"""Where a story's files are looked up: on disk, or in a set of files in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from posixpath import basename, dirname, join, normpath, relpath
from typing import Protocol

from bpmn.bundle import DIAGRAM


class Folder(Protocol):
    """Where files are looked up, by path relative to the model's folder."""

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""

    def names(self, folder: str = "") -> list[str]:
        """The names of the files in the model's folder, or in another one beside it."""

    def beside(self, process: str) -> list[str]:
        """Paths of diagrams of other folders that may hold a process."""


class DiskFolder:
    """Files on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""
        try:
            return (self.folder / path).read_bytes()
        except (OSError, ValueError):
            return None

    def names(self, folder: str = "") -> list[str]:
        """The files of the folder; none where it cannot be read."""
        try:
            return sorted(file.name for file in (self.folder / folder).iterdir() if file.is_file())
        except OSError:
            return []

    def beside(self, process: str) -> list[str]:
        """Diagrams in the neighbouring folder named after the process."""
        if "/" in process or process in {"", ".", ".."}:
            return []
        return [f"../{process}/{file.name}" for file in sorted((self.folder.parent / process).glob("*" + DIAGRAM))]


class FilesFolder:
    """Files in memory, by path; ``home`` is the folder of the model."""

    def __init__(self, files: Mapping[str, bytes], home: str = "") -> None:
        self.files = {normpath(path): data for path, data in files.items()}
        self.home = normpath(home) if home else ""

    def read(self, path: str) -> bytes | None:
        """The content of a file, None where there is none."""
        return self.files.get(normpath(join(self.home, path)))

    def names(self, folder: str = "") -> list[str]:
        """The files of the folder."""
        here = normpath(join(self.home, folder)) if self.home or folder else ""
        return sorted(basename(path) for path in self.files if dirname(path) == here)

    def beside(self, process: str) -> list[str]:
        """All diagrams of other folders: which of them holds the process is seen when they are read."""
        others = (path for path in self.files if path.endswith(DIAGRAM) and dirname(path) != self.home)
        return sorted(relpath(path, self.home or ".") for path in others)
