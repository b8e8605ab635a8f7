"""Putting files into use: what is checked, what is refused, who may."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bpmn.models import ProcessVersion
from tests.web.processes.conftest import simple
from web.views.processes import uploaded_files

pytestmark = pytest.mark.django_db
UPLOAD = "process_upload"


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def archive(**files: bytes) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return file("set.zip", packed.getvalue())


def send(client, *files: SimpleUploadedFile, act: str = "deploy", note: str = ""):
    return client.post(reverse(UPLOAD), {"bundle": list(files), "note": note, "act": act})


def drawn(key: str = "asking") -> bytes:
    """A diagram nothing can be said against."""
    return simple(key).replace(b'assignee="alice"', b'candidateGroups="finance"')


def broken() -> bytes:
    return simple().replace(b'targetRef="end"', b'targetRef="nowhere"')


def test_it_works(as_, publisher):
    answer = send(as_(publisher), file("asking.bpmn", drawn()), note="Shorter")
    version = ProcessVersion.objects.get()
    assert version.deployment.note == "Shorter"
    assert version.deployment.by == publisher
    assert answer.status_code in {200, 302}


def test_an_error_is_explained_and_nothing_changes(as_, publisher):
    answer = send(as_(publisher), file("asking.bpmn", broken()))
    assert answer.status_code == 422
    assert not ProcessVersion.objects.exists()
    findings = answer.context["findings"]
    assert findings[0]["tone"] == "danger"
    assert findings[0]["sentence"]
    assert "Nothing has changed" in answer.content.decode()


def test_in_chinese(as_, publisher):
    publisher.language = "zh-hans"
    publisher.save(update_fields=["language"])
    answer = send(as_(publisher), file("asking.bpmn", b"<no"))
    assert answer.status_code == 422
    assert '<html lang="zh-Hans"' in answer.content.decode()


def test_one_error_refuses_the_whole_set(as_, publisher):
    send(as_(publisher), archive(**{"a/asking.bpmn": drawn("good"), "b/asking.bpmn": broken()}))
    assert not ProcessVersion.objects.exists()


def test_an_archive_of_two(as_, publisher):
    content = {"a/one.bpmn": drawn("one"), "b/two.bpmn": drawn("two"), "__MACOSX/x.bpmn": b"rubbish", "notes.txt": b""}
    answer = send(as_(publisher), archive(**content))
    assert answer.context["left_out"] == ["notes.txt"]
    assert set(ProcessVersion.objects.values_list("definition__key", flat=True)) == {"one", "two"}


def test_checking_only_changes_nothing(as_, designer):
    answer = send(as_(designer), file("asking.bpmn", drawn()), act="check")
    assert answer.status_code == 200
    assert not ProcessVersion.objects.exists()


def test_designers_do_not_publish(as_, designer):
    assert send(as_(designer), file("asking.bpmn", drawn())).status_code == 403
    assert not ProcessVersion.objects.exists()


def test_others_do_not_even_check(as_, charlie):
    assert as_(charlie).get(reverse(UPLOAD)).status_code == 403
    assert send(as_(charlie), file("asking.bpmn", drawn()), act="check").status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.zip", b"no archive", "cannot be unpacked"),
        ("x.txt", b"text", "no diagram"),
        ("x.bpmn", b"", "empty"),
    ],
)
def test_files_that_are_none(as_, publisher, name, content, sentence):
    answer = send(as_(publisher), file(name, content))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_nothing_chosen(as_, publisher):
    assert send(as_(publisher)).status_code == 422


def test_too_much_is_not_unpacked(as_, publisher, monkeypatch):
    monkeypatch.setattr(uploaded_files, "MOST_BYTES", 1000)
    answer = send(as_(publisher), archive(**{"a.bpmn": b"x" * 5000}))
    assert answer.status_code == 422
    assert "Together the files may have" in answer.content.decode()


def test_the_same_files_again_make_no_version(as_, publisher):
    send(as_(publisher), file("asking.bpmn", drawn()))
    answer = send(as_(publisher), file("asking.bpmn", drawn()))
    assert "in use already" in answer.content.decode()
    assert ProcessVersion.objects.count() == 1
