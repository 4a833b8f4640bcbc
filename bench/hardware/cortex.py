#!/usr/bin/env python3
"""Instructions of one inference on Cortex-M0, M3 and M4: integers beside float32.

For each network: the design of `certifix quantize --cost mcu` at the bound, compiled from its folder as it is, and the
network itself in float32 (certifix-bench --float-c), both by the same compiler with the same options. The integers'
outputs are compared with the expected ones on the core. The count is that of qemu-system-arm -icount (cortex/start.c),
averaged over the first inputs of the design's test vectors.

    ./dev bench hardware cortex [--networks A,B] [--error 1e-3] [--out DIR]
"""

import argparse
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from common import CERTIFIX, missing, run, subjects, write_csv

HERE = Path(__file__).resolve().parent
VECTORS = 20
FLAGS = "-mthumb -O2 -std=c99 -ffreestanding -nostdlib -ffp-contract=fast".split()
INSTRUCTIONS_OF_CALIBRATION = 3_000_000

# name: (machine of QEMU, bytes of RAM, compiler options)
CORES = {
    "m0": ("microbit", 0x4000, ["-mcpu=cortex-m0", "-mfloat-abi=soft"]),
    "m3": ("mps2-an385", 0x400000, ["-mcpu=cortex-m3", "-mfloat-abi=soft"]),
    "m4": ("mps2-an386", 0x400000, ["-mcpu=cortex-m4", "-mfloat-abi=soft"]),
    "m4f": ("mps2-an386", 0x400000, ["-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]),
}


def count(core, subject, sources, folder, repeat):
    """Instructions of one inference, or None if the program does not fit the board."""
    machine, ram, options = CORES[core]
    program = folder / f"{subject.stem}_{core}.elf"
    harness = HERE / "cortex"
    compiled = run(["arm-none-eabi-gcc", *options, *FLAGS, f"-I{harness}", f'-DSUBJECT="{subject}"', f"-DREPEAT={repeat}",
                    "-T", harness / "cortex.ld", f"-Wl,--defsym=RAM_BYTES={ram}", "-o", program,
                    harness / "start.c", harness / "main.c", *sources, "-lgcc"])
    if compiled.returncode != 0:
        sys.exit(f"{subject}: {compiled.stderr}")
    text = int(run(["arm-none-eabi-size", program]).stdout.split("\n")[1].split()[0])
    if machine == "microbit" and text > 256 * 1024:
        return None
    ran = run(["qemu-system-arm", "-M", machine, "-nographic", "-icount", "shift=0", "-semihosting", "-kernel", program],
              timeout=600)
    said = dict(re.findall(r"^(\w+) (\d+)$", ran.stdout + ran.stderr, re.MULTILINE))
    if ran.returncode != 0 or "ticks" not in said:
        sys.exit(f"{subject} on {core}: {ran.stdout}{ran.stderr}")
    per_tick = INSTRUCTIONS_OF_CALIBRATION / int(said["calibration"])
    return int(said["ticks"]) * per_tick / (VECTORS * repeat)


def integer_subject(design, folder):
    """The header that main.c includes for a design, and the source beside it."""
    header = next(path for path in (design / "c").glob("*.h") if not re.search("_(vectors|real)$", path.stem))
    name = header.stem
    subject = folder / "integer.h"
    subject.write_text(f'#include "{header}"\n#include "{header.with_name(name + "_vectors.h")}"\n'
                       f"#define INFER {name}_infer\n#define INPUT {name}_input\n#define OUTPUT {name}_output\n"
                       f"#define OUTPUTS {name.upper()}_OUTPUTS\n#define COUNT {VECTORS}\n"
                       f"#define INPUTS_OF(v) {name}_test_inputs[v]\n#define EXPECTED(v, o) {name}_test_outputs[v][o]\n")
    return subject, header.with_suffix(".c")


def float_subject(design, folder):
    """The same for the network in float32, on the same inputs."""
    vectors = next((design / "c").glob("*_vectors.h")).read_text()
    rows = re.search(r"_test_inputs\[\d+\]\[\d+\] = \{(.*?)\};", vectors, re.DOTALL)[1]
    codes = [[int(code) for code in re.findall(r"-?\d+", row)] for row in re.findall(r"\{([^{}]*)\}", rows)[:VECTORS]]
    lsb = [entry["lsb"] for entry in json.loads((design / "design.json").read_text())["inputs"]]
    values = [[float(code * Fraction(2) ** l) for code, l in zip(row, lsb)] for row in codes]
    text = ",\n".join("{" + ", ".join(f"{value:.9e}f" for value in row) + "}" for row in values)
    subject = folder / "float.h"
    subject.write_text(f'#include "{folder / "float.c"}"\n#define INFER float_infer\n#define INPUT float\n#define OUTPUT float\n'
                       f"#define OUTPUTS FLOAT_OUTPUTS\n#define COUNT {VECTORS}\n#define INPUTS_OF(v) float_inputs[v]\n"
                       f"static const float float_inputs[{VECTORS}][FLOAT_INPUTS] = {{\n{text}\n}};\n")
    return subject


def measure(subject, error):
    folder = subject["folder"]
    design = folder / "design"
    quantized = run([CERTIFIX, "quantize", subject["model"], "--box", subject["box"], "--error", error,
                     "--cost", "mcu", "--target", "c", "--out", design, "--quiet"])
    if quantized.returncode == 1:
        return {"network": subject["network"], "error": error, "refused": " ".join(quantized.stderr.split())}
    if quantized.returncode != 0:
        sys.exit(f"{subject['network']}: {quantized.stderr}")
    program = json.loads((design / "report.json").read_text())["program"]
    row = {"network": subject["network"], "error": error, "weights": program["weight_storage"],
           "values": program["value_storage"], "sums": program["accumulator_storage"], "flash": program["flash_bytes"]}
    header, source = integer_subject(design, folder)
    floating = float_subject(design, folder)
    row["m0"] = count("m0", header, [source], folder, 5)
    row["m3"] = count("m3", header, [source], folder, 5)
    row["m4"] = count("m4", header, [source], folder, 5)
    row["float_m0"] = count("m0", floating, [], folder, 1)
    row["float_m4_soft"] = count("m4", floating, [], folder, 1)
    row["float_m4_hard"] = count("m4f", floating, [], folder, 5)
    row["m0_ratio"] = row["float_m0"] / row["m0"] if row["float_m0"] else None
    return row


def line(row):
    if "refused" in row:
        return f"{row['network']:26}{row['refused'][:150]}"
    number = lambda key: "does not fit" if row[key] is None else f"{row[key]:.0f}"
    ratio = "" if row["m0_ratio"] is None else f"{row['m0_ratio']:.1f}"
    words = f"{row['weights']}/{row['values']}/{row['sums']}"
    return (f"{row['network']:26}{words:>10}{row['flash']:>8}{number('m0'):>12}{number('m3'):>10}{number('m4'):>10}"
            f"{number('float_m0'):>14}{number('float_m4_soft'):>12}{number('float_m4_hard'):>12}{ratio:>9}")


def main():
    parser = argparse.ArgumentParser(description="instructions of one inference, integers beside float32")
    parser.add_argument("--networks", help="rows of the table, separated by commas; all by default")
    parser.add_argument("--error", default="1e-3", help="bound (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("build/bench/hardware"), help="folder of the results (default %(default)s)")
    arguments = parser.parse_args()
    if missing({"arm-none-eabi-gcc": "gcc-arm-none-eabi", "qemu-system-arm": "qemu-system-arm"}):
        return 0
    out = arguments.out.resolve() / "cortex"
    chosen = subjects(out, arguments.networks)
    print("instructions of one inference; words: weights/values/sums in bits; flash: bytes of tables; ratio: float on M0 / integer")
    print(f"{'network':26}{'words':>10}{'flash':>8}{'M0':>12}{'M3':>10}{'M4':>10}{'float M0':>14}{'M4 soft':>12}{'M4 hard':>12}{'ratio':>9}", flush=True)
    rows = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in pool.map(lambda subject: measure(subject, arguments.error), chosen):
            rows.append(row)
            print(line(row), flush=True)
    write_csv(out / "cortex.csv", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
