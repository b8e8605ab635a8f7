"""`scripts/chaos --minutes M`: load, kills, quiet, and the comparison; the last line says what was lost."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from random import Random

from scripts.fault_injection.audit import Audit, Findings
from scripts.fault_injection.clients import Client
from scripts.fault_injection.installation import Installation
from scripts.fault_injection.ledger import Ledger, Told
from scripts.fault_injection.preparing import PEOPLE
from scripts.fault_injection.receiver import Receiver

BETWEEN_KILLS = (2.0, 6.0)
DOWN = (0.1, 1.9)
QUIET = 180.0
SHOWN = 20


def main() -> int:
    """Run; 0 when nothing was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="scripts/chaos", description="Kill every program at random under load.")
    parser.add_argument("--minutes", type=float, default=3.0, metavar="M", help="how long (default 3)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="repeats the same order of kills")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.minutes:g} minutes", flush=True)
    receiver = Receiver(options.seed)
    with Installation(receiver.address) as installation:
        ledger = Ledger(installation.folder / "ledger.jsonl")
        audit = Audit(installation.database.address, ledger, receiver.counts)
        clients = _people(installation, ledger, options.seed)
        _kill_at_random(installation, Random(options.seed), options.minutes * 60)
        installation.wait_until_up()
        findings = _come_to_rest(clients, audit)
        _report(installation, ledger, receiver, findings)
    receiver.close()
    if findings.is_clean:
        installation.discard()
    else:
        print(f"logs and ledger: {installation.folder}")
    print(findings, flush=True)
    return 0 if findings.is_clean else 1


_starting = threading.Event()


def _people(installation: Installation, ledger: Ledger, seed: int) -> list[Client]:
    _starting.set()
    clients = [
        Client(person, installation.ports, ledger, seed + number, starting=_starting)
        for number, person in enumerate(PEOPLE)
    ]
    for client in clients:
        client.log_in()
    for client in clients:
        client.start()
    return clients


def _kill_at_random(installation: Installation, random: Random, seconds: float) -> None:
    """One program at a time dies and is started again within two seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(random.uniform(*BETWEEN_KILLS))
        victim = random.choice(installation.programs)
        installation.strike(victim)
        time.sleep(random.uniform(*DOWN))
        victim.start()


def _come_to_rest(clients: list[Client], audit: Audit) -> Findings:
    """No new processes, no more kills: what is open is finished. What then remains is stuck."""
    _starting.clear()
    until = time.monotonic() + QUIET
    while audit.unfinished() and time.monotonic() < until:
        time.sleep(0.5)
    for client in clients:
        client.end()
    return audit.findings()


def _report(installation: Installation, ledger: Ledger, receiver: Receiver, findings: Findings) -> None:
    kills = ", ".join(f"{name} {times}" for name, times in sorted(installation.kills.items()))
    print(f"kills: {installation.kills.total()} ({kills})")
    for act in ("start", "complete"):
        figures = ", ".join(f"{told.value} {len(ledger.told(act, told))}" for told in Told)
        print(f"{act}: {figures}")
    again = receiver.counts.total() - len(receiver.counts)
    print(f"letters: {len(receiver.counts)}, received again under the same key: {again}")
    for kind in ("lost", "doubled", "stuck"):
        for sentence in getattr(findings, kind)[:SHOWN]:
            print(f"{kind}: {sentence}")


if __name__ == "__main__":
    sys.exit(main())
