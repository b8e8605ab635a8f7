"""Whether the seals are those that were made: their chain, their signatures, their ledger, their heads, disposals."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.models import DisposedInstance, HistoryDisposal, HistorySeal, SealedHead
from workflows.sealing import commands, disposals, keys
from workflows.sealing.chosen import BATCH, Chosen
from workflows.sealing.findings import Fault, Report

NO_KEYS = "seal cannot be checked: no public key is in history-keys; bring that folder back from its backup"


def check_seals(chosen: Chosen, report: Report) -> None:
    """Every seal of the chosen time, and that none of all seals is gone."""
    noted, carried = _noted(), _carried()
    before: HistorySeal | None = None
    for seal in HistorySeal.objects.order_by("number").iterator(BATCH):
        number, last = seal.number, 0 if before is None else before.number
        for gone in range(last + 1, number):
            report.add(Fault.MISSING, "seal is not there", seal=gone)
        if number == last + 1 and bytes(seal.previous) != commands.digest_of(before):
            report.add(Fault.ALTERED, "seal is not linked to the one before it", seal=number)
        before = seal
        if chosen.since is None or seal.at >= chosen.since:
            _check_seal(seal, chosen, noted, carried, report)
    last = 0 if before is None else before.number
    for gone in sorted(number for number in noted if number > last):
        report.add(Fault.MISSING, "seal is not there, but its ledger names it", seal=gone)


def check_disposals(report: Report) -> frozenset[int]:
    """The deletions from the archive that are signed as they stand; the others vouch for nothing."""
    trusted = set()
    for row in HistoryDisposal.objects.order_by("pk").iterator(BATCH):
        heads = DisposedInstance.objects.filter(disposal=row).order_by("instance")
        root = commands.root_of(heads.values_list("instance", "length", "link").iterator(BATCH))
        if root == bytes(row.root) and keys.is_signed(disposals.message(row), row.key_id, bytes(row.signature)):
            trusted.add(row.pk)
        else:
            report.add(Fault.ALTERED, f"deletion {row.pk} from the archive is not the one that was signed")
    return frozenset(trusted)


def _check_seal(seal: HistorySeal, chosen: Chosen, noted: Mapping[int, set[str]], carried: int, report: Report) -> None:
    number = seal.number
    report.seals += 1
    if not keys.known():
        report.add(Fault.MISSING, NO_KEYS, seal=number)
    elif not keys.is_signed(commands.message(seal), seal.key_id, bytes(seal.signature)):
        report.add(Fault.ALTERED, "seal is not signed with a key of this installation", seal=number)
    elif noted.get(number) and commands.ledger_line(seal) not in noted[number]:
        report.add(Fault.ALTERED, "seal is not the one its ledger names", seal=number)
    elif number >= carried and _concerns(seal, chosen) and not _has_its_heads(seal):
        report.add(Fault.ALTERED, "heads under the seal are not those that were sealed", seal=number)


def _carried() -> int:
    """Seals with smaller numbers keep no heads: a seal that is signed took them over."""
    carrying = HistorySeal.objects.filter(heads_from__gt=0).order_by("-number")
    signed = (
        seal.heads_from
        for seal in carrying
        if keys.is_signed(commands.message(seal), seal.key_id, bytes(seal.signature))
    )
    return next(signed, 0)


def _has_its_heads(seal: HistorySeal) -> bool:
    return commands.root_of(commands.heads_of(seal.number)) == bytes(seal.root)


def _concerns(seal: HistorySeal, chosen: Chosen) -> bool:
    return chosen.instance is None or SealedHead.objects.filter(seal=seal, instance=chosen.instance).exists()


def _noted() -> dict[int, set[str]]:
    noted: dict[int, set[str]] = {}
    for line in keys.noted():
        number, _, rest = line.partition(" ")
        if number.isdigit() and rest:
            noted.setdefault(int(number), set()).add(line)
    return noted
