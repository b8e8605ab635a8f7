"""Messages for push services: the worked example of RFC 8291, and the sender's word of RFC 8292."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from notifications.push_key import KEY_FILE, PushKeyUnusable, public_key, signing_key
from notifications.push_message import MOST_BYTES, KeysUnusable, authorization, check_keys, encrypt, from_base64url
from tests.commands.notifications.push_service import FakeBrowser, coded, decoded

# RFC 8291, section 5 and appendix A
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def private(text):
    return ec.derive_private_key(int.from_bytes(decoded(text), "big"), ec.SECP256R1())


def test_the_example_of_the_rfc():
    assert coded(encrypt(TEXT, P256DH, AUTH, sender=private(SENDER), salt=decoded(SALT))) == BODY
    assert FakeBrowser(private(RECEIVER), decoded(AUTH)).read(decoded(BODY)) == TEXT


def test_each_message_has_keys_of_its_own():
    browser = FakeBrowser()
    one, other = (encrypt(b"same", **browser.keys) for _time in range(2))
    assert one != other
    assert browser.read(one) == browser.read(other) == b"same"
    assert one[:16] != other[:16]
    assert one[21:86] != other[21:86]


def test_the_longest_message_fills_one_record():
    browser = FakeBrowser()
    body = encrypt(b"x" * MOST_BYTES, **browser.keys)
    assert len(body) == 4096
    assert browser.read(body) == b"x" * MOST_BYTES
    with pytest.raises(ValueError, match="too long"):
        encrypt(b"x" * (MOST_BYTES + 1), **browser.keys)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        pytest.param("", AUTH, id="no point"),
        pytest.param("A" * 87, AUTH, id="not on the curve"),
        pytest.param(coded(decoded(P256DH)[:-1]), AUTH, id="short point"),
        pytest.param(coded(b"\x02" + decoded(P256DH)[1:33]), AUTH, id="compressed point"),
        pytest.param(P256DH, "", id="no secret"),
        pytest.param(P256DH, coded(b"x" * 17), id="long secret"),
        pytest.param("密" * 87, AUTH, id="not ascii"),
        pytest.param(P256DH + "*", AUTH, id="not base64url"),
    ],
)
def test_what_no_browser_gives_is_refused(p256dh, auth):
    with pytest.raises(KeysUnusable):
        check_keys(p256dh, auth)


def test_padding_is_taken_as_some_browsers_send_it():
    assert from_base64url(AUTH + "==") == from_base64url(AUTH)
    check_keys(P256DH + "=", AUTH + "==")


def test_the_senders_word():
    """Good for the origin of the address only, for less than a day, signed with the key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    header = authorization("https://push.example.com:8443/some/where?x=1", key, "mailto:crm@example.com", NOW)
    token, public = (part.partition("=")[2] for part in header.removeprefix("vapid ").split(", "))
    head, claims, signature = token.split(".")
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
    said = json.loads(decoded(claims))
    assert said["aud"] == "https://push.example.com:8443"
    assert NOW < datetime.fromtimestamp(said["exp"], UTC) <= NOW + timedelta(hours=24)
    assert said["sub"] == "mailto:crm@example.com"
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public))
    raw = decoded(signature)
    assert len(raw) == 64
    both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    known.verify(both, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        known.verify(both, f"{head}.{claims}x".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_key_is_made_once_for_its_owner_only(settings, tmp_path):
    settings.PUSH_KEY_DIR = tmp_path / "secrets"
    first = public_key()
    path = settings.PUSH_KEY_DIR / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in settings.PUSH_KEY_DIR.iterdir()] == [KEY_FILE]
    settings.PUSH_KEY_DIR = tmp_path / "secrets" / "." / ".." / "secrets"  # read anew, as another process would
    assert public_key() == first
    assert len(decoded(first)) == 65


def test_a_damaged_key_is_told_and_not_replaced(settings, tmp_path):
    """With a new one every device would have to be allowed anew, and nobody would know why."""
    settings.PUSH_KEY_DIR = tmp_path
    (tmp_path / KEY_FILE).write_text("nonsense")
    with pytest.raises(PushKeyUnusable):
        signing_key()
    assert (tmp_path / KEY_FILE).read_text() == "nonsense"
