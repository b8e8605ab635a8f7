"""Files with records: kept by content, opened by right, taken away by their owner."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent
from crm_core.attachments import commands
from crm_core.attachments.commands import add_attachment, remove_attachment, shown_name
from crm_core.attachments.models import Attachment
from crm_core.attachments.queries import attachment, attachments_of
from crm_core.exceptions import FileRefused, NotPermitted, RecordNotFound
from tests.crm import customer

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n..."


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


def add(actor, row, data=PDF, name="offer.pdf"):
    return add_attachment(
        actor=actor, record_kind="customer", record_id=row.pk, upload=SimpleUploadedFile(name, data, "image/png")
    )


def test_it_works(alice, bob, clock):
    row = customer(alice)
    made = add(alice, row, name="../../报价 单.pdf")
    assert (made.name, made.content_type, made.size, made.added_at) == (
        "报价 单.pdf",
        "application/pdf",
        len(PDF),
        clock.now(),
    )
    assert "pdf" not in made.file.name
    assert list(attachments_of(bob, "customer", row.pk)) == [made]
    with attachment(bob, made.pk).file.open() as file:
        assert file.read() == PDF
    assert AuditEvent.objects.get(event="attachment.added").actor == alice


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (archive("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("名称,金额\n".encode("gb18030"), "text/plain; charset=gb18030"),
        (b"name\n", "text/plain; charset=utf-8"),
    ],
)
def test_the_content_says_what_a_file_is(alice, data, kind):
    assert add(alice, customer(alice), data, "anything.exe").content_type == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00\x03", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"  <!DOCTYPE html><script>", b"\x7fELF\x00",
        b"\xef\xbb\xbf<html>", archive("readme.txt"), archive("xl/workbook.xml", "xl/vbaProject.bin"),
        b"PK\x03\x04broken",
    ],
)  # fmt: skip
def test_programs_markup_macros_and_archives_are_refused(alice, data):
    with pytest.raises(FileRefused):
        add(alice, customer(alice), data, "harmless.pdf")
    assert not Attachment.objects.exists()


def test_there_are_limits(alice, monkeypatch):
    row = customer(alice)
    monkeypatch.setattr(commands, "MAX_BYTES", len(PDF) - 1)
    with pytest.raises(FileRefused):
        add(alice, row)
    monkeypatch.setattr(commands, "MAX_BYTES", len(PDF))
    monkeypatch.setattr(commands, "MAX_FILES", 1)
    add(alice, row)
    with pytest.raises(FileRefused):
        add(alice, row)


@pytest.mark.parametrize(
    ("given", "shown"),
    [("a/b\\c.txt", "c.txt"), ("\u202egpj.exe", "gpj.exe"), (" .. ", "file"), ("x" * 300 + ".pdf", "x" * 196 + ".pdf")],
)
def test_names_are_only_shown(given, shown):
    assert shown_name(given) == shown


def test_one_removes_ones_own(alice, bob, data_clerk, django_capture_on_commit_callbacks):
    row = customer(alice)
    made, other = add(alice, row), add(alice, row)
    storage, name = made.file.storage, made.file.name
    with pytest.raises(NotPermitted):
        remove_attachment(actor=bob, attachment_id=made.pk)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(actor=alice, attachment_id=made.pk)
    assert not storage.exists(name)
    remove_attachment(actor=data_clerk, attachment_id=other.pk)
    assert not Attachment.objects.exists()


def test_the_outsider_finds_nothing(alice, charlie):
    row = customer(alice)
    made = add(alice, row)
    assert not attachments_of(charlie, "customer", row.pk)
    for act in (
        lambda: add(charlie, row),
        lambda: remove_attachment(actor=charlie, attachment_id=made.pk),
        lambda: attachment(charlie, made.pk),
        lambda: attachment(alice, "no-id"),
    ):
        with pytest.raises(RecordNotFound):
            act()


FOUND: list[bytes] = []


def finds_everything(data: bytes) -> str:
    FOUND.append(data)
    return "EICAR\ntest"


def finds_nothing(data: bytes) -> str | None:
    FOUND.append(data)
    return None


def falls_over(data: bytes) -> str:
    raise ConnectionError("no scanner")


def test_what_the_virus_scanner_names_is_not_kept(alice, settings):
    row = customer(alice)
    FOUND.clear()
    settings.ATTACHMENT_SCANNER = f"{__name__}.finds_everything"
    with pytest.raises(FileRefused, match="EICAR"):
        add(alice, row)
    settings.ATTACHMENT_SCANNER = f"{__name__}.falls_over"
    with pytest.raises(FileRefused):
        add(alice, row)
    assert not Attachment.objects.exists()
    assert FOUND == [PDF]
    settings.ATTACHMENT_SCANNER = f"{__name__}.finds_nothing"
    assert add(alice, row).size == len(PDF)


def test_the_scanner_is_not_asked_for_strangers(alice, charlie, settings):
    row = customer(alice)
    FOUND.clear()
    settings.ATTACHMENT_SCANNER = f"{__name__}.finds_nothing"
    with pytest.raises(RecordNotFound):
        add(charlie, row)
    assert FOUND == []
