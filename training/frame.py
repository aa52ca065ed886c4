"""The canonical frame: where a face lies in the network's input, and what its outputs are called.

Everything that the training, the export and the program must agree on stands here.
"""

import numpy as np

WIDTH, HEIGHT = 160, 192
FACE = 56.0  # pixels per face measure in the canonical crop
CENTRE = (0.5 * WIDTH, 0.45 * HEIGHT)  # where the midpoint between the eyes goes
CHIN_TO_FACE = 1.22  # ear-root distance over eye-to-chin distance: median of the 218 nearly frontal faces of train/

# MediaPipe face-mesh numbers, in the order of the network's second output.
LANDMARKS = [
    468, 473,                       # iris centres (sitter's right, left)
    33, 133, 159, 145,              # right eye: outer corner, inner corner, upper lid, lower lid
    362, 263, 386, 374,             # left eye: inner corner, outer corner, upper lid, lower lid
    234, 454,                       # ear roots
    152, 10, 1,                     # chin, top of the forehead, nose tip
    61, 291, 13, 14,                # mouth corners, inner lips (upper, lower)
    70, 105, 107, 336, 334, 300,    # brows
    172, 150, 176, 397, 379, 400,   # jaw
]
INDEX = {mesh: i for i, mesh in enumerate(LANDMARKS)}
MIRROR_PAIRS = [
    (468, 473), (33, 263), (133, 362), (159, 386), (145, 374), (234, 454), (61, 291),
    (70, 300), (105, 334), (107, 336), (172, 397), (150, 379), (176, 400),
]
MIRROR = list(range(len(LANDMARKS)))
for _a, _b in MIRROR_PAIRS:
    MIRROR[INDEX[_a]], MIRROR[INDEX[_b]] = INDEX[_b], INDEX[_a]
CORNERS = [INDEX[k] for k in (33, 133, 362, 263)]


def measure(points):
    """Returns (eye midpoint, face measure s, roll in radians) of an array of K landmarks."""
    right = (points[INDEX[33]] + points[INDEX[133]]) / 2
    left = (points[INDEX[362]] + points[INDEX[263]]) / 2
    middle = (right + left) / 2
    ears = np.linalg.norm(points[INDEX[234]] - points[INDEX[454]])
    chin = np.linalg.norm(points[INDEX[152]] - middle)
    roll = np.arctan2(left[1] - right[1], left[0] - right[0])
    return middle, max(ears, CHIN_TO_FACE * chin), roll


def to_crop(middle, size, roll):
    """Returns the 2x3 matrix that takes picture coordinates to crop coordinates.

    Coordinates are continuous: pixel (i, j) covers [i, i+1) x [j, j+1), its centre is at +0.5.
    """
    k = FACE / size
    c, s = k * np.cos(roll), k * np.sin(roll)
    return np.array([
        [c, s, CENTRE[0] - c * middle[0] - s * middle[1]],
        [-s, c, CENTRE[1] + s * middle[0] - c * middle[1]],
    ])


def for_cv(matrix):
    """Shifts a matrix of continuous coordinates to OpenCV's pixel-centre coordinates."""
    m = matrix.copy()
    m[:, 2] += 0.5 * (matrix[:, 0] + matrix[:, 1]) - 0.5
    return m


def apply(matrix, points):
    return points @ matrix[:, :2].T + matrix[:, 2]
