"""What the garbage collector need not look through."""

from __future__ import annotations

import gc


def keep_what_is_loaded() -> None:
    """Programs, texts and definitions read until now live as long as the process: no full round looks at them again.

    A full round over them takes a tenth of a second in which nobody is served. Call it once the process is ready.
    """
    gc.collect()
    gc.freeze()
