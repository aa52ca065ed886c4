"""Hivision's way into a byte ceiling: Pillow, quality 95 and down by 5 until the file fits, zero bytes behind it up to the floor.

    python pillow_loop.py MAX_BYTES OUT_DIR CARD.png...
"""
import io
import os
import sys

from PIL import Image

most, folder = int(sys.argv[1]), sys.argv[2]
for path in sys.argv[3:]:
    quality = 95
    while True:
        out = io.BytesIO()
        Image.open(path).convert("RGB").save(out, "JPEG", quality=quality, dpi=(350, 350))
        if out.tell() <= most or quality <= 5:
            break
        quality -= 5
    with open(os.path.join(folder, os.path.basename(path)[:-4] + ".jpg"), "wb") as file:
        file.write(out.getvalue())
