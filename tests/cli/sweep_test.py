"""certifix sweep from outside: the table, its files, and each way in which it can go wrong."""
import csv
import io
import json
import os
import unittest

from program import ProgramTest, run

SMALL = {"name": "small", "input": [["-1", "1"], ["0", "2"]],
         "layers": [{"weights": [["1", "-1"], ["1", "0"], ["-1", "0"]], "bias": ["0", "0", "0"],
                     "activation": "relu"},
                    {"weights": [["0.5", "-0.25", "0.3"]], "bias": ["0.1"], "activation": "linear"}]}


class Sweep(ProgramTest):
    def setUp(self):
        super().setUp()
        self.small = self.write("small.json", json.dumps(SMALL))
        self.out = self.folder / "out"

    def sweep(self, *arguments):
        return run("certifix", "sweep", self.small, "--out", self.out, *arguments)

    def rows(self):
        return json.loads((self.out / "sweep.json").read_text())["rows"]

    def test_a_table_of_proven_designs(self):
        answer = self.sweep("--errors", "0.001,0.1,1e-5", "--designs")
        self.accepted(answer, "3 of 3 bounds", r"\n  0\.1 +0\.0\d+ ", r"\n  1e-5 ")
        self.assertEqual(sorted(os.listdir(self.out)), ["designs", "sweep.csv", "sweep.json", "timing.json"])
        rows = self.rows()
        self.assertEqual([row["error_target"] for row in rows], ["0.1", "0.001", "1e-5"])
        areas = [row["cost"]["area"] for row in rows]
        self.assertEqual(areas, sorted(areas))
        for row in rows:
            self.assertTrue(row["verified"])
            self.assertLessEqual(float(row["error_proven"][0]), float(row["error_target"]))
            design = self.out / "designs" / row["error_target"]
            self.accepted(run("certifix-check", design, "--error", row["error_target"]), "^proven\n")
        self.accepted(run("certifix", "emit", self.out / "designs" / "0.001", "--target", "c"))
        table = list(csv.DictReader(io.StringIO((self.out / "sweep.csv").read_text())))
        self.assertEqual([int(row["area"]) for row in table], areas)
        self.assertEqual({row["status"] for row in table}, {"proven"})

    def test_a_range_of_bounds(self):
        self.accepted(self.sweep("--from", "1e-1", "--to", "1e-3", "--steps", "3", "--method", "uniform"))
        self.assertEqual([row["error_target"] for row in self.rows()], ["0.1", "0.01", "0.001"])

    def test_the_same_bytes_with_any_number_of_threads(self):
        first = self.sweep("--errors", "0.01,0.001", "--threads", "1", "--json").out
        files = {name: (self.out / name).read_bytes() for name in ("sweep.csv", "sweep.json")}
        self.assertEqual(files["sweep.json"].decode(), first)
        self.accepted(self.sweep("--errors", "0.001,0.01", "--threads", "3"))  # an earlier result is replaced
        for name, content in files.items():
            self.assertEqual((self.out / name).read_bytes(), content)

    def test_bounds_out_of_reach_are_rows(self):
        self.accepted(self.sweep("--errors", "0.1,1e-6", "--max-word", "8"), "unreachable; smallest bound reached: ")
        reached, no = self.rows()
        self.assertTrue(reached["verified"])
        self.assertFalse(no["verified"])
        self.assertGreater(float(no["smallest_bound"]), 1e-6)
        self.assertIn("--max-word", no["remedy"])
        answer = self.sweep("--errors", "1e-6,1e-7", "--max-word", "8")
        self.refused(answer, 1, "E060 not-reachable", "none of the bounds is reached")

    def test_a_time_limit(self):
        self.refused(self.sweep("--errors", "0.1,0.01", "--time-limit", "0.000001"), 5, "E062 limit-hit",
                     "the time limit is over; no design was verified so far, nothing is written")
        self.assertFalse(self.out.exists())

    def test_bad_options(self):
        for arguments in ([], ["--errors", "0"], ["--errors", "1,1"], ["--errors", "x"], ["--errors", "1,0.1", "--from", "1"],
                          ["--from", "1", "--to", "0.1"], ["--from", "1,2", "--to", "0.1", "--steps", "3"],
                          ["--errors", "1", "--granularity", "pixel"]):
            with self.subTest(arguments=arguments):
                self.refused(self.sweep(*arguments), 2, "E001 usage")
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
