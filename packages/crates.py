"""The crates that are linked into the program for one target, with `serve`: what `licences` and `sbom` read. From `cargo tree`, which leaves out what another target or feature needs."""

import argparse
import json
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FEATURES = "serve"


@dataclass
class Crate:
    name: str
    version: str
    licence: str
    needs: set[tuple[str, str]] = field(default_factory=set)
    folder: Path = Path()
    description: str = ""
    repository: str = ""
    authors: list[str] = field(default_factory=list)
    sha256: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.version


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--target", default=host(), help="the target the program is built for (this machine's)")
    return parser.parse_args()


def host() -> str:
    told = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return re.search(r"^host: (.*)$", told, re.M)[1]


def linked(target: str) -> list[Crate]:
    """Every crate, in order of name and version; baidi itself is among them."""
    # `--no-dedupe` would print half a million lines; a crate's own needs stand where it is printed first.
    command = ["cargo", "tree", "--locked", "--package", "baidi", "--features", FEATURES, "--target", target, "--edges", "normal", "--prefix", "depth", "--format", "|{p}|{l}"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    crates: dict[tuple[str, str], Crate] = {}
    above: list[Crate] = []
    for line in told.splitlines():
        depth, package, licence = line.split("|")
        name, version = package.split(" ")[:2]
        key = name, version.removeprefix("v")
        crate = crates.setdefault(key, Crate(*key, licence.removesuffix(" (*)").strip().replace("/", " OR ")))
        del above[int(depth):]
        if above:
            above[-1].needs.add(key)
        above.append(crate)

    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    for package in told["packages"]:
        crate = crates.get((package["name"], package["version"]))
        if crate:
            crate.folder = Path(package["manifest_path"]).parent
            crate.description = package["description"] or ""
            crate.repository = package["repository"] or package["homepage"] or ""
            crate.authors = package["authors"]
    for package in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]:
        crate = crates.get((package["name"], package["version"]))
        if crate:
            crate.sha256 = package.get("checksum", "")
    return sorted(crates.values(), key=lambda crate: crate.key)
