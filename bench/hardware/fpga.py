#!/usr/bin/env python3
"""Verilog on FPGAs: cells of synthesis beside the estimates, cycles of simulation beside the paper's.

For each network, bound, method and way with inputs outside the box: the design of `certifix quantize --target verilog`,
then in its folder, with its own Makefile, the self-checking simulation (Icarus Verilog for the parallel circuit,
Verilator for the folded one), which fails unless every output and every cycle is the expected one, and the synthesis by
Yosys for a Xilinx 7-series device. Circuits that fit an iCE40 HX8K are also placed and routed there (nextpnr): ports are
wider than the device's pins, so shift registers stand around the circuit, and the clock frequency is that of the routed
whole. The paper's cycles are those of its table 5, at a clock of 10 ns, by Vivado HLS, method Aster.

    ./dev bench hardware fpga [--networks A,B] [--errors 1e-3,1e-5] [--methods certifix,aster]
        [--out-of-range none,clamp] [--levels 3] [--folded A,B] [--out DIR]
"""

import argparse
import csv
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import CERTIFIX, missing, must, run, subjects, write_csv

# The networks that stay too large for a circuit of their own for every weight: folded unless asked for otherwise.
FOLDED = "MpcNN,ACC5NN,ACC7NN,ACC10NN,AirplaneNN,ControllerToraNN"
FOLDED_CYCLES = 350  # at most, with as few lanes as that takes
ICE40_CELLS = 7680  # of an HX8K
# The paper's names of networks whose file names it does not print, in the order of its scripts.
PAPER_NAMES = {"DoublePendV1": "DoublePendulumNonRobustNN", "DoublePendV2": "DoublePendulumRobustNN"}
SIMULATORS = {"parallel": ("sim", "iverilog"), "folded": ("verilator", "verilator")}  # target of make, program
TOOLS = {"iverilog": "iverilog", "verilator": "verilator", "yosys": "yosys", "nextpnr-ice40": "nextpnr-ice40"}


def paper_cycles(path):
    """{(network, error): cycles as printed} of the paper's own method."""
    if not path.exists():
        return {}
    with open(path, newline="") as file:
        return {(row["repo_network"] or PAPER_NAMES.get(row["benchmark"], row["benchmark"]), row["target_error"]): row["value"]
                for row in csv.DictReader(file) if row["table"] == "5" and row["tool"] == "Aster"}


def quantize(subject, case, folder):
    """Designs the case into `folder`. None, or the message where no design is found."""
    command = [CERTIFIX, "quantize", subject["model"], "--box", subject["box"], "--error", case["error"],
               "--out-of-range", case["out_of_range"], "--target", "verilog", "--architecture", case["architecture"],
               "--levels", case["levels"], "--out", folder, "--quiet"]
    if case["method"] == "aster":
        command += ["--method", "aster", "--aster-input-fraction", "32", "--aster-fraction", "10:32"]
    elif case["architecture"] == "parallel":
        command += ["--granularity", "weight", "--cost", "lut"]
    if case["architecture"] == "folded":
        command += ["--cycles", FOLDED_CYCLES]
    done = run(command)
    if done.returncode == 1:
        return re.sub(r"\s+", " ", done.stderr).strip()
    if done.returncode != 0:
        sys.exit(f"{subject['network']}: {done.stderr}")
    return None


def estimates(folder, architecture):
    report = json.loads((folder / "report.json").read_text())
    circuit = report["verilog"][architecture]
    return {"proven": max(report["error_proven"], key=float), "multiplications": report["cost"]["multiplications"],
            "lanes": circuit.get("lanes", ""), "lut_estimate": circuit["luts"], "ff_estimate": circuit["ffs"],
            "dsp_estimate": circuit["dsps"], "cycles_estimate": circuit["latency"], "interval": circuit["interval"]}


def simulate(verilog, architecture):
    target, _ = SIMULATORS[architecture]
    said = must(["make", "-C", verilog, target], f"simulation in {verilog}")
    passed = re.search(r"^PASS \S+: (\d+) vectors, latency (\d+) cycles", said, re.MULTILINE)
    if not passed:
        sys.exit(f"simulation in {verilog}: {said}")
    return {"vectors": int(passed[1]), "cycles": int(passed[2])}


def cells(text):
    """Cells by kind, of the last table of Yosys's stat."""
    return {kind: int(count) for kind, count in re.findall(r"^\s+([A-Z][A-Z0-9_]*)\s+(\d+)$", text, re.MULTILINE)}


