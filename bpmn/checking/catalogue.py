"""What a diagram may call and name that is not in its own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HandlerEntry:
    """A registered handler: which inputs it needs and takes; ``takes_rest`` takes any. ``results`` are the variables it
    answers with, empty where it does not say.
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    takes_rest: bool = False
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``uncertain_functions`` are those of ``functions`` that may answer nobody: null or an empty list.

    ``groups`` are role codes, ``record_kinds`` what processes can be about, ``processes`` the keys that are deployed
    already, ``languages`` those whose texts are wanted beside the model's own. None means: not known here, nothing is
    said about it.

    ``standalone`` reports handlers, forms, decisions and call targets that are not in the given files as notices.
    """

    handlers: Mapping[str, HandlerEntry] | None = None
    functions: frozenset[str] = frozenset()
    uncertain_functions: frozenset[str] = frozenset()
    groups: frozenset[str] | None = None
    record_kinds: frozenset[str] | None = None
    processes: frozenset[str] = frozenset()
    languages: tuple[str, ...] = field(default=("zh-hans",))
    standalone: bool = False
