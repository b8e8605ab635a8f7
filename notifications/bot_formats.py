"""What each kind of bot expects: the shape of a message, how it is signed, and how it says that it took it.

Signatures: DingTalk wants HMAC-SHA256 with the secret over "milliseconds, line feed, secret", as parameters of the
address; Feishu HMAC-SHA256 of nothing with "seconds, line feed, secret" as the key, in the message; WeCom and Slack
have their secret in the address. Other programs get HMAC-SHA256 over "seconds, full stop, message" in a header.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from notifications.models import BotKind
from notifications.outside import Answer
from notifications.sending import NotTaken

LONGEST = {BotKind.WECOM: 2048, BotKind.DINGTALK: 15_000, BotKind.FEISHU: 15_000, BotKind.SLACK: 15_000}
"""Bytes of text that are taken."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a bot."""

    address: str
    body: bytes
    headers: Mapping[str, str]


def call_for(
    kind: str, address: str, secret: str, text: str, *, now: datetime, key: str, more: Mapping[str, Any]
) -> Call:
    """The request that posts a text; ``key`` tells a repeated one, ``more`` is what other programs get beside it."""
    text = _fitting(text, LONGEST.get(BotKind(kind), 15_000))
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key, "User-Agent": "Baton"}
    seconds = str(int(now.timestamp()))
    match kind:
        case BotKind.FEISHU:
            message: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
            if secret:
                message |= {"timestamp": seconds, "sign": _sign(f"{seconds}\n{secret}", b"")}
        case BotKind.DINGTALK:
            message = {"msgtype": "text", "text": {"content": text}}
            if secret:
                moment = str(int(now.timestamp() * 1000))
                sign = quote(_sign(secret, f"{moment}\n{secret}".encode()), safe="")
                address += f"{'&' if '?' in address else '?'}timestamp={moment}&sign={sign}"
        case BotKind.WECOM:
            message = {"msgtype": "text", "text": {"content": text}}
        case BotKind.SLACK:
            message = {"text": text}
        case _:
            message = {"id": key, "text": text, **more}
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if kind == BotKind.OTHER and secret:
        mark = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
        headers |= {"X-Baton-Timestamp": seconds, "X-Baton-Signature": f"sha256={mark}"}
    return Call(address, body, headers)


def require_taken(kind: str, answer: Answer) -> None:
    """Raise NotTaken unless the bot said that it posts the message: by status, and by its own number in the body."""
    if not 200 <= answer.status < 300:
        raise NotTaken(f"status {answer.status}")
    if kind not in {BotKind.FEISHU, BotKind.DINGTALK, BotKind.WECOM}:
        return
    try:
        said = json.loads(answer.body)
    except ValueError:
        raise NotTaken("unreadable") from None
    number = next((said[name] for name in ("code", "errcode", "StatusCode") if name in said), None) if said else None
    if number != 0:
        raise NotTaken(f"refused {number}" if isinstance(number, int) else "unreadable")


def harmless(kind: str, value: str) -> str:
    """A value without what a chat would take for a mention or a link with another face."""
    if kind == BotKind.SLACK:
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("<", "＜").replace(">", "＞")


def _sign(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), message, hashlib.sha256).digest()).decode()


def _fitting(text: str, longest: int) -> str:
    data = text.encode()
    return text if len(data) <= longest else data[: longest - 3].decode(errors="ignore") + "…"
