"""The example that ships: its script still makes its files, its values hold, its demo runs."""
import filecmp
import json
import shutil
import subprocess
import sys
import unittest
from fractions import Fraction

from program import BUILD, SOURCE, ProgramTest, run

PENDULUM = SOURCE / "examples" / "pendulum"


class Example(ProgramTest):
    def test_training_gives_the_same_bytes(self):
        done = subprocess.run([sys.executable, "-B", PENDULUM / "train.py", self.folder], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout)
        for name in ("model.onnx", "box.vnnlib"):
            self.assertTrue(filecmp.cmp(self.folder / name, PENDULUM / name, shallow=False), name)

    def test_the_design_is_within_the_bound_at_the_expected_points(self):
        out = self.folder / "out"
        self.accepted(run("certifix", "quantize", PENDULUM / "model.onnx", "--box", PENDULUM / "box.vnnlib",
                          "--error", "0.002", "--out", out, "--quiet"))
        answer = run("certifix", "run", out, "--inputs", PENDULUM / "points.csv")
        self.accepted(answer)
        implemented = [Fraction(line) for line in answer.out.split()]
        real = [Fraction(line) for line in (PENDULUM / "expected.csv").read_text().split()]
        self.assertEqual(len(implemented), len(real))
        # expected.csv is rounded to 12 digits.
        worst = max(abs(a - b) for a, b in zip(implemented, real))
        self.assertLessEqual(worst, Fraction(2, 1000) + Fraction(1, 10**12))
        self.assertGreater(worst, 0)

    @unittest.skipUnless(shutil.which("iverilog"), "no iverilog here; './dev setup' installs it")
    def test_its_verilog_by_its_own_makefile(self):
        for architecture, out_of_range in (("parallel", "clamp"), ("parallel", "none"), ("folded", "clamp")):
            out = self.folder / (architecture + out_of_range)
            self.accepted(run("certifix", "quantize", PENDULUM / "model.onnx", "--box", PENDULUM / "box.vnnlib",
                              "--error", "0.01", "--granularity", "layer", "--out", out, "--quiet", "--target", "verilog",
                              "--architecture", architecture, "--out-of-range", out_of_range))
            done = subprocess.run(["make", "-s", "-C", out / "verilog", "sim"], text=True, timeout=300,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertRegex(done.stdout, r"^PASS pendulum: \d{4,} vectors, latency \d+ cycles\n$")

    def test_same_input_same_bytes_with_any_number_of_threads(self):
        out = self.folder / "out"

        def files(threads):
            self.accepted(run("certifix", "quantize", PENDULUM / "model.onnx", "--box", PENDULUM / "box.vnnlib",
                              "--error", "0.002", "--out", out, "--quiet", "--threads", threads))
            return {p.relative_to(out): p.read_bytes() for p in out.rglob("*")
                    if p.is_file() and p.name != "timing.json"}

        first = files(1)
        self.assertEqual(first, files(3))
        self.assertGreater(len(first), 6)

    def test_the_demo(self):
        done = subprocess.run([PENDULUM / "demo", BUILD, self.folder / "out"], text=True, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("\nproven\n", done.stdout)
        self.assertRegex(done.stdout, r"PASS pendulum: \d{4,} vectors")
        report = json.loads((self.folder / "out/report.json").read_text())
        self.assertTrue(report["verified"])
        self.assertLessEqual(float(report["error_proven"][0]), 0.01)


if __name__ == "__main__":
    unittest.main()
