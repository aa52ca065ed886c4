"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write(path: Path, data: bytes, *, replace: bool) -> None:
    """Writes ``data`` to ``path`` under a temporary name in the same folder, flushes it to the disk, and renames.

    Raises:
        FileExistsError: Something is there already, and ``replace`` is not set.
        OSError: It cannot be written.
    """
    if not replace and path.exists():
        raise FileExistsError(f"{path} is there already; replace=True replaces it")
    temporary = path.parent / f".baidi-{secrets.token_hex(8)}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
            return
        try:
            # Fails where somebody else took the name meanwhile.
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links; that the name was free a moment ago has to do.
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
