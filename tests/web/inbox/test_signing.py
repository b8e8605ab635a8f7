"""Signers on the pages: the dialog, who signs, taking back, and how a vote stands."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from bpmn.votes import Terms
from tasks_inbox import commands
from tasks_inbox.models import Signer, WorkItem
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from web.views.signers import rule_words

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}
Where = Signer.Where


def post(client, item, person, where="before", note=""):
    body = {"person": getattr(person, "pk", person), "where": where, "note": note}
    return client.post(reverse("task_sign", args=[item.pk]), body, **SCRIPT)


def pane(client, item):
    return client.get(reverse("task_pane", args=[item.pk]), **SCRIPT).content.decode()


def test_it_works(client, alice, bob, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    assert reverse("task_sign", args=[item.pk]) in pane(client, item), "the menu offers it"
    dialog = client.get(reverse("task_sign", args=[item.pk]), **SCRIPT).content.decode()
    assert [value in dialog for value in ('value="before"', 'value="beside"', 'value="after"')] == [True] * 3
    answer = post(client, item, bob, note="the total, please")
    assert answer.status_code == 204
    assert {"close-dialog", "refresh-lists", "toast"} <= set(json.loads(answer["HX-Trigger"]))
    shown = pane(client, item)
    assert bob.display_name in shown
    assert "Somebody signs before you" in shown
    client.force_login(bob)
    theirs = WorkItem.objects.get(instance=item.instance, signing="before")
    assert "the total, please" in pane(client, theirs)


def test_the_list_says_who_waits_for_whom(client, alice, bob, ask):
    item = ask(assignee="alice")
    commands.add_signers(actor=alice, work_item_id=item.pk, people=[bob], where=Where.BEFORE)
    for person, words in ((alice, "waits for a signature"), (bob, "your signature is asked for")):
        client.force_login(person)
        assert words in client.get(reverse("inbox", args=["mine"])).content.decode()


def test_the_holder_takes_it_back(client, alice, bob, ask):
    item = ask(assignee="alice")
    (signer,) = commands.add_signers(actor=alice, work_item_id=item.pk, people=[bob], where=Where.AFTER)
    address = reverse("task_unsign", args=[item.pk, signer.pk])
    client.force_login(bob)
    assert client.post(address, **SCRIPT).status_code in {403, 404}
    client.force_login(alice)
    assert address in pane(client, item)
    assert client.post(address, **SCRIPT).status_code == 204
    assert client.post(address, **SCRIPT).status_code == 404
    assert address not in pane(client, item)


@pytest.mark.parametrize(
    ("person", "where", "status"),
    [
        ("", "before", 400),
        ("x", "before", 400),
        ("999999", "before", 400),
        ("bob", "never", 403),
        ("alice", "after", 400),
    ],
)
def test_nonsense_is_refused(client, alice, bob, ask, person, where, status):
    item = ask(assignee="alice")
    client.force_login(alice)
    chosen = {"bob": bob, "alice": alice}.get(person, person)
    assert post(client, item, chosen, where).status_code == status
    assert not Signer.objects.exists()


def test_the_outsider_finds_nothing(client, alice, bob, charlie, ask):
    item = ask(assignee="alice")
    client.force_login(charlie)
    assert post(client, item, bob).status_code == 404
    assert client.get(reverse("task_sign", args=[item.pk]), **SCRIPT).status_code == 404


def test_the_history_says_who_was_asked(client, alice, bob, ask):
    item = ask(assignee="alice")
    (signer,) = commands.add_signers(actor=alice, work_item_id=item.pk, people=[bob], where=Where.BEFORE)
    commands.remove_signer(actor=alice, signer_id=signer.pk)
    client.force_login(alice)
    shown = pane(client, item)
    assert f"asked {bob.display_name} to sign first" in shown
    assert f"no longer asks {bob.display_name} to sign" in shown


@pytest.mark.parametrize("secret", ["no", "yes"])
def test_a_vote_shows_how_it_stands(client, alice, bob, dora, secret):
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[&quot;alice&quot;, &quot;bob&quot;, &quot;dora&quot;]" inputElement="who"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    headers = f'<zeebe:header key="vote" value="majority"/><zeebe:header key="secretVote" value="{secret}"/>'
    vote = user(assignee="=who", properties=f"<zeebe:taskHeaders>{headers}</zeebe:taskHeaders>")
    vote = replace(vote, inner=vote.inner + loop)
    running.deploy(diagram("polling", "start -> vote -> end", start=start(), vote=vote, end=end()))
    instance = running.start("polling")
    items = {item.assignee: item for item in WorkItem.objects.filter(instance=instance)}
    commands.complete_work_item(actor=alice, work_item_id=items[alice].pk, answers={})
    client.force_login(bob)
    shown = pane(client, items[bob])
    assert "1 of 3 have voted" in shown
    assert "more than half have to approve" in shown
    assert ("has not voted" in shown) == (secret == "no")
    assert ("secret vote" in shown) == (secret == "yes")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("all", "everybody has to approve"),
        ("any", "one approval is enough"),
        ({"rule": "majority", "quorum": 3}, "more than half have to approve; at least 3 votes"),
        ({"rule": "ratio", "ratio": "2/3", "veto": ["x"]}, "2/3 have to approve; some have a veto"),
    ],
)
def test_the_rule_in_words(rule, words):
    assert rule_words(Terms.read(rule)) == words
