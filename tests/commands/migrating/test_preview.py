"""Looking before moving: groups, choices, and what is refused."""

from __future__ import annotations

import uuid

import pytest

from bpmn.models import ProcessVersion
from tests.commands.migrating.moves import Status, deploy_both, move, process, result_of, version_of
from tests.support import running
from workflows.migrating import commands, queries
from workflows.migrating.choices import Choice
from workflows.migrating.exceptions import (
    MappingUnfit,
    NothingToMigrate,
    VersionNotFound,
    VersionsUnfit,
)
from workflows.migrating.queries import Standing
from workflows.models import MigrationResult

pytestmark = pytest.mark.django_db


def test_the_preview_groups_by_what_is_open(operator, django_assert_num_queries):
    running.deploy(process("one", "two"))
    ones = [running.start("work") for _ in range(4)]
    for instance in ones[:3]:
        running.complete(instance, "one")
    running.deploy(process("one", "three"))
    with django_assert_num_queries(5):
        seen = queries.preview_migration(actor=operator, process_key="work", source=1, target=2)
    assert [(g.standing, g.open, g.count) for g in seen.groups] == [
        (Standing.CHOICE, ("two",), 3),
        (Standing.SAFE, ("one",), 1),
    ]
    assert (seen.total, seen.count(Standing.SAFE), seen.count(Standing.CANNOT)) == (4, 1, 0)
    assert seen.groups[0].examples == tuple(instance.pk for instance in ones[:3])
    mapped = queries.preview_migration(actor=operator, process_key="work", source=1, target=2, mapping={"two": "three"})
    assert {group.standing for group in mapped.groups} == {Standing.SAFE}
    few = queries.preview_migration(actor=operator, process_key="work", source=1, target=2, instances=[ones[0].pk])
    assert few.total == 1


def test_groups_left_and_groups_in_the_way_stay(operator):
    running.deploy(process("one", "two", "four"))
    first, second = running.start("work"), running.start("work")
    running.complete(second, "one")
    running.deploy(process("one", "three", "four"))
    batch = move(operator)
    assert (version_of(first), version_of(second)) == (2, 1)
    left = result_of(second)
    assert (left.status, left.problems) == (Status.LEFT, [{"element": "two", "reason": "element-gone"}])
    assert queries.progress(batch) == queries.Progress(total=2, migrated=1, left=1)
    (group,) = queries.preview_migration(actor=operator, process_key="work", source=1, target=2).groups
    with pytest.raises(NothingToMigrate):
        move(operator, choices={group.key: Choice(leave=True, mapping={"two": "three"})})
    move(operator, choices={group.key: Choice(mapping={"two": "three"})})
    assert running.waiting_at(second) == ["three"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"target": 7}, VersionNotFound),
        ({"source": 7}, VersionNotFound),
        ({"process_key": "nothing"}, VersionNotFound),
        ({"target": 1}, VersionsUnfit),
        ({"mapping": {"do": "nowhere"}}, MappingUnfit),
        ({"mapping": {"nowhere": "do"}}, MappingUnfit),
        ({"choices": {"x": Choice(end=("nowhere",))}}, MappingUnfit),
        ({"instances": [uuid.UUID(int=1)]}, NothingToMigrate),
    ],
)
def test_hostile_input(operator, values, refusal):
    instance = deploy_both(process("do"), process("do", "check"))
    given = {"process_key": "work", "source": 1, "target": 2} | values
    with pytest.raises(refusal):
        commands.start_migration(actor=operator, **given)
    assert version_of(instance) == 1
    assert not MigrationResult.objects.exists()


def test_a_withdrawn_version_is_no_target(operator):
    deploy_both(process("do"), process("do", "check"))
    ProcessVersion.objects.filter(number=2).update(status="withdrawn")
    with pytest.raises(VersionsUnfit):
        move(operator)
