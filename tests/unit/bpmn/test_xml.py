"""XML from strangers is refused with a reason, quickly and within memory."""

from __future__ import annotations

import pytest

from bpmn.reader import read
from bpmn.xml import MAX_BYTES, XmlRefused
from tests.unit.bpmn.drawing import HEAD, SIMPLE, file

BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


def refusal(data: bytes) -> XmlRefused:
    with pytest.raises(XmlRefused) as refused:
        read("x.bpmn", data)
    return refused.value


@pytest.mark.parametrize(
    "doctype",
    [BOMB, '<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'],
)
def test_document_types_are_never_read(doctype):
    assert refusal(f'<?xml version="1.0"?>{doctype}{HEAD}</bpmn:definitions>'.encode()).code == "doctype"


def test_an_entity_bomb_in_another_encoding_is_refused_too():
    text = f'<?xml version="1.0" encoding="UTF-16"?>{BOMB}{HEAD}<bpmn:process id="&h;"/></bpmn:definitions>'
    assert refusal(text.encode("utf-16")).code in {"doctype", "not-xml"}


def test_size_is_bounded_before_anything_is_parsed():
    refused = refusal(b" " * (MAX_BYTES + 1))
    assert (refused.code, refused.values["limit"]) == ("too-large", MAX_BYTES)


def test_nesting_is_bounded():
    assert refusal((HEAD + "<bpmn:process>" * 230).encode()).code in {"too-deep", "not-xml"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"no xml", "not-xml"),
        (b"<a><b></a>", "not-xml"),
        (b"\xff\xfe\x00broken", "not-xml"),
        (b"<html/>", "not-bpmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20090413"/>', "wrong-namespace"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "wrong-namespace"),
    ],
)
def test_what_is_no_bpmn_is_refused_with_a_reason(data, code):
    assert refusal(data).code == code


def test_the_position_of_broken_xml_is_told():
    refused = refusal(file(SIMPLE).replace(b"<bpmn:endEvent", b"\n\n<bpmn:endEvent <", 1))
    assert refused.line == 3
    assert refused.values["reason"]


def test_a_byte_order_mark_and_comments_are_fine():
    diagram = read("x.bpmn", b"\xef\xbb\xbf" + file("<!-- note -->" + SIMPLE))
    assert list(diagram.processes[0].nodes) == ["s", "u", "e"]
