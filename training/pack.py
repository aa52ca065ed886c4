import sys, pathlib, io
sys.path.insert(0, "training")
import cv2, numpy as np
from prepare import prepare
cv2.setNumThreads(1)
def enc(a, q, ext=".jpg", extra=()):
    if ext == ".jpg":
        p = [cv2.IMWRITE_JPEG_QUALITY, q, *extra]
    else:
        p = [cv2.IMWRITE_PNG_COMPRESSION, 9]
    if a.ndim == 3: a = a[..., ::-1]
    return cv2.imencode(ext, np.ascontiguousarray(a), p)[1].tobytes()
def one(path):
    p = prepare(path, 2.2)
    a = p["alpha"]
    band = cv2.dilate(((a > 4) & (a < 251)).astype(np.uint8), np.ones((3, 3), np.uint8))
    # foreground of the band, as its difference is smooth: elsewhere the picture itself
    fore = p["fore"].copy(); fore[band == 0] = 128
    h, w = a.shape
    half = (max(8, w // 2), max(8, h // 2))
    return {"name": p["name"], "picture": enc(p["picture"], 85), "alpha": enc(a, 0, ".png"), "fore": enc(fore, 72), "room": enc(cv2.resize(p["room"], half, interpolation=cv2.INTER_AREA), 80),
            "top": enc(cv2.resize(p["top"], half, interpolation=cv2.INTER_AREA), 80), "hair": enc(cv2.resize(p["hair"], half, interpolation=cv2.INTER_AREA), 80),
            "colours": p["colours"], "points": p["points"], "touches": p["touches"]}
if __name__ == "__main__":
    split, out = sys.argv[1:3]
    part = int(sys.argv[3])
    paths = sorted(pathlib.Path("../shared/portraits", split).glob("*.jpg"))[part::2]
    all = [one(p) for p in paths]
    np.save(out, np.array(all, dtype=object), allow_pickle=True)
    for k in ("picture", "alpha", "fore", "room", "top", "hair"): print(k, sum(len(p[k]) for p in all) / 1e6)
