"""What comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from . import _baidi, _files

Status: TypeAlias = Literal["compliant", "review", "not-compliant", "failed"]
"""How a photo ended: nobody sends it back; no rule fails but one doubts what a clerk would see; a rule is broken; there is no card."""

Verdict: TypeAlias = Literal["pass", "unknown", "doubtful", "fail"]
"""What a rule says: met; not measured, with the reason; perhaps broken; broken."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a photo or a card.

    Attributes:
        rule: The rule's name, ``face-width``; the same in every language and version.
        verdict: ``pass``, ``unknown``, ``doubtful`` or ``fail``.
        before: What it said of the photo, for the findings of a card; ``unknown`` where nobody asked, in batches without ``report=True``.
        measured: What was measured, in ``unit``: a number, two (across and down), or a text.
        required: What the spec wants, in ``unit``: ``7–21``.
        unit: ``px``, ``bytes``, ``°``, ``%``, …; ``None`` where there is none.
        fixable: Whether ``fix`` can mend it.
        clause: Where the requirement is from.
        code: The name of the message, the same in every language and version.
        message: What to tell a person, in the language that was asked for.
        hint: What to do about it, where there is something.
    """

    rule: str
    verdict: Verdict
    before: Verdict | None
    measured: float | tuple[float, float] | str | None
    required: str | None
    unit: str | None
    fixable: bool
    clause: str | None
    code: str
    message: str
    hint: str | None

    @classmethod
    def _of(cls, finding: Mapping[str, Any]) -> Finding:
        known = {name: finding[name] for name in cls.__slots__}
        if isinstance(known["measured"], list):
            known["measured"] = tuple(known["measured"])
        return cls(**known)


def _photo_of(report: str) -> dict[str, Any]:
    photo: dict[str, Any] = json.loads(report)["photos"][0]
    return photo


class _Judged:
    """What cards and photos have in common."""

    def __init__(self, answer: _baidi.Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> Status:
        """``compliant``, ``review`` or ``not-compliant``; in batches also ``failed``."""
        return self._answer.status

    @cached_property
    def report(self) -> dict[str, Any]:
        """Everything there is to say, as one photo's record in the program's JSON report; ``docs/report.schema.json`` has the keys and their units."""
        return _photo_of(self._answer.report)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say, what a person should hear of first in front."""
        return tuple(Finding._of(finding) for finding in self.report["findings"])

    @property
    def sha256(self) -> str | None:
        """The SHA-256 of the photo's file, in hexadecimal digits; of an array, that of the PNG it was handed on as. ``None`` where the file could not be read."""
        return self._answer.sha256

    @property
    def milliseconds(self) -> float:
        """How long it took, reading included."""
        return self._answer.seconds * 1e3


class Checked(_Judged):
    """A photo and its verdict."""

    def __repr__(self) -> str:
        broken = [finding.rule for finding in self.findings if finding.verdict == "fail"]
        return f"<baidi.Checked {self.status}{': ' + ', '.join(broken) if broken else ''}>"


class Made(_Judged):
    """A card and its verdict. The findings are those of the card's bytes, opened again."""

    @cached_property
    def card(self) -> bytes:
        """The card's file: a baseline JPEG of the spec's size, 8-bit sRGB, inside the spec's byte window."""
        card = self._answer.card
        assert card is not None, "made without a card"
        return card

    @cached_property
    def before(self) -> tuple[Finding, ...]:
        """What the rules said of the photo, in the same kind of order."""
        before = self._answer.before
        return tuple(Finding._of(finding) for finding in _photo_of(before)["findings"]) if before else ()

    @cached_property
    def matte(self) -> memoryview:
        """The cut-out: alpha of the person on the card, 0 background … 255 person; shape (height, width) of the card, in pixels, of type ``B``.

        ``numpy.asarray(made.matte)`` looks at it without copying.
        """
        matte = self._answer.matte
        assert matte is not None, "made without a matte"
        height, width, rows = matte
        return memoryview(rows).cast("B", (height, width))

    def save(self, path: str | os.PathLike[str], *, replace: bool = False) -> Path:
        """Writes the card to ``path``: under a temporary name beside it first, so that it is there whole or not at all.

        Args:
            path: Where.
            replace: Whether a file that is there already may be replaced.

        Raises:
            FileExistsError: There is one, and ``replace`` is not set.
            OSError: It cannot be written.
        """
        path = Path(path)
        _files.write(path, self.card, replace=replace)
        return path

    def _repr_jpeg_(self) -> bytes:
        return self.card

    def __repr__(self) -> str:
        return f"<baidi.Made {self.status}, {self.report['spec']}, {len(self.card)} bytes>"