def synthesise(verilog):
    must(["make", "-C", verilog, "synth"], f"synthesis in {verilog}")
    count = cells((verilog / "synth.txt").read_text())
    total = lambda pattern: sum(number for kind, number in count.items() if re.fullmatch(pattern, kind))
    memories = {"RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM32M": 4, "RAM64M": 4}  # LUTs each
    return {"lut": total(r"LUT\d|SRL\w+") + sum(count.get(kind, 0) * luts for kind, luts in memories.items()),
            "ff": total(r"FD[A-Z]+"), "dsp": total(r"DSP48E1"), "block_ram": total(r"RAMB\w+")}


def wrapper(verilog):
    """A circuit of five pins around the design: both vectors go through shift registers."""
    source = next(path for path in verilog.glob("*.v") if not path.stem.endswith("_test"))
    text = source.read_text()
    name = re.search(r"^module (\w+)", text, re.MULTILINE)[1]
    width = {port: int(high) + 1 for high, port in re.findall(r"\[(\d+):0\] (in_data|out_data)\b", text)}
    taken, given = width.get("in_data", 1), width.get("out_data", 1)
    (verilog / "ice40_top.v").write_text(
        f"module ice40_top(input clk, input reset, input serial_in, input shift, output reg serial_out);\n"
        f"  reg [{taken - 1}:0] in_data;\n  reg in_valid, out_ready;\n  wire in_ready, out_valid;\n"
        f"  wire [{given - 1}:0] out_data;\n  reg [{given - 1}:0] result;\n"
        f"  {name} dut(.clk(clk), .reset(reset), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),\n"
        f"    .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data));\n"
        f"  always @(posedge clk) begin\n"
        f"    in_data <= {{in_data, serial_in}};\n    in_valid <= shift & in_ready;\n    out_ready <= shift;\n"
        f"    result <= out_valid ? out_data : {{result, 1'b0}};\n    serial_out <= result[{given - 1}];\n"
        f"  end\nendmodule\n")
    return source


def place(verilog, expected_luts):
    """Cells and clock frequency on an iCE40 HX8K after placement and routing."""
    if expected_luts > ICE40_CELLS:  # whose LUTs have 4 inputs, not 6
        return {"ice40": "does not fit"}
    source = wrapper(verilog)
    must(["yosys", "-q", "-p", f"read_verilog {source.name} ice40_top.v; synth_ice40 -top ice40_top -json ice40.json"],
         f"synthesis in {verilog}", cwd=verilog)
    # Not `must`: a circuit that is too large ends nextpnr with an error.
    placed = run(["nextpnr-ice40", "--hx8k", "--package", "ct256", "--json", "ice40.json", "--pcf-allow-unconstrained",
                  "--freq", "100", "--timing-allow-fail", "--seed", "1", "--report", "ice40_report.json"], cwd=verilog)
    if placed.returncode != 0:
        used = re.search(r"ICESTORM_LC:\s*(\d+)/\s*(\d+)", placed.stderr)
        if used and int(used[1]) > int(used[2]):
            return {"ice40": "does not fit"}
        sys.exit(f"placement in {verilog}: {placed.stderr[-2000:]}")
    report = json.loads((verilog / "ice40_report.json").read_text())
    clock = max(entry["achieved"] for entry in report["fmax"].values())
    return {"ice40": "routed", "ice40_cells": report["utilization"]["ICESTORM_LC"]["used"], "ice40_mhz": round(clock, 1)}


def measure(subject, case, tools, paper):
    row = {"network": subject["network"], **case, "paper_cycles": paper.get((subject["network"], case["error"]), "")}
    folder = subject["folder"] / "_".join(str(value) for value in case.values())
    row["refused"] = quantize(subject, case, folder)
    if row["refused"]:
        return row
    row |= estimates(folder, case["architecture"])
    if SIMULATORS[case["architecture"]][1] in tools:
        row |= simulate(folder / "verilog", case["architecture"])
    if "yosys" in tools:
        row |= synthesise(folder / "verilog")
    if {"yosys", "nextpnr-ice40"} <= tools:
        row |= place(folder / "verilog", row.get("lut", row["lut_estimate"]))
    return row


HEAD = ("network                    bound  method   inputs  circuit   lanes  mult.    LUT  est.     FF  DSP  est. BRAM  "
        "cycles  est. interval  paper   HX8K cells    MHz")


