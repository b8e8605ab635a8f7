"""The memory of the embedded default at rest: what all its processes take, pages they share divided among them."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from config import embedded_postgres
from scripts.programs import Program, answers, free_port, manage

CHECKOUT = Path(__file__).resolve().parents[2]
REST_SECONDS, READY_SECONDS = 60.0, 400.0
MEGABYTES = "sum of proportional set sizes, MB"
OTHERS = ("BATON_", "DJANGO_", "DATABASE_URL", "REDIS_URL")


def at_rest() -> dict[str, float]:
    """Start the product with its demo company beside a database server of its own, wait a minute, and sum up."""
    cluster = embedded_postgres.cluster_for(CHECKOUT, "memory")
    embedded_postgres.join(cluster, "memory")
    try:
        with tempfile.TemporaryDirectory(prefix="baton-bench-") as folder:
            address = f"postgresql://{embedded_postgres.SUPERUSER}@/memory?host={cluster.sockets}"
            server = int((cluster.data / "postmaster.pid").read_text().split("\n", maxsplit=1)[0])
            return _resting(server, Path(folder), address)
    finally:
        embedded_postgres.destroy(cluster)


def _resting(server: int, folder: Path, database: str) -> dict[str, float]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
    environment |= {"DATABASE_URL": database, "BATON_VAR": str(folder)}
    program = Program("baton", manage("launch", "--port", str(port)), folder, environment)
    program.start()
    try:
        program.ready(lambda: answers(port), READY_SECONDS)
        with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=30):
            time.sleep(REST_SECONDS)
        kilobytes = [_proportional_kilobytes(pid) for root in (program.process.pid, server) for pid in _family(root)]
        return {"processes": len(kilobytes), MEGABYTES: sum(kilobytes) / 1024}
    finally:
        program.stop(signal.SIGINT)


def _family(root: int) -> list[int]:
    """A process and all it started."""
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    return [root, *(pid for child in children for pid in _family(int(child)))]


def _proportional_kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
