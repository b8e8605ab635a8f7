import pytest
from django.utils.translation import override

from tasks_inbox import commands, phrases, seeing
from tasks_inbox.exceptions import PhrasesUnfit, WorkItemUnknown
from tasks_inbox.models import QuickPhrases, SeenRecord, WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(ask, alice):
    found = ask(assignee="alice")
    WorkItem.objects.filter(pk=found.pk).update(record_kind="customer", record_id="7")
    found.refresh_from_db()
    return found


def see(actor, item, number):
    return commands.note_seen(actor=actor, work_item_id=item.pk, number=number)


def test_it_works(item, alice):
    assert seeing.seen_before(alice, item, 3) is None
    see(alice, item, 3)
    assert seeing.seen_before(alice, item, 3) is None, "what is seen for the first time has not changed"
    assert seeing.seen_before(alice, item, 5) == 3
    see(alice, item, 5)
    assert seeing.seen_before(alice, item, 5) == 3, "opening the page again takes no mark away"
    see(alice, item, 5)
    assert seeing.seen_before(alice, item, 5) == 3


def test_a_page_that_stood_open_takes_nothing_back(item, alice):
    see(alice, item, 5)
    see(alice, item, 4)
    assert SeenRecord.objects.get().number == 5


def test_the_outsider_notes_nothing(item, charlie):
    with pytest.raises(WorkItemUnknown):
        see(charlie, item, 1)
    assert not SeenRecord.objects.exists()


@pytest.mark.parametrize("number", [-1, 2**40])
def test_nonsense_is_not_kept(item, alice, number):
    assert see(alice, item, number) is None


def test_a_task_about_no_record_keeps_nothing(ask, alice):
    assert see(alice, ask(assignee="alice"), 1) is None


def test_phrases_are_a_persons_own(alice, bob):
    commands.keep_phrases(actor=alice, lines=["  Fine  by me. ", "", "Fine by me.", "Not yet."])
    assert phrases.phrases_of(alice) == ["Fine by me.", "Not yet."]
    assert phrases.phrases_of(bob) == phrases.usual()


def test_no_phrases_bring_the_usual_ones_back(alice):
    commands.keep_phrases(actor=alice, lines=["Fine."])
    assert commands.keep_phrases(actor=alice, lines=[" "]) == phrases.usual()
    assert not QuickPhrases.objects.exists()


@pytest.mark.parametrize("lines", [[f"phrase {number}" for number in range(13)], ["x" * 201]])
def test_too_many_and_too_long_ones_are_refused(alice, lines):
    with pytest.raises(PhrasesUnfit):
        commands.keep_phrases(actor=alice, lines=lines)
    assert phrases.phrases_of(alice) == phrases.usual()


def test_the_usual_ones_are_in_the_readers_language():
    with override("en"):
        assert phrases.usual()[0] == "Agreed."