class Row(_Judged):
    """What became of one photo of many. It never raises: what went wrong stands in it."""

    def __init__(self, answer: _baidi.Answer, id: str | None) -> None:
        super().__init__(answer)
        self._id = id

    @property
    def id(self) -> str | None:
        """What the photo was called: the first of a pair that was handed in, or else a file's path."""
        return self._id

    @cached_property
    def card(self) -> bytes | None:
        """The card's file, or ``None`` where the photo failed."""
        return self._answer.card

    @property
    def card_sha256(self) -> str | None:
        """The SHA-256 of the card's file, in hexadecimal digits."""
        return self._answer.card_sha256

    @property
    def code(self) -> str | None:
        """The name of what went wrong, ``no-face``; ``None`` unless the photo failed. A photo that breaks a rule has its findings."""
        error = self.report["error"]
        return str(error["code"]) if error else None

    @property
    def text(self) -> str | None:
        """One sentence for a person: why it failed, or what the first finding that is broken or doubted says. ``None`` for what is compliant."""
        if error := self.report["error"]:
            because = "; ".join(error["because"])
            return f"{error['message']} ({because})" if because else str(error["message"])
        first = self._first()
        return first.message if first else None

    @property
    def hint(self) -> str | None:
        """What can be done about it."""
        if error := self.report["error"]:
            return None if error["hint"] is None else str(error["hint"])
        first = self._first()
        return first.hint if first else None

    def _first(self) -> Finding | None:
        if self.status == "compliant":
            return None
        return next((finding for finding in self.findings if finding.verdict in ("fail", "doubtful")), None)

    def __repr__(self) -> str:
        return f"<baidi.Row {self.id or ''} {self.status}{': ' + self.text if self.text else ''}>"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a card must be.

    Attributes:
        name: ``shebao``; what ``spec=`` takes.
        title: What people call it, in the language that was asked for.
        names: What else they call it, in any language.
        width: Of the card, in pixels.
        height: Of the card, in pixels.
        dpi: Pixels per inch that the file has to name, where the office wants that.
        min_bytes: The smallest file that is accepted.
        max_bytes: The largest file that is accepted.
        background: 8-bit sRGB.
        editing: What software may change: ``any``; ``no-background``: all but replacing the background; ``none``: nothing but the file's form.
        toml: All of it, each number with its source. Change it and hand it back with :meth:`from_toml`.
    """

    name: str
    title: str
    names: tuple[str, ...]
    width: int
    height: int
    dpi: float | None
    min_bytes: int
    max_bytes: int
    background: tuple[int, int, int]
    editing: str
    toml: str = field(repr=False)

    @classmethod
    def _of(cls, spec: Mapping[str, Any]) -> Spec:
        known = {name: spec[name] for name in cls.__slots__}
        known["names"] = tuple(known["names"])
        known["background"] = tuple(known["background"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class OwnSpec:
    """A spec of your own, as TOML. It is read when it is used; what is wrong with it raises a ``SpecError`` there."""

    toml: str
    name: str = "own"

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> OwnSpec:
        """The spec in the file ``path``, UTF-8."""
        path = Path(path)
        return cls(path.read_text(encoding="utf-8"), str(path))
