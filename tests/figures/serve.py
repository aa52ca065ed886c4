#!/usr/bin/env python3
"""Measures `baidi serve` under load: photos per second beside `baidi fix` on a folder, how long answers take, memory.

    cargo build --release --features serve
    python3 tests/figures/serve.py --baidi target/release/baidi --photo samples/studio-flyaway.jpg --requests 1000

The photo is enlarged to 12 megapixels with grain, as in performance.py. Requests and the folder take turns, `--rounds` times, so that what else the machine does falls on both. Clients
send the photo, wait for the answer, and send the next; who is told to come back (429) does after as long as it was told. Every card must be the one that `fix` writes. Prints one line of
JSON. Needs Pillow and numpy.
"""

import argparse
import collections
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from performance import photo


def resident(pid):
    """MiB in memory now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Client:
    """One connection, kept for as long as the server keeps it."""

    def __init__(self, port, token, body):
        self.port, self.stream = port, None
        self.head = (f"POST /v1/fix HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nAccept: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        self.body = body

    def ask(self):
        """The status, the headers, and the body of one answer."""
        if self.stream is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port))
            self.stream = self.socket.makefile("rb")
        self.socket.sendall(self.head)
        self.socket.sendall(self.body)
        status = int(self.stream.readline().split()[1])
        headers = {}
        while line := self.stream.readline().strip():
            name, value = line.decode().split(": ", 1)
            headers[name.lower()] = value
        answer = self.stream.read(int(headers["content-length"]))
        # Who is told to come back does not keep a line open for as long.
        if status == 429 or headers.get("connection") == "close":
            self.socket.close()
            self.stream = None
        return status, headers, answer


def load(port, token, body, card, requests, clients, seen):
    """So many requests, by so many clients at once; seconds."""
    left = iter(range(requests))
    lock = threading.Lock()

    def work():
        client = Client(port, token, body)
        while True:
            with lock:
                if next(left, None) is None:
                    return
            began = time.perf_counter()
            while True:
                try:
                    status, headers, answer = client.ask()
                except OSError as error:
                    seen["answers"][f"{type(error).__name__}"] += 1
                    client.stream = None
                    break
                seen["answers"][status] += 1
                if status != 429:
                    seen["wrong"] += status != 200 or answer != card
                    break
                time.sleep(int(headers["retry-after"]))
            seen["seconds"].append(time.perf_counter() - began)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def folder(baidi, file, out, count, jobs):
    """So many photos as a folder; seconds."""
    source = out / "source"
    source.mkdir()
    for i in range(count):
        os.link(file, source / f"{i:05}.jpg")
    began = time.perf_counter()
    subprocess.run([baidi, "fix", source, "-o", out / "cards", "--jobs", str(jobs)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - began
    shutil.rmtree(source)
    shutil.rmtree(out / "cards")
    return took


def waits(port, token):
    """The upper ends of how long photos waited for a worker, by the server's own count: half of them, and 99 of 100."""
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    text = stream.makefile("rb").read().decode()
    buckets = [(float(end), int(count)) for end, count in re.findall(r'baidi_wait_seconds_bucket{le="([^"]+)"} (\d+)', text)]
    whole = buckets[-1][1]
    return [next(end for end, count in buckets if count >= share * whole) for share in (0.5, 0.99)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--baidi", required=True)
    parser.add_argument("--photo", required=True)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--queue", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=int, help="photos in the folder of each round; as many as requests unless told")
    parser.add_argument("--megapixels", type=float, default=12)
    args = parser.parse_args()
    baidi = Path(args.baidi).resolve()
    with tempfile.TemporaryDirectory() as out:
        out = Path(out)
        file = photo(args.photo, args.megapixels, out / "photo.jpg")
        subprocess.run([baidi, "fix", file, "-o", out / "card.jpg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        card, body = (out / "card.jpg").read_bytes(), file.read_bytes()
        command = [baidi, "serve", "--port", "0", "--jobs", str(args.jobs), "--queue", str(args.queue)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port, token = re.search(r":(\d+)/#token=(\S+)", server.stdout.readline()).groups()
        port = int(port)
        seen = {"answers": collections.Counter(), "wrong": 0, "seconds": []}
        load(port, token, body, card, 4 * args.jobs, args.jobs, {"answers": collections.Counter(), "wrong": 0, "seconds": []})
        memory = [round(resident(server.pid))]
        each = args.requests // args.rounds
        served, made = [], []
        for _ in range(args.rounds):
            served.append(load(port, token, body, card, each, args.clients, seen))
            memory.append(round(resident(server.pid)))
            count = args.folder or each
            made.append(folder(baidi, file, out, count, args.jobs) * each / count)
        waited = waits(port, token)
        server.terminate()
        code = server.wait()
        seconds = sorted(seen["seconds"])
        print(json.dumps({
            "requests": each * args.rounds, "clients": args.clients, "jobs": args.jobs, "queue": args.queue, "photo_bytes": len(body),
            "answers": {str(k): v for k, v in seen["answers"].items()}, "wrong": seen["wrong"], "exit": code,
            "serve_per_second": round(each * args.rounds / sum(served), 3), "fix_per_second": round(each * args.rounds / sum(made), 3),
            "ratio": round(sum(made) / sum(served), 3), "ratio_by_round": [round(m / s, 3) for m, s in zip(made, served)],
            "answer_seconds": {"p50": round(statistics.median(seconds), 2), "p99": round(seconds[int(0.99 * (len(seconds) - 1))], 2), "most": round(seconds[-1], 2)},
            "wait_seconds_up_to": {"p50": waited[0], "p99": waited[1]}, "memory_mib": memory,
        }))
        if seen["wrong"] or code:
            sys.exit("some answer was wrong")


if __name__ == "__main__":
    main()
