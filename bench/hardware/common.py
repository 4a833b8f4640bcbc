"""What the measurements of this folder share: programs outside, the benchmark's networks, results."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CERTIFIX = ROOT / "build/certifix"


def run(command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)


def must(command, what, **options):
    """The output of a program that must succeed; otherwise the end, with what it said."""
    done = run(command, **options)
    if done.returncode != 0:
        sys.exit(f"{what}: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def missing(tools):
    """Those of {program: Debian package} that are not there; says so, and what is skipped without them."""
    absent = [tool for tool in tools if shutil.which(tool) is None]
    for tool in absent:
        print(f"skipped: all that needs {tool} (Debian package {tools[tool]})")
    return absent


def subjects(out, networks):
    """The chosen networks, all for None: {network, model, box, paper, folder}."""
    chosen = ["--networks", networks] if networks else []
    names = must([ROOT / "build/certifix-bench", "--float-c", "--out", out, *chosen], "certifix-bench").split()
    return [{**json.loads((out / name / "subject.json").read_text()), "folder": out / name} for name in names]


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)
    print(f"written to {path}")
