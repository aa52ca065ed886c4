"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

_BEGINS, _ENDS = ".baidi-", ".tmp"
"""How the names of temporary files begin and end, the program's as well."""

if sys.platform == "win32":

    def _lock(_handle: int) -> bool:
        """Nothing tells an abandoned file from one that is being written."""
        return False

else:
    import fcntl

    def _lock(handle: int) -> bool:
        """Whether nobody else holds the file, which then is held until the handle is closed or its process ends, in whatever way. False where locks are not to be had."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def sweep(folder: Path) -> None:
    """Removes what writers that were killed left in a folder and below: temporary files that no living process holds. What cannot be looked at or removed stays."""
    for path in folder.rglob(f"{_BEGINS}*{_ENDS}"):
        try:
            with path.open("rb") as file:
                if _lock(file.fileno()):
                    path.unlink()
        except OSError:
            continue


def write(path: Path, data: bytes, *, replace: bool) -> None:
    """Writes ``data`` to ``path`` under a temporary name in the same folder, flushes it to the disk, and renames.

    Raises:
        FileExistsError: Something is there already, and ``replace`` is not set.
        OSError: It cannot be written.
    """
    if not replace and path.exists():
        raise FileExistsError(f"{path} is there already; replace=True replaces it")
    temporary = path.parent / f"{_BEGINS}{secrets.token_hex(8)}{_ENDS}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    file = os.fdopen(handle, "wb")
    try:
        # Held until it has its name, so that :func:`sweep` leaves it alone.
        _lock(handle)
        file.write(data)
        file.flush()
        os.fsync(handle)
        if sys.platform == "win32":
            file.close()  # It renames nothing that is open.
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
        file.close()
        temporary.unlink(missing_ok=True)
