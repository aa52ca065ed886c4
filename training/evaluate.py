"""Measures a checkpoint on people it has never seen: mask, landmarks, presence, by group and by how the face was found.

    python evaluate.py --cache cache --checkpoint runs/a/last.pt --sheet out/worst.png
    python evaluate.py --net matting --portrait runs/a/last.pt --cache cache3 --checkpoint runs/m/last.pt
"""

import argparse
import json
import pathlib

import cv2
import numpy as np
import torch

from augment import GREY, Sampler
from export import load
from model import MattingNet
from train import CARD_SCALE
from frame import FACE, HEIGHT, INDEX, WIDTH, apply, for_cv, measure, to_crop

PARTS = {
    "eyes": (468, 473), "corners": (33, 133, 362, 263), "lids": (159, 145, 386, 374), "ears": (234, 454), "chin": (152,), "forehead": (10,),
    "mouth": (61, 291, 13, 14), "brows": (70, 105, 107, 336, 334, 300), "jaw": (172, 150, 176, 397, 379, 400),
}


def crop(photo, matrix):
    img = cv2.warpAffine(photo["picture"], for_cv(matrix), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(photo["alpha"], for_cv(matrix), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    h, w = photo["alpha"].shape
    quad = apply(matrix, np.array([[0, 0], [w, 0], [w, h], [0, h]], float))
    inside = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(inside, np.round((quad - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    img = np.where(inside[..., None] > 0, img, np.uint8(GREY + 0.5))
    return img, alpha.astype(np.float32) / 255 * inside, inside


def run(net, images):
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().sub(127.5).div(127.5)
    masks, places, present = [], [], []
    with torch.no_grad():
        for part in x.split(16):
            mask, heat, there = net(part)
            xy, spread = net.locate(heat)
            masks.append(torch.sigmoid(mask[:, 0]))
            places.append(torch.cat([xy, spread], -1))
            present.append(torch.sigmoid(there[:, 0]))
    return torch.cat(masks).numpy(), torch.cat(places).numpy(), torch.cat(present).numpy()


def matting(args):
    """Alpha at the card's scale, true walls, exact crops: mean error in the edge band and intersection over union, before and after the network."""
    portrait, net = load(args.portrait), load(args.checkpoint, MattingNet)
    for split in ("dev", "exact"):
        rows = []
        for p in np.load(args.cache / f"{split}.npy", allow_pickle=True):
            m = CARD_SCALE * to_crop(*measure(p["points"].astype(np.float64)))
            size = (CARD_SCALE * WIDTH, CARD_SCALE * HEIGHT)
            picture = cv2.warpAffine(p["picture"], for_cv(m), size, borderValue=(128, 128, 128))
            truth = cv2.warpAffine(p["alpha"], for_cv(m), size).astype(np.float32) / 255
            inside = cv2.erode(cv2.warpAffine(np.ones_like(p["alpha"]), for_cv(m), size), np.ones((5, 5), np.uint8)) > 0
            small = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
            coarse = cv2.resize(run(portrait, [small])[0][0], size, interpolation=cv2.INTER_LINEAR)
            x = np.dstack([picture.astype(np.float32) / 127.5 - 1, coarse * 2 - 1]).transpose(2, 0, 1)
            with torch.no_grad():
                fine = torch.sigmoid(net(torch.from_numpy(x)[None].contiguous()))[0, 0].numpy()
            band = (cv2.dilate(((truth > 0.02) & (truth < 0.98)).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & inside
            rows.append([v for a in (coarse, fine) for v in (
                np.abs(a - truth)[band].mean(), ((a > 0.5) & (truth > 0.5) & inside).sum() / (((a > 0.5) | (truth > 0.5)) & inside).sum())])
        rows = np.array(rows)
        for name, k in (("portrait", 0), ("matting", 2)):
            print(f"{split:6s}{name:9s}band error p50 {np.median(rows[:, k]):.4f} p95 {np.percentile(rows[:, k], 95):.4f} | "
                  f"iou p5 {np.percentile(rows[:, k + 1], 5):.4f} p50 {np.median(rows[:, k + 1]):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=["portrait", "matting"], default="portrait")
    parser.add_argument("--portrait", type=pathlib.Path, help="checkpoint of the portrait network, for --net matting")
    parser.add_argument("--cache", type=pathlib.Path, default="cache")
    parser.add_argument("--checkpoint", type=pathlib.Path, default="runs/a/last.pt")
    parser.add_argument("--sheet", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    if args.net == "matting":
        return matting(args)
    net = load(args.checkpoint).to(memory_format=torch.channels_last)
    photos = [p for s in ("dev", "exact") for p in np.load(args.cache / f"{s}.npy", allow_pickle=True)]
    groups = ["house"] * 60 + ["london"] * 10 + ["exact"] * (len(photos) - 70)
    tools = Sampler(photos, np.load(args.cache / "walls.npy", mmap_mode="r"))
    report, rows = {}, []
    for regime in ("rough", "fine", "two-pass"):
        rng = np.random.default_rng(5)
        repeats = 2
        items, shots = [], []
        for r in range(repeats):
            for i, p in enumerate(photos):
                m = tools.jitter(rng, tools.frames[i], rough=regime != "fine")
                items.append((i, m))
                shots.append(crop(p, m))
        masks, places, present = run(net, [s[0] for s in shots])
        if regime == "two-pass":
            items2 = []
            for (i, m), pl in zip(items, places):
                back = np.linalg.inv(np.vstack([m, [0, 0, 1]]))[:2]
                items2.append((i, to_crop(*measure(apply(back, pl[:, :2].astype(np.float64))))))
            items = items2
            shots = [crop(photos[i], m) for i, m in items]
            masks, places, present = run(net, [s[0] for s in shots])
        ious, errors = [], []
        for (i, m), (img, alpha, inside), mask, pl in zip(items, shots, masks, places):
            t, q = alpha, mask * inside
            iou = np.minimum(t, q).sum() / np.maximum(t, q).sum()
            truth = apply(m, photos[i]["points"].astype(np.float64))
            seen = ((truth > 0) & (truth < [WIDTH, HEIGHT])).all(1)
            scale = np.sqrt(abs(np.linalg.det(m[:, :2]))) * tools.frames[i][1]  # the true face measure, in crop pixels
            err = np.where(seen, np.linalg.norm(pl[:, :2] - truth, axis=1) / scale, np.nan)
            ious.append(iou)
            errors.append(err)
            rows.append((iou, regime, photos[i]["name"], img, alpha, mask, pl))
        ious, errors = np.array(ious), np.array(errors)
        names = np.array([groups[i] for i, _ in items])
        table = {}
        for g in ("all", "house", "london", "exact"):
            k = np.ones(len(names), bool) if g == "all" else names == g
            table[g] = {"iou_p5": np.percentile(ious[k], 5), "iou_p50": np.median(ious[k]), "iou_mean": ious[k].mean(), "nme": np.nanmean(errors[k])}
            for part, ids in PARTS.items():
                e = errors[k][:, [INDEX[x] for x in ids]]
                table[g][part] = [np.nanmedian(e), np.nanpercentile(e, 95)]
        if regime != "two-pass":
            rng = np.random.default_rng(6)
            false = run(net, [tools.draw(rng, fakes=1.0)[0] for _ in range(300)])[2]
            table["auc"] = float((present[:, None] > false[None]).mean())
            table["found_at_half"], table["false_at_half"] = float((present > 0.5).mean()), float((false > 0.5).mean())
        report[regime] = table
        t = table
        for g in ("all", "house", "london", "exact"):
            print(f"{regime:9s}{g:7s}", f"iou p5 {t[g]['iou_p5']:.4f} p50 {t[g]['iou_p50']:.4f} | nme {t[g]['nme']:.4f} |",
                  " ".join(f"{k} {t[g][k][0]:.4f}/{t[g][k][1]:.3f}" for k in PARTS))
        if "auc" in t:
            print(f"{regime:9s}presence auc {t['auc']:.4f} found {t['found_at_half']:.3f} false {t['false_at_half']:.3f}")
    # The gate by the picture's turn: upright faces must pass, faces turned by a quarter or a half must not.
    rng = np.random.default_rng(7)
    for degrees in (0, 15, 30, 45, 90, 180, 270):
        shots = []
        for i, p in enumerate(photos):
            middle, size, roll = tools.frames[i]
            turn = np.radians(degrees) * (rng.choice([-1, 1]) if degrees < 90 else 1)
            shots.append(crop(p, to_crop(middle, size, roll + turn))[0])
        report[f"present_at_{degrees}"] = float((run(net, shots)[2] > 0.5).mean())
    print("presence by turn", {k[11:]: round(v, 3) for k, v in report.items() if k.startswith("present_at")})
    rooms = []
    for p in photos:
        h, w = p["alpha"].shape
        m = to_crop(rng.uniform([0.25 * w, 0.25 * h], [0.75 * w, 0.75 * h]), rng.uniform(40, 110), rng.normal(0, 0.2))
        room = {"picture": p["room"], "alpha": p["alpha"] * 0}
        rooms.append(crop(room, m)[0])
    report["present_in_rooms"] = float((run(net, rooms)[2] > 0.5).mean())
    print("presence in painted-over rooms", round(report["present_in_rooms"], 4))
    if args.sheet:
        worst = {}
        for row in sorted(rows, key=lambda r: r[0]):
            if row[1] != "rough":
                worst.setdefault(row[2], row)
        tiles = []
        for iou, regime, name, img, alpha, mask, pl in list(worst.values())[:24]:
            bgr = img[..., ::-1].astype(np.float32)
            view = cv2.resize(bgr, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)
            for x, y, _ in pl:
                cv2.circle(view, (int(x * 2), int(y * 2)), 2, (0, 255, 255), -1, cv2.LINE_AA)
            cv2.putText(view, f"{iou:.3f} {regime[0]} {name[:28]}", (2, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 255), 1)
            cells = [view]
            for a in (alpha, mask):
                cells.append(cv2.resize(bgr * a[..., None] + np.array([0, 255, 0]) * (1 - a[..., None]), None, fx=2, fy=2).clip(0, 255).astype(np.uint8))
            tiles.append(np.hstack(cells)[:, :, :])
        cv2.imwrite(str(args.sheet), np.vstack([np.hstack(tiles[i:i + 3]) for i in range(0, len(tiles) - 2, 3)]))
    args.checkpoint.with_suffix(".eval.json").write_text(json.dumps(report, indent=1, default=float))


if __name__ == "__main__":
    main()
