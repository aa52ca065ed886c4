#!/usr/bin/env python3
"""How long MediaPipe's selfie segmentation takes for the mask of a photo: what a program built on it would still have to cut, place, encode and judge.

    python -m venv peer && peer/bin/pip install mediapipe==0.10.14
    peer/bin/python tests/figures/selfie.py PHOTO

Prints two numbers: milliseconds of processor time for the mask (256 × 256, the least of 20) and for decoding the photo in full, which it needs first.
"""

import sys
import time

import cv2
import mediapipe


def least(work, times):
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return 1e3 * min(taken)


def main():
    cv2.setNumThreads(1)
    path = sys.argv[1]
    picture = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    with mediapipe.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as net:
        net.process(picture)
        print(round(least(lambda: net.process(picture), 20)), round(least(lambda: cv2.imread(path), 5)))


if __name__ == "__main__":
    main()
