"""What can go wrong, with names that stay the same in every language and version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Error(Exception):
    """Something could not be done.

    Attributes:
        code: Its name, the same in every language and version: ``no-face``, ``damaged``, ``spec``, …
        message: What happened, in the language that was asked for; a lower-case fragment with values and units.
        hint: What can be done about it, where that is known.
        values: The numbers and texts in the message, by name; sizes in bytes, lengths in pixels.
        because: The causes underneath, outermost first, as the system words them.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        values: Mapping[str, float | str] | None = None,
        because: tuple[str, ...] = (),
    ) -> None:
        Exception.__init__(self, code, message, hint, values, because)
        self.code = code
        self.message = message
        self.hint = hint
        self.values: Mapping[str, float | str] = dict(values or {})
        self.because = because
        for line in (*(f"because: {cause}" for cause in because), *((hint,) if hint else ())):
            self.add_note(line)

    def __str__(self) -> str:
        return self.message


class SpecError(Error, ValueError):
    """The question is wrong: an unknown spec, a background the office does not take, a byte window with its ends crossed. No photo is to blame."""


class PhotoError(Error):
    """No card can be made of the photo, or it cannot be judged.

    Codes: ``unsupported-format``, ``damaged``, ``too-large``, ``no-face``, ``several-faces``, ``window-unreachable``, ``timed-out``, ``internal``; ``io`` is a :class:`FileError`.
    """


class FileError(PhotoError, OSError):
    """The photo's file cannot be read; an :class:`OSError` with its ``errno`` and ``filename``. Its code is ``io``."""


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file; a :class:`FileNotFoundError`, too. Its code is ``io``."""


def of_report(photo: Mapping[str, Any], errno: int | None) -> PhotoError:
    """The exception for the record of a photo that failed."""
    error = photo["error"]
    said = (error["code"], error["message"], error["hint"], error["values"], tuple(error["because"]))
    if error["code"] != "io":
        return PhotoError(*said)
    raised = MissingFileError(*said) if errno == 2 else FileError(*said)
    raised.errno = errno
    raised.filename = error["values"].get("path")
    return raised
