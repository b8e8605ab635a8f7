"""The files of an upload by path: single ones as they are, archives unpacked within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from bpmn.bundle import DECISIONS, DIAGRAM, FORM, SCENARIO
from bpmn.texts import FILE_NAME

MOST_BYTES = 20_000_000
MOST_FILES = 500
ARCHIVE = ".zip"


def files_of(uploads: Iterable[UploadedFile[Any]]) -> dict[str, bytes]:
    """Path to content. Raises ValidationError for archives that cannot be read, and for too much."""
    files: dict[str, bytes] = {}
    for upload in uploads:
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(_too_much())
        name = PurePosixPath(upload.name or "").name
        files |= _unpacked(upload, name) if name.lower().endswith(ARCHIVE) else {name: upload.read()}
        if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
            raise ValidationError(_too_much())
    return files


def belongs(path: str) -> bool:
    """Whether a file is a diagram, a table of decisions, a form, texts or a scenario."""
    name = PurePosixPath(path).name
    return name.endswith((DIAGRAM, DECISIONS, FORM, SCENARIO)) or FILE_NAME.fullmatch(name) is not None


def has_diagram(files: Mapping[str, bytes]) -> bool:
    """Whether there is anything to put into use."""
    return any(path.endswith(DIAGRAM) for path in files)


def _unpacked(upload: UploadedFile[Any], name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_meant(entry.filename)]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise ValidationError(_too_much())
            return {entry.filename: _read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error):
        raise ValidationError(_("“%(name)s” cannot be unpacked.") % {"name": name}) from None


def _is_meant(path: str) -> bool:
    """Not what operating systems put beside the files."""
    parts = PurePosixPath(path).parts
    return "__MACOSX" not in parts and not any(part.startswith(".") for part in parts)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The declared size is not trusted: no more than the bound is ever unpacked."""
    with archive.open(entry) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(_too_much())
    return content


def _too_much() -> str:
    return _("Together the files may have %(size)s MB, and there may be %(count)s of them.") % {
        "size": MOST_BYTES // 1_000_000,
        "count": MOST_FILES,
    }
