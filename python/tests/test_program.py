"""The command line that the wheel carries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import baidi


def test_the_program_is_there_and_says_its_version(program: str) -> None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == f"baidi {baidi.__version__}\n"
    module = subprocess.run([sys.executable, "-m", "baidi", "--version"], capture_output=True, text=True, check=True)
    assert module.stdout == said.stdout


def test_it_makes_the_card_that_the_module_makes(program: str, sample: Path, portrait: bytes, tmp_path: Path) -> None:
    card = tmp_path / "卡 片.jpg"
    done = subprocess.run([program, "fix", str(sample), "-o", str(card)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert card.read_bytes() == baidi.fix(portrait).card


def test_exit_codes_are_the_programs_own(program: str, sample: Path, tmp_path: Path) -> None:
    code = lambda *typed: subprocess.run([program, *typed], capture_output=True).returncode  # noqa: E731
    assert code("check", str(sample)) == 1
    assert code("check", str(tmp_path / "nobody.jpg")) == 2
    assert code("no-such-command") == 2


@pytest.mark.skipif(os.name == "nt", reason="skipped: names there are text")
def test_a_name_that_is_no_text_is_a_name(program: str, portrait: bytes, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff.jpg"
    with open(odd, "wb") as file:
        file.write(portrait)
    done = subprocess.run([program.encode(), b"fix", odd, b"-o", os.fsencode(tmp_path) + b"/card.jpg"], capture_output=True)
    assert done.returncode == 0, done.stderr


def test_native_and_wheel_cards_are_identical(shared: Path, tmp_path: Path) -> None:
    """For every photograph of `dev`, where there is a native program to compare with (`BAIDI_NATIVE`)."""
    native = os.environ.get("BAIDI_NATIVE")
    if native is None:
        pytest.skip("skipped: BAIDI_NATIVE names no program to compare with")
    photos = sorted(p for p in (shared / "portraits" / "dev").iterdir() if p.suffix == ".jpg")
    subprocess.run([native, "fix", *map(str, photos), "-o", str(tmp_path), "-q", "--jobs", "2"], check=False)
    rows = list(baidi.fix_many(photos, threads=2))
    assert len(rows) == len(photos) > 0
    for photo, row in zip(photos, rows):
        card = tmp_path / f"{photo.stem}.jpg"
        assert (card.read_bytes() if card.exists() else None) == row.card, photo.name
