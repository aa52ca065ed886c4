"""What the tests have in common: samples of the repository, and photographs where there are some."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "samples" / "studio-flyaway.jpg"


@pytest.fixture(scope="session")
def portrait(sample: Path) -> bytes:
    return sample.read_bytes()


@pytest.fixture(scope="session")
def samples() -> list[Path]:
    return sorted(path for path in (ROOT / "samples").iterdir() if path.suffix in (".jpg", ".png"))


@pytest.fixture(scope="session")
def program() -> str:
    """The program that the wheel carries."""
    beside = shutil.which("baidi", path=sysconfig.get_path("scripts"))
    if beside is None:
        pytest.skip("skipped: the wheel is not installed, only its package is on the path")
    return beside


@pytest.fixture(scope="session")
def shared() -> Path:
    """Where development keeps its photographs."""
    folder = Path(os.environ.get("BAIDI_SHARED", ROOT.parent / "shared"))
    if not (folder / "portraits").is_dir():
        pytest.skip("skipped: no folder of photographs beside the repository")
    return folder
