#!/usr/bin/env python3
"""What the list of ten million photos costs the one machine that a run is started on: processor seconds and memory of keeping it, finding doubled ids, leaving out what nine million rows of a report say is done, and
cutting the rest into blocks. No photo is opened.

    python tests/figures/manifest.py 10000000
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import baidi.ray


def main(count):
    figures = {"photos": count}

    def timed(name, work):
        begun = time.process_time()
        done = work()
        figures[f"{name}_processor_seconds"] = round(time.process_time() - begun, 1)
        return done

    numbers = np.arange(count)
    paths = pa.array(np.char.add("bucket/portraits/", np.char.add(np.char.zfill((numbers // 1000).astype(str), 5), np.char.add("/", np.char.add(numbers.astype(str), ".jpg")))).tolist())
    listed = pa.table({"path": paths, "length": pa.array(numbers), "version": pa.array(["etag"] * count)})
    del paths
    table = timed("reading_the_list", lambda: baidi.ray.manifest(listed))
    figures["list_bytes_a_photo"] = round(table.nbytes / count)
    with tempfile.TemporaryDirectory() as report:
        done = table.slice(0, count * 9 // 10).select(["id", "version"])
        done = done.append_column("recipe", pa.array(["r" * 64] * len(done)).dictionary_encode().cast(pa.string()))
        rows = 100_000
        for at in range(0, len(done), rows):
            pq.write_table(done.slice(at, rows), Path(report) / f"part-{at}.parquet")
        del done
        left = timed("leaving_out_what_is_done", lambda: baidi.ray._left(table, report, "r" * 64))
    assert len(left) == count - count * 9 // 10
    blocks = timed("cutting_into_blocks", lambda: baidi.ray._blocks(table, 1000, 32))
    figures["blocks"] = len(blocks)
    figures["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
