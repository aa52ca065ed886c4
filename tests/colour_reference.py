"""Compares baidi's colour conversion with littlecms (Pillow's ImageCms): `just colours`.

Prints, for every picture of the shared awkward files with a profile, the mean and the 99th percentile of the absolute difference in levels of 255 between what the
program `decoded` of the laboratory writes and what littlecms makes of the same pixels, and the distance of both from the reference. RGB with the relative colorimetric intent, which is all
that matrix profiles know; CMYK with the perceptual one, as baidi. Needs Pillow and numpy.
"""

import io
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageCms

FILES = ["icc_adobergb.jpg", "icc_display_p3.jpg", "icc_prophoto.png", "cmyk_fogra39.jpg", "cmyk_fogra39_lzw.tif"]
MOST = 2.0  # mean, in levels


def managed(path):
    image = Image.open(path)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    intent = ImageCms.Intent.PERCEPTUAL if image.mode == "CMYK" else ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), renderingIntent=intent, outputMode="RGB")


def levels(image):
    return np.asarray(image.convert("RGB")).astype(float)


def main(decoded, shared):
    derived = pathlib.Path(shared) / "nasty/derived"
    reference = levels(Image.open(derived / "00_reference.png"))
    worst = 0.0
    print(f"{'file':24} {'mean':>6} {'p99':>5}   to the reference: baidi littlecms")
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([decoded, *[derived / f for f in FILES], out], check=True)
        for name in FILES:
            ours, theirs = levels(Image.open(f"{out}/{name}.png")), levels(managed(derived / name))
            difference = np.abs(ours - theirs)
            worst = max(worst, difference.mean())
            away = [np.abs(x - reference).mean() for x in (ours, theirs)]
            print(f"{name:24} {difference.mean():6.2f} {np.percentile(difference, 99):5.1f}   {away[0]:23.2f} {away[1]:9.2f}")
    return worst <= MOST


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:3]) else 1)
