"""Files that want to do harm, or that no modeler would write: name -> file name and content."""

from __future__ import annotations

from tests.unit.bpmn.drawing import DECLARED, HEAD, LAYOUT, SIMPLE, boundary, chain, end, file, flow, node, start, user

MEGABYTE = 1_000_000
TAIL = "</bpmn:definitions>"


def _process(body: str, more: str = "") -> bytes:
    return f'{HEAD}{more}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process>{LAYOUT}{TAIL}'.encode()


def _condition(text: str) -> bytes:
    gateway = node("exclusiveGateway", "x", default="x_e")
    body = (
        start() + gateway + user("u") + end() + flow("s", "x") + flow("x", "e") + flow("x", "u", text) + flow("u", "e")
    )
    return file(body)


def _timer(kind: str, text: str) -> bytes:
    inner = f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    return file(start() + node("intermediateCatchEvent", "t", inner) + end() + chain("s", "t", "e"))


def _nested(levels: int) -> bytes:
    opened = "".join(f'<bpmn:subProcess id="p{n}">' for n in range(levels))
    return _process(start() + opened + "</bpmn:subProcess>" * levels + end())


def _tasks(count: int) -> bytes:
    names = [f"t{number}" for number in range(count)]
    return file(start() + "".join(map(user, names)) + end() + chain("s", *names, "e"))


_BOMB = '<!DOCTYPE a [<!ENTITY a "xxxxxxxxxx">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
) + "]><a>&j;</a>"  # fmt: skip
_SUB = node("subProcess", "sub", start("is") + user("iu") + end("ie") + chain("is", "iu", "ie"))
_OUTSIDE = start() + _SUB + user("u") + end() + chain("s", "sub", "u", "e")

HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "white space": b"  \n ",
    "null bytes": file(SIMPLE).replace(b'name="Process"', b'name="a\x00b"'),
    "only nulls": b"\x00" * 10_000,
    "random bytes": bytes(range(256)) * 500,
    "entity bomb": _BOMB.encode(),
    "external document type": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x">%x;]><a/>',
    "document type in utf-16": _BOMB.encode("utf-16"),
    "xinclude": _process(SIMPLE + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
    "style sheet": b'<?xml-stylesheet href="file:///etc/passwd"?>' + file(SIMPLE),
    "byte order mark": b"\xef\xbb\xbf" + file(SIMPLE),
    "utf-16": f'<?xml version="1.0" encoding="UTF-16"?>{file(SIMPLE).decode()}'.encode("utf-16"),
    "wrong encoding": b'<?xml version="1.0" encoding="UTF-8"?>'
    + file(SIMPLE).replace(b"Process", "流程".encode("gbk")),
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?>' + file(SIMPLE),
    "cut off": file(SIMPLE)[:-40],
    "rubbish behind": file(SIMPLE) + b"<more/>",
    "100,000 elements": _process(SIMPLE + "<bpmn:documentation/>" * 100_000),
    "99,000 elements": _process("<bpmn:textAnnotation/>" * 99_000 + SIMPLE),
    "10 MB of documentation": _process(
        f"<bpmn:documentation>{'so ' * (10 * MEGABYTE // 3)}</bpmn:documentation>" + SIMPLE
    ),
    "30 MB": b" " * (30 * MEGABYTE),
    "huge attribute": file(SIMPLE).replace(b'name="Process"', b'name="' + b"x" * (9 * MEGABYTE) + b'"'),
    "huge id": file(SIMPLE.replace('"u"', '"' + "u" * 200_000 + '"')),
    "100,000 attributes": file(SIMPLE).replace(b'name="Process"', b" ".join(b'a%d=""' % n for n in range(100_000))),
    "deep elements": b"<a>" * 100_000,
    "deep sub-processes": _nested(150),
    "too deep sub-processes": _nested(5_000),
    "5,000 flow nodes": _tasks(4_998),
    "6,000 flow nodes": _tasks(6_000),
    "a fork of 2,000": file(
        start()
        + node("parallelGateway", "f")
        + "".join(user(f"u{n}") + flow("f", f"u{n}") for n in range(2_000))
        + flow("s", "f")
    ),
    "a thousand flows between two gateways": file(
        start()
        + node("parallelGateway", "f")
        + node("parallelGateway", "j")
        + end()
        + flow("s", "f")
        + flow("j", "e")
        + "".join(flow("f", "j", identity=f"w{n}") for n in range(1_000))
    ),
    "gateways that all lead to each other": file(
        start()
        + end()
        + "".join(node("inclusiveGateway", f"g{n}") for n in range(40))
        + flow("s", "g0")
        + flow("g39", "e")
        + "".join(flow(f"g{a}", f"g{b}", "=x") for a in range(40) for b in range(40))
    ),
    "the same id everywhere": file(SIMPLE * 200),
    "self loop": file(start() + user("u") + end() + chain("s", "u", "e") + flow("u", "u")),
    "gateway self loop": file(start() + node("exclusiveGateway", "g") + chain("s", "g") + flow("g", "g")),
    "flow into a start": file(SIMPLE + flow("u", "s")),
    "flow out of an end": file(SIMPLE + flow("e", "u")),
    "flow across a border": file(_OUTSIDE + flow("iu", "u")),
    "flow to nowhere": file(SIMPLE + flow("u", "nowhere") + flow("", "")),
    "boundary on nothing": file(SIMPLE + boundary("b", "nothing", "<bpmn:timerEventDefinition/>")),
    "boundary on itself": file(SIMPLE + boundary("b", "b", "<bpmn:timerEventDefinition/>")),
    "boundary on a gateway": file(
        SIMPLE + node("exclusiveGateway", "g") + boundary("b", "g", "<bpmn:errorEventDefinition/>")
    ),
    "several defaults": file(SIMPLE).replace(b'id="u"', b'id="u" default="u_e u_x"'),
    "unknown bpmn attribute": file(SIMPLE).replace(b'id="u"', b'id="u" isFast="true" bpmn:isForCompensation="true"'),
    "unknown bpmn element": file(SIMPLE + "<bpmn:quantumTask id='q'/>"),
    "foreign namespaces": file(SIMPLE + '<y:task xmlns:y="urn:y" id="q"><bpmn:userTask id="hidden"/></y:task>'),
    "bpmn in extensions": file(SIMPLE + "<bpmn:extensionElements><bpmn:userTask id='h'/></bpmn:extensionElements>"),
    "another bpmn": file(SIMPLE).replace(b"20100524", b"20300101"),
    "sub-process in itself by flows": file(
        start() + node("subProcess", "sub", start("is") + flow("is", "sub")) + chain("s", "sub")
    ),
    "link to itself": file(
        start()
        + node("intermediateThrowEvent", "t", '<bpmn:linkEventDefinition name="l"/>')
        + node("intermediateCatchEvent", "c", '<bpmn:linkEventDefinition name="l"/>')
        + chain("s", "t")
        + chain("c", "t")
    ),
    "compensation of itself": file(
        SIMPLE
        + boundary("b", "u", "<bpmn:compensateEventDefinition/>")
        + '<bpmn:association id="a" sourceRef="b" targetRef="u"/>'
    ),
    "deep expression": _condition("=" + "(" * 50_000 + "1" + ")" * 50_000),
    "deep lists": _condition("=" + "[" * 50_000),
    "deep ifs": _condition("=" + "if a then " * 20_000 + "1"),
    "long expression": _condition("=" + "a+" * 400_000 + "1"),
    "huge number": _condition("=" + "9" * 1_000_000),
    "huge exponent": _condition("=9 ** 9 ** 9 ** 9 = 1"),
    "bad pattern": _condition('=matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")'),
    "huge list": _condition("=count(for i in 1..1000000000 return i) = 1"),
    "absurd duration": _timer("timeDuration", "P99999999999999999999Y"),
    "long duration": _timer("timeDuration", "PT" + "9" * 100_000 + "S"),
    "absurd date": _timer("timeDate", "999999999-01-01T00:00:00Z"),
    "absurd cycle": _timer("timeCycle", "R99999999999999/PT0S"),
    "long cron": _timer("timeCycle", "0 " + ",".join(map(str, range(50_000))) + " * * * *"),
    "no ids at all": file(SIMPLE).replace(b" id=", b" nid="),
    "a process in a process": _process(SIMPLE + '<bpmn:process id="q">' + SIMPLE + "</bpmn:process>"),
    "500 processes": (
        HEAD
        + DECLARED
        + "".join(f'<bpmn:process id="p{n}" isExecutable="true">{SIMPLE}</bpmn:process>' for n in range(500))
        + TAIL
    ).encode(),
    "a circle of calls": (
        HEAD
        + "".join(
            f'<bpmn:process id="c{n}" isExecutable="true">'
            + (
                start()
                + node("callActivity", "c", "", f'<zeebe:calledElement processId="c{(n + 1) % 50}"/>')
                + end()
                + chain("s", "c", "e")
            )
            .replace('="s', f'="s{n}')
            .replace('="c"', f'="k{n}"')
            .replace('="e"', f'="e{n}"')
            .replace('"c_e"', f'"x{n}"')
            + "</bpmn:process>"
            for n in range(50)
        )
        + TAIL
    ).encode(),
}
