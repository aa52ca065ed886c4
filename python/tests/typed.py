"""Uses the package as typed programs do: mypy --strict says whether the types are what they are said to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

import baidi


def one(photo: bytes) -> None:
    made = baidi.fix(photo, spec="shebao", background="white", max_size=20_000)
    assert_type(made, baidi.Made)
    assert_type(made.card, bytes)
    assert_type(made.status, baidi.Status)
    assert_type(made.matte, memoryview)
    assert_type(made.findings[0].verdict, baidi.Verdict)
    assert_type(made.save(Path("card.jpg")), Path)
    assert_type(baidi.check(Path("a.jpg")).findings, tuple[baidi.Finding, ...])
    assert_type(baidi.specs()[0].background, tuple[int, int, int])


def many(photos: list[Path]) -> None:
    rows = baidi.fix_many(photos, threads=2)
    assert_type(rows, Iterator[baidi.Row])
    assert_type(next(rows).card, bytes | None)
    assert_type(baidi.check_many([("a", b"")]), Iterator[baidi.Row])


def failed(error: baidi.Error) -> str:
    assert_type(error.hint, str | None)
    return error.code


def wrong() -> None:
    baidi.fix(7)  # type: ignore[arg-type]
    baidi.fix(b"", colour="red")  # type: ignore[call-arg]
