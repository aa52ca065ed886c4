"""The command line: ``baidi fix photo.jpg``, or ``python -m baidi fix photo.jpg``."""

from __future__ import annotations

import os
import sys

from . import _baidi


def main() -> int:
    """Runs the program with what was typed and says the exit code."""
    # As bytes where the system has bytes: a file's name need not be text.
    typed = ["baidi", *sys.argv[1:]]
    return _baidi.run([os.fspath(part) for part in typed])


if __name__ == "__main__":
    sys.exit(main())