def line(row):
    start = f"{row['network']:26} {row['error']:>5}  {row['method']:8} {row['out_of_range']:6}  {row['architecture']:8} "
    if row["refused"]:
        return start + row["refused"][:150]
    cell = lambda key: row.get(key, "-")
    return (start + f"{cell('lanes'):>6} {cell('multiplications'):>6} {cell('lut'):>6} {cell('lut_estimate'):>5} "
            f"{cell('ff'):>6} {cell('dsp'):>4} {cell('dsp_estimate'):>5} {cell('block_ram'):>4} "
            f"{cell('cycles'):>7} {cell('cycles_estimate'):>5} {cell('interval'):>8} {cell('paper_cycles') or '-':>6} "
            f"{row.get('ice40_cells', row.get('ice40', '-')):>12} {cell('ice40_mhz'):>6}")


def ratios(rows):
    """How much of the repaired aster's design ours takes, where both went through the generator."""
    by_case = {(row["network"], row["error"], row["out_of_range"], row["method"]): row for row in rows if "lut" in row}
    lines = []
    for (network, error, outside, method), ours in by_case.items():
        other = by_case.get((network, error, outside, "aster"))
        if method != "certifix" or other is None:
            continue
        share = lambda key: f"{ours[key] / other[key]:.3f}" if other.get(key) and ours.get(key) else "-"
        lines.append(f"{network:26} {error:>5}  {outside:6} {share('lut'):>7} {share('ff'):>7} {share('cycles'):>7}")
    return lines


def accuracy(rows):
    lines = []
    for architecture in ("parallel", "folded"):
        chosen = [row for row in rows if row["architecture"] == architecture and row.get("lut")]
        if not chosen:
            continue
        off = lambda row: abs(row["lut_estimate"] / row["lut"] - 1)
        worst = max(chosen, key=off)
        exact = [row for row in chosen if row["dsp_estimate"] == row["dsp"] and row["cycles_estimate"] == row.get("cycles", row["cycles_estimate"])]
        lines.append(f"{architecture}: {len(chosen)} circuits, LUT estimate off by {100 * sum(map(off, chosen)) / len(chosen):.1f} % in the "
                     f"mean, {100 * off(worst):.1f} % at worst ({worst['network']} {worst['error']}, {worst['out_of_range']}); "
                     f"DSPs and cycles exact in {len(exact)}")
    return lines


def main():
    parser = argparse.ArgumentParser(description="cells and cycles of the Verilog")
    parser.add_argument("--networks", help="rows of the table, separated by commas; all by default")
    parser.add_argument("--errors", default="1e-3", help="bounds (default %(default)s)")
    parser.add_argument("--methods", default="certifix", help="certifix, aster (default %(default)s)")
    parser.add_argument("--out-of-range", default="none", help="none, clamp (default %(default)s)")
    parser.add_argument("--levels", default="3", help="adders between two registers, at most (default %(default)s)")
    parser.add_argument("--folded", default=FOLDED, help="networks of the folded circuit (default %(default)s)")
    parser.add_argument("--no-ice40", action="store_true", help="without placement and routing")
    parser.add_argument("--out", type=Path, default=Path("build/bench/hardware"), help="folder of the results (default %(default)s)")
    arguments = parser.parse_args()
    out = arguments.out.resolve() / "fpga"
    chosen = subjects(out, arguments.networks)
    folded = arguments.folded.split(",")
    cases = [(subject, {"error": error, "method": method, "out_of_range": outside, "levels": arguments.levels,
                        "architecture": "folded" if subject["network"] in folded else "parallel"})
             for subject in chosen for error in arguments.errors.split(",")
             for outside in arguments.out_of_range.split(",") for method in arguments.methods.split(",")]
    paper = paper_cycles(Path(chosen[0]["paper"]))
    rows = []
    tools = set(TOOLS) - set(missing(TOOLS)) - ({"nextpnr-ice40"} if arguments.no_ice40 else set())
    print(HEAD, flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in pool.map(lambda case: measure(*case, tools, paper), cases):
            rows.append(row)
            print(line(row), flush=True)
    for text in ["", *accuracy(rows)]:
        print(text)
    shares = ratios(rows)
    if shares:
        print("\ncertifix / aster                                 LUT      FF  cycles")
        print("\n".join(shares))
    write_csv(out / "fpga.csv", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
