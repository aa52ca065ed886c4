"""The depth of faces, and how far each is raised or bent, by MediaPipe's face mesh.

    python meshes.py --out meshes.npz portraits/train portraits/dev portraits/dev-asia

Needs mediapipe 0.10, which does not live with the versions of requirements.txt: give it an environment of its own. For each photo FOLDER/STEM the file holds 468 points in px, x to the right, y down, z towards the camera,
and last the nod in degrees, positive for a bent head: the rotation that takes the upper face of the mean over all photos to this one (orthogonal Procrustes), less the median.
"""

import argparse
import json
import pathlib

import cv2
import numpy as np

POINTS = 468


def mesh(finder, picture, points):
    """The mesh of the face whose landmarks are given, in px of the picture, or None."""
    middle, reach = points[:POINTS].mean(0), 1.1 * np.ptp(points[:POINTS], 0).max()
    x0, y0 = np.maximum(middle - reach, 0).astype(int)
    x1, y1 = np.minimum(middle + reach, picture.shape[1::-1]).astype(int)
    crop = picture[y0:y1, x0:x1]
    k = 512 / max(crop.shape[:2])
    crop = cv2.resize(crop, None, fx=k, fy=k, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
    found = finder.process(crop[..., ::-1].copy()).multi_face_landmarks
    if not found:
        return None
    height, width = crop.shape[:2]
    out = np.array([[p.x * width, p.y * height, -p.z * width] for p in found[0].landmark[:POINTS]]) / k + [x0, y0, 0]
    amiss = np.linalg.norm(out[:, :2] - points[:POINTS], axis=1).mean() / np.ptp(points[:POINTS, 0])
    return out if amiss < 0.05 else None


def rotation(a, b):
    """The rotation that takes the points `a` to `b`, both about their middle."""
    u, _, v = np.linalg.svd(b.T @ a)
    return u @ np.diag([1, 1, np.sign(np.linalg.det(u @ v))]) @ v


def nods(meshes):
    """The nod of each mesh, in degrees, 0 for the middle one."""
    shapes = meshes * [1, -1, 1]
    shapes = shapes - shapes.mean(1, keepdims=True)
    shapes /= np.sqrt((shapes**2).sum((1, 2), keepdims=True))
    mean, rigid = shapes.mean(0), np.ones(POINTS, bool)
    for step in range(10):
        turns = [rotation(s[rigid] - s[rigid].mean(0), mean[rigid] - mean[rigid].mean(0)) for s in shapes]
        mean = np.mean([s @ t.T for s, t in zip(shapes, turns)], 0)
        if step == 2:  # mouths open, jaws drop
            rigid = mean[:, 1] > mean[:, 1].mean()
    degrees = np.degrees([np.arcsin(t[2, 1]) for t in turns])
    return np.median(degrees) - degrees


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("folders", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    import mediapipe

    finder = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, refine_landmarks=True, min_detection_confidence=0.2)
    found = {}
    for folder in args.folders:
        for path in sorted(folder.glob("*.json")):
            picture = cv2.imread(str(path.with_suffix(".jpg")))
            if picture is None:
                continue
            points = np.array(json.loads(path.read_text())["landmarks"])[:, :2] * picture.shape[1::-1]
            if (seen := mesh(finder, picture, points)) is not None:
                found[f"{folder.name}/{path.stem}"] = seen
            else:
                print("no mesh:", path)
    bent = nods(np.stack(list(found.values())))
    np.savez_compressed(args.out, names=list(found), meshes=np.stack(list(found.values())).astype(np.float32), nods=bent.astype(np.float32))
    print(len(found), "meshes, nods from", *np.round(np.quantile(bent, [0.01, 0.25, 0.75, 0.99]), 1))


if __name__ == "__main__":
    main()
