"""One photo: what goes in, what comes out, what goes wrong."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
import pickle
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import baidi
from baidi import _files


def test_a_card_comes_with_its_verdict_and_that_of_the_photo(portrait: bytes) -> None:
    made = baidi.fix(portrait)
    assert made.status == "compliant"
    with Image.open(io.BytesIO(made.card)) as card:
        assert (card.format, card.size, card.mode) == ("JPEG", (358, 441), "RGB")
    assert 15_360 <= len(made.card) <= 20_000
    assert made.sha256 == hashlib.sha256(portrait).hexdigest()
    assert made.report["spec"] == "shebao" and made.report["jpeg"]["bytes"] == len(made.card)
    assert {finding.verdict for finding in made.findings} <= {"pass", "unknown", "doubtful"}
    broken = {finding.rule for finding in made.before if finding.verdict == "fail"}
    assert broken == {finding.rule for finding in baidi.check(portrait).findings if finding.verdict == "fail"} != set()
    assert all(finding.before == "fail" for finding in made.findings if finding.rule in broken)


def test_the_cut_out_is_a_plane_of_the_cards_size(portrait: bytes) -> None:
    matte = np.asarray(baidi.fix(portrait).matte)
    assert matte.shape == (441, 358) and matte.dtype == np.uint8
    assert matte[:20, :20].max() == 0, "a corner of the wall"
    assert matte[250, 179] == 255, "the middle of the face"


def test_bytes_and_paths_and_views_are_the_same_photo(sample: Path, portrait: bytes) -> None:
    card = baidi.fix(portrait).card
    for photo in (sample, str(sample), bytearray(portrait), memoryview(portrait)):
        assert baidi.fix(photo).card == card


def test_pixels_are_the_same_whether_an_array_or_an_image_or_a_png(sample: Path) -> None:
    with Image.open(sample) as image:
        image = image.convert("RGB")
    file = io.BytesIO()
    image.save(file, "PNG")
    card = baidi.fix(file.getvalue()).card
    pixels = np.asarray(image)
    assert baidi.fix(image).card == card
    assert baidi.fix(pixels).card == card
    # whatever the order in memory
    assert baidi.fix(np.asfortranarray(pixels)).card == card
    assert baidi.fix(pixels[:, ::-1][:, ::-1]).card == card
    grey = np.asarray(image.convert("L"))
    assert baidi.fix(grey).card == baidi.fix(grey[:, :, None]).card
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    assert baidi.fix(opaque).status == "compliant"


def test_an_image_keeps_its_orientation_and_profile(sample: Path) -> None:
    with Image.open(sample) as image:
        upright = image.convert("RGB")
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    lying.getexif()[0x0112] = 6
    made = baidi.fix(lying)
    assert made.report["source"]["orientation"] == 6
    assert made.card == baidi.fix(upright).card
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upright.info["icc_profile"] = profile
    assert baidi.check(upright).report["source"]["icc"] is not None


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((10, 10, 3), np.float32),
        np.zeros((10, 10, 2), np.uint8),
        np.zeros(10, np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        7,
        ["a.jpg"],
    ],
)
def test_what_is_no_photo_is_a_type_error_that_says_what_is(wrong: object) -> None:
    with pytest.raises(TypeError, match="uint8|NumPy|pixels"):
        baidi.fix(wrong)  # type: ignore[arg-type]


def test_errors_have_a_code_a_hint_and_values() -> None:
    blank = np.full((480, 640, 3), 200, np.uint8)
    with pytest.raises(baidi.PhotoError) as raised:
        baidi.fix(blank)
    assert raised.value.code == "no-face"
    assert dict(raised.value.values) == {"width": 640.0, "height": 480.0}
    assert raised.value.hint in raised.value.__notes__
    again = pickle.loads(pickle.dumps(raised.value))
    assert (type(again), again.code, str(again)) == (baidi.PhotoError, "no-face", str(raised.value))
    chinese = pytest.raises(baidi.PhotoError, baidi.fix, b"text", language="zh").value
    assert chinese.code == "unsupported-format" and "不" in str(chinese) + (chinese.hint or "")


def test_a_photo_without_a_face_is_judged_all_the_same() -> None:
    checked = baidi.check(np.full((480, 640, 3), 200, np.uint8))
    assert checked.status == "not-compliant"
    assert "one-face" in {finding.rule for finding in checked.findings if finding.verdict == "fail"}


def test_a_missing_file_is_an_error_of_the_system_too(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        baidi.fix(tmp_path / "nobody.jpg")
    assert isinstance(raised.value, baidi.PhotoError)
    assert (raised.value.code, raised.value.filename) == ("io", str(tmp_path / "nobody.jpg"))
    assert pickle.loads(pickle.dumps(raised.value)).code == "io"
    with pytest.raises(OSError):
        baidi.check(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"spec": "library-card"}, "spec-not-built-in"),
        ({"spec": baidi.OwnSpec("name = 1")}, "spec-wrong-value"),
        ({"background": "blue"}, "background-fixed"),
        ({"background": "#12"}, "background-unknown"),
        ({"min_size": 9000, "max_size": 5000}, "job-window"),
        ({"max_size": 10}, "job-window-tiny"),
    ],
)
def test_a_wrong_question_is_a_value_error(portrait: bytes, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(ValueError) as raised:
        baidi.fix(portrait, **wrong)  # type: ignore[arg-type]
    assert isinstance(raised.value, baidi.SpecError) and raised.value.code == code


def test_a_spec_is_a_name_a_file_or_toml(portrait: bytes, tmp_path: Path) -> None:
    found = baidi.specs("社保")
    assert found[0].name == "shebao" and (found[0].width, found[0].height, found[0].dpi) == (358, 441, 350)
    assert len(baidi.specs()) > 30 and {"shebao", "id-card"} <= {spec.name for spec in baidi.specs()}
    assert baidi.specs(language="zh")[0].title != baidi.specs()[0].title
    card = baidi.fix(portrait, "shebao").card
    assert baidi.fix(portrait, found[0]).card == card
    own = found[0].toml.replace("max = 20000", "max = 18000").replace('name = "shebao"', 'name = "ours"')
    file = tmp_path / "ours.toml"
    file.write_text(own, encoding="utf-8")
    made = baidi.fix(portrait, file)
    assert len(made.card) <= 18_000 and made.report["spec"] == "ours"
    assert baidi.fix(portrait, baidi.OwnSpec(own)).card == made.card
    assert len(baidi.fix(portrait, max_size=18_000).card) <= 18_000


def test_a_background_that_a_spec_leaves_open_may_be_chosen(portrait: bytes) -> None:
    with Image.open(io.BytesIO(baidi.fix(portrait, "one-inch", background="blue").card)) as card:
        red, _, blue = card.getpixel((2, 2))
    assert blue > red + 60
    assert baidi.fix(portrait, keep_background=True).card != baidi.fix(portrait).card


def test_a_card_is_saved_whole_and_replaces_nothing_unasked(portrait: bytes, tmp_path: Path) -> None:
    made = baidi.fix(portrait)
    path = made.save(tmp_path / "card.jpg")
    assert path.read_bytes() == made.card and os.stat(path).st_mode & 0o044
    with pytest.raises(FileExistsError):
        made.save(path)
    path.write_bytes(b"old")
    assert made.save(path, replace=True).read_bytes() == made.card
    assert [p.name for p in tmp_path.iterdir()] == ["card.jpg"], "nothing temporary is left"


def test_a_photo_that_takes_too_long_is_given_up_and_the_next_one_is_not(portrait: bytes) -> None:
    with pytest.raises(baidi.PhotoError) as raised:
        baidi.fix(portrait, timeout=0.001)
    assert raised.value.code == "timed-out"
    assert baidi.fix(portrait, timeout=None).status == "compliant"


def test_several_threads_make_the_same_cards_at_a_time(portrait: bytes) -> None:
    cards: list[bytes] = []
    threads = [threading.Thread(target=lambda: cards.append(baidi.fix(portrait).card)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cards) == 3 and len(set(cards)) == 1


def test_other_threads_go_on_meanwhile(portrait: bytes) -> None:
    """Not how fast, which a busy machine decides: that they run at all while a card is made."""
    counted = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal counted
        while not stop.is_set():
            counted += 1
            time.sleep(0)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        before = counted
        baidi.fix(portrait)
        assert counted - before > 100
    finally:
        stop.set()
        thread.join()


def _status(photo: bytes) -> str:
    return baidi.fix(photo).status


@pytest.mark.skipif(not hasattr(os, "fork"), reason="skipped: no fork on this system")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_makes_cards_as_its_parent_does(portrait: bytes) -> None:
    # The parent's workers are threads, which a fork does not take along.
    assert _status(portrait) == "compliant"
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_status, (portrait,)).get(timeout=60) == "compliant"


def test_what_a_killed_writer_left_is_swept_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "ab").mkdir()
    left, held, other = tmp_path / "ab" / ".baidi-0.tmp", tmp_path / ".baidi-1.tmp", tmp_path / "card.tmp"
    for path in (left, held, other):
        path.write_bytes(b"half")
    with held.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _files.sweep(tmp_path)
        assert sorted(tmp_path.rglob("*.tmp")) == [held, other]
    _files.sweep(tmp_path)
    assert list(tmp_path.rglob("*.tmp")) == [other]
