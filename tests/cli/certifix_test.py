"""The program certifix from outside: each command's answer, and each way in which it can go wrong."""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

from program import BUILD, SOURCE, ProgramTest, run

PENDULUM = SOURCE / "examples" / "pendulum"
MODEL, BOX = PENDULUM / "model.onnx", PENDULUM / "box.vnnlib"

# y = 0.5 relu(x_0 - x_1) - 0.25 x_0 + 0.1 as an exact-decimal model with its box.
SMALL = {"name": "small", "input": [["-1", "1"], ["0", "2"]],
         "layers": [{"weights": [["1", "-1"], ["1", "0"], ["-1", "0"]], "bias": ["0", "0", "0"],
                     "activation": "relu"},
                    {"weights": [["0.5", "-0.25", "0.25"]], "bias": ["0.1"], "activation": "linear"}]}


class Certifix(ProgramTest):
    def setUp(self):
        super().setUp()
        self.small = self.write("small.json", json.dumps(SMALL))
        self.out = self.folder / "out"

    def quantize(self, *arguments, model=None, error="0.01", **how):
        return run("certifix", "quantize", model or self.small, "--error", error, "--out", self.out,
                   *arguments, **how)

    def quantized(self, *arguments, **how):
        answer = self.quantize(*arguments, **how)
        self.accepted(answer)
        return answer

    def assert_nothing_written(self):
        self.assertEqual(sorted(os.listdir(self.folder)), ["small.json"])


class Quantize(Certifix):
    def test_writes_a_proven_design(self):
        answer = self.quantized("--target", "c,hls")
        self.assertIn("small: proven on the whole box", answer.out)
        self.assertEqual(sorted(os.listdir(self.out)),
                         ["c", "certificate.txt", "design.json", "hls", "problem.txt", "report.json",
                          "timing.json"])
        self.accepted(run("certifix-check", self.out, "--error", "0.01"), "^proven\n")

    def test_every_method_keeps_the_bound(self):
        for method in ("certifix", "aster", "uniform"):
            with self.subTest(method=method):
                report = json.loads(self.quantized("--method", method, "--json").out)
                self.assertEqual((report["method"], report["verified"]), (method, True))
                self.accepted(run("certifix-check", self.out, "--error", "0.01"))

    def test_neurons_are_never_dearer_than_layers(self):
        area = {}
        for granularity in ("layer", "neuron"):
            report = json.loads(self.quantized("--granularity", granularity, "--json").out)
            self.accepted(run("certifix-check", self.out, "--error", "0.01"))
            area[granularity] = report["cost"]["area"]
        self.assertLessEqual(area["neuron"], area["layer"])
        self.assertEqual(json.loads(self.quantized("--json").out), report)  # neurons by default

    def test_weights_with_few_digits(self):
        reports = {}
        for granularity in ("neuron", "weight"):
            reports[granularity] = json.loads(
                self.quantized("--cost", "lut", "--granularity", granularity, "--json").out)
            self.accepted(run("certifix-check", self.out, "--error", "0.01"))
        self.assertLessEqual(reports["weight"]["cost_model"]["value"], reports["neuron"]["cost_model"]["value"])
        again = self.quantized("--cost", "lut", "--granularity", "weight", "--threads", "1", "--json").out
        self.assertEqual(json.loads(again), reports["weight"])

    def test_each_cost_model_is_cheapest_in_its_own_measure(self):
        own = self.write("own.json", '{"name": "own", "weights": {"weight_bits": 3}, "table": [[1, 2], [2, 3]]}')
        reports = {}
        for model in ("area", "memory", "lut", "mcu", "paper", str(own)):
            for granularity in ("network", "layer", "neuron"):
                report = json.loads(self.quantized("--cost", model, "--granularity", granularity, "--json").out)
                self.accepted(run("certifix-check", self.out, "--error", "0.01"))
                self.assertGreater(report["cost_model"]["value"], 0)
                reports[model, granularity] = report
        name = {str(own): "own"}
        for (model, _), report in reports.items():
            self.assertEqual(report["cost_model"]["name"], name.get(model, model))
        for granularity in ("network", "layer", "neuron"):
            self.assertLessEqual(reports["paper", granularity]["cost"]["paper_cost"],
                                 reports["area", granularity]["cost"]["paper_cost"])
            memory = reports["memory", granularity]
            self.assertEqual(memory["cost_model"]["value"], memory["cost"]["weight_bits"] + memory["cost"]["bias_bits"])
            mcu = reports["mcu", granularity]
            self.assertAlmostEqual(mcu["cost_model"]["value"],
                                   mcu["program"]["cortex_m0"] + mcu["program"]["flash_bytes"])
        self.assertIn("cost model memory:", self.quantized("--cost", "memory").out)

    def test_the_gap_is_stated_where_it_is_asked_for(self):
        self.assertNotIn("gap", json.loads(self.quantized("--json").out)["cost_model"])
        for granularity in ("layer", "neuron"):
            model = json.loads(self.quantized("--gap", "--granularity", granularity, "--json").out)["cost_model"]
            self.assertEqual(model["gap_source"], "exact dual bound")
            self.assertGreaterEqual(model["gap"], 0)
            self.assertLess(model["gap"], 0.01)
            self.assertGreaterEqual(model["gap_of_design"], model["gap"])
            self.assertLess(model["gap_of_design"], 0.3)
        self.assertIn("model solved to 0.00 % (exact dual bound)", self.quantized("--gap").out)
        model = json.loads(self.quantized("--gap", "--cost", "mcu", "--json").out)["cost_model"]
        self.assertNotIn("gap", model)

    def test_a_bad_file_of_costs(self):
        self.refused(self.quantize("--cost", str(self.write("bad.json", '{"name": "n", "weights": {"areas": 1}}'))),
                     3, "E051 malformed-cost", "bad.json: weights", "the figures are")
        self.refused(self.quantize("--cost", str(self.folder / "none.json")), 6, "E003", "none.json")
        self.assertFalse(self.out.exists())

    def test_one_format_for_the_whole_network(self):
        report = json.loads(self.quantized("--granularity", "network", "--json").out)
        self.accepted(run("certifix-check", self.out, "--error", "0.01"))
        layers = report["layers"][1:]
        self.assertEqual(len({(layer["signed"], *layer["bits"], *layer["lsb"]) for layer in layers}), 1)
        self.assertEqual(layers[0]["lsb"][0], layers[0]["lsb"][1])

    def test_the_report_has_the_promised_fields(self):
        printed = self.quantized("--json").out
        self.assertEqual(printed, (self.out / "report.json").read_text())
        report = json.loads(printed)
        self.assertEqual(report["error_target"], ["0.01"])
        self.assertLessEqual(float(report["error_proven"][0]), 0.01)
        for field in ("multiplications", "weight_bits", "area", "csd_digits", "adder_bits",
                      "max_word_bits", "max_accumulator_bits", "paper_cost"):
            self.assertGreater(report["cost"][field], 0, field)
        self.assertEqual(report["simplify"]["multiplications_before"], 7)
        # The neurons of x_0 and -x_0 on [-1, 1] and of x_0 - x_1: none is stable.
        self.assertEqual(report["simplify"]["neurons_unstable"], 3)
        self.assertEqual([layer["rows"] for layer in report["layers"]], [2, 3, 1])
        shares = sum(layer["error_share_rounding_percent"] + layer.get("error_share_weights_percent", 0)
                     for layer in report["layers"])
        self.assertAlmostEqual(shares, 100, delta=0.5)

    def test_an_earlier_result_is_replaced_as_a_whole(self):
        self.quantized("--target", "c,hls")
        self.quantized("--target", "c")
        self.assertFalse((self.out / "hls").exists())
        self.assertEqual(sorted(os.listdir(self.folder)), ["out", "small.json"])

    def test_the_literal_text_of_the_bound_counts(self):
        self.quantized(error="0.1e-1")
        self.assertIn("\nfunctional 1/100 1\n", (self.out / "problem.txt").read_text())

    def test_exact_inputs_and_no_clamp(self):
        self.quantized("--input-exact", "6,4", "--out-of-range", "none")
        problem = (self.out / "problem.txt").read_text()
        self.assertIn("\ninput -1 1 grid 6\ninput 0 2 grid 4\nout-of-range none\n", problem)
        self.accepted(run("certifix-check", self.out),
                      r"with x_0 a multiple of 2\^-6, x_1 a multiple of 2\^-4", "nothing is promised outside")

    def test_limits(self):
        self.quantized("--max-word", "20", "--max-accumulator", "40")
        self.assertIn("\nlimit word 20\nlimit accumulator 40\n", (self.out / "problem.txt").read_text())
        self.quantized("--max-word", "none", "--target", "hls")
        self.assertIn("\nlimit word none\nlimit accumulator none\n", (self.out / "problem.txt").read_text())

    def test_a_bound_out_of_reach_is_an_answer(self):
        self.refused(self.quantize("--max-word", "6", error="1e-6"), 1, "E060 not-reachable",
                     r"smallest bound reached is \S+")
        self.assert_nothing_written()
        answer = self.quantize("--max-word", "6", "--json", error="1e-6")
        self.assertEqual(answer.code, 1)
        no = json.loads(answer.out)
        self.assertFalse(no["verified"])
        self.assertGreater(float(no["smallest_bound"]), 1e-6)

    def test_weights_beyond_doubles_are_no_bug(self):
        for weight in ("1e200", "-1e400"):
            layer = {"weights": [[weight]], "bias": ["0"], "activation": "linear"}
            model = self.write("huge.json", json.dumps({"name": "huge", "input": [["1", "2"]], "layers": [layer, layer]}))
            self.refused(self.quantize(model=model), 1, "E060 not-reachable")

    def test_write_lp(self):
        lp = self.folder / "model.lp"
        self.quantized("--write-lp", lp)
        self.assertRegex(lp.read_text(), r"(?i)minimi[sz]e")

    def test_bad_bounds(self):
        for error in ("0", "-1", "-0.001", "0.0", "abc", "", "1,,1", "1e", "inf", "nan", "0x1", "1/3", "1;1"):
            with self.subTest(error=error):
                self.refused(self.quantize(error=error), 2, "E001 usage", "--error")
        self.refused(self.quantize(error="1,1"), 2, "E001", "2 bounds, the network 1 output")
        self.assert_nothing_written()

    def test_bad_options(self):
        for arguments in (["--method", "best"], ["--granularity", "pixel"], ["--out-of-range", "wrap"],
                          ["--threads", "0"], ["--threads", "x"], ["--max-word", "0"], ["--max-word", "many"],
                          ["--max-accumulator", "-3"], ["--input-bits", "1,2,3"], ["--input-bits", "x"],
                          ["--input-exact", "1,2,3"], ["--target", ""], ["--target", "fortran"],
                          ["--target", "c,c"], ["--levels", "0"], ["--architecture", "systolic"],
                          ["--architecture", "folded", "--lanes", "0"], ["--lanes", "4"],
                          ["--architecture", "parallel", "--cycles", "9"], ["--max-dsps", "-1"],
                          ["--architecture", "folded", "--lanes", "4", "--cycles", "9"],
                          ["--time-limit", "-1"], ["--aster-fraction", "5"],
                          ["--aster-fraction", "9:5"], ["--cost", "space"], ["--nonsense"], ["second-model.json"]):
            with self.subTest(arguments=arguments):
                self.refused(self.quantize(*arguments), 2, "E001 usage")
        self.assert_nothing_written()

    def test_what_is_not_in_this_version(self):
        for arguments in (["--method", "aster", "--granularity", "neuron"], ["--method", "uniform", "--granularity", "weight"],
                          ["--method", "uniform", "--granularity", "layer"]):
            with self.subTest(arguments=arguments):
                self.refused(self.quantize(*arguments), 2, "E002 not-in-this-version")
        self.assert_nothing_written()

    def test_bad_files(self):
        self.refused(self.quantize(model=self.folder / "nowhere.onnx"), 6, "E003", "nowhere.onnx")
        self.refused(self.quantize(model=self.folder), 3, "E013")
        cut = self.write("cut.onnx", MODEL.read_bytes()[:700])
        self.refused(self.quantize("--box", BOX, model=cut), 3, "E010", "cut.onnx")
        cut.unlink()
        empty = self.write("empty.onnx", b"")
        self.refused(self.quantize("--box", BOX, model=empty), 3, "E010", "empty.onnx")
        empty.unlink()
        self.refused(self.quantize(model=MODEL), 2, "E001", "no box of its own")
        self.refused(self.quantize("--box", self.folder / "none.vnnlib"), 6, "E003", "none.vnnlib")
        bad = self.write("bad.vnnlib", "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(assert (<= X_0 1)")
        self.refused(self.quantize("--box", bad), 3, "E030", r"bad\.vnnlib: line 3, column 1")
        bad.write_text(BOX.read_text().replace("(assert (<= X_1 4.0))", ""))
        self.refused(self.quantize("--box", bad), 3, "E033", "X_1")
        bad.write_text(BOX.read_text().replace("-4.0", "5.0"))
        self.refused(self.quantize("--box", bad), 3, "E032")
        bad.unlink()
        bad = self.write("bad.json", '{"inputs": [[0, 1]]}')
        self.refused(self.quantize("--box", bad), 3, "E031", "1 inputs, the network 2")
        bad.unlink()
        self.assert_nothing_written()

    def test_a_network_that_memory_cannot_hold_is_refused_at_once(self):
        wide = self.write("wide.json", json.dumps(
            {"name": "wide", "input": [["-1", "1"]],
             "layers": [{"weights": [["1"]] * 200000, "bias": ["0"] * 200000, "activation": "linear"}]}))
        too_large = 3, "E020 too-large", r"about 200\d\d GB of memory, there are \d+; .* 200000 rows"
        self.refused(self.quantize(model=wide), *too_large)
        self.refused(run("certifix", "sweep", wide, "--errors", "0.1", "--out", self.out), *too_large)
        self.refused(run("certifix", "analyze", wide, "--weight-bits", "8", "--activation-bits", "8"), *too_large)
        wide.unlink()
        self.assert_nothing_written()

    def test_an_empty_grid_is_refused(self):
        box = self.write("thin.json", '{"inputs": [["0.1", "0.2"], [0, 1]]}')
        self.refused(self.quantize("--box", box, "--input-exact", "0"), 3, "E035 empty-grid",
                     r"no multiple of 2\^0 lies in \[0\.1, 0\.2\], the box of input 0")

    def test_a_folder_of_others_is_not_touched(self):
        self.write("out/thesis.tex", "years of work")
        self.refused(self.quantize(), 6, "E004", "thesis.tex")
        self.assertEqual((self.out / "thesis.tex").read_text(), "years of work")
        (self.out / "thesis.tex").rename(self.out / "report.json")
        self.refused(self.quantize(), 6, "E004", "not an earlier result")
        self.write("file", "")
        for out in (self.folder / "file", self.folder / "file/deeper", "/", "/proc/certifix/out", "/dev/null"):
            with self.subTest(out=out):
                self.refused(run("certifix", "quantize", self.small, "--error", "1", "--out", out), 6, "E004")

    def test_an_empty_folder_and_a_new_one_deep_down_are_written(self):
        self.out.mkdir()
        self.quantized()
        self.out = self.folder / "a/b/c"
        self.quantized()
        self.assertEqual(os.listdir(self.folder / "a/b"), ["c"])

    def test_a_full_disk_leaves_nothing(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
        self.refused(self.quantize(preexec=limit), 6, "E004", "cannot be written")
        self.assert_nothing_written()
        self.quantized()
        before = (self.out / "certificate.txt").read_bytes()
        self.refused(self.quantize(preexec=limit, error="0.001"), 6, "E004")
        self.assertEqual((self.out / "certificate.txt").read_bytes(), before)
        self.assertEqual(sorted(os.listdir(self.folder)), ["out", "small.json"])

    def test_a_closed_standard_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            self.refused(self.quantize(stdout=full), 6, "E004")

    def test_quiet_and_pipes_are_silent(self):
        self.assertEqual(self.quantized("--quiet").out, "")

    def test_a_time_limit_ends_with_exit_5(self):
        self.refused(self.quantize("--box", BOX, "--time-limit", "0.000001", model=MODEL, error="0.0001"), 5,
                     "E062 limit-hit", "the time limit is over; no design was verified so far, nothing is written")
        self.assert_nothing_written()

    def test_an_interruption_ends_with_exit_5(self):
        process = subprocess.Popen([BUILD / "certifix", "quantize", MODEL, "--box", BOX, "--error", "0.0001",
                                    "--out", self.out, "--write-lp", "/dev/null"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        status = pathlib.Path(f"/proc/{process.pid}/status")

        def catches_interrupts():
            caught = int(re.search(r"^SigCgt:\s*(\w+)", status.read_text(), re.M).group(1), 16)
            return caught >> (signal.SIGINT - 1) & 1

        while process.poll() is None and not catches_interrupts():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
        self.assertEqual((process.returncode, out), (5, ""), err)
        self.assertIn("interrupted; no design was verified so far, nothing is written", err)
        self.assert_nothing_written()


class Verify(Certifix):
    def verify(self, *arguments, model=None):
        return run("certifix", "verify", self.out, "--model", model or self.small, *arguments)

    def test_the_proof_is_about_this_model(self):
        self.quantized()
        self.accepted(self.verify(), r"small\.json, proven", "For every real x")
        self.accepted(self.verify("--error", "0.01"))
        self.accepted(self.verify("--quiet"))

    def test_another_model_box_or_bound_is_noticed(self):
        self.quantized()
        other = json.loads(json.dumps(SMALL))
        other["layers"][0]["weights"][2][0] = "-1.0000001"
        model = self.write("other.json", json.dumps(other))
        self.refused(self.verify(model=model), 4, "E043 problem-mismatch", r"problem\.txt: line 1\d",
                     "other.json gives")
        box = self.write("box.json", '{"inputs": [[-1, 1], [0, 3]]}')
        self.refused(self.verify("--box", box), 4, "E043", "line 5", "input 0 2 real.*input 0 3 real")
        self.refused(self.verify("--error", "0.009"), 4, "E042", r"output 0 is promised within 0\.01")

    def test_a_model_without_box_is_compared_without_it(self):
        self.accepted(run("certifix", "quantize", MODEL, "--box", BOX, "--error", "0.05", "--out", self.out,
                          "--granularity", "layer", "--quiet"))
        answer = self.verify(model=MODEL)
        self.assertEqual(answer.code, 0)
        self.assertIn("warning: the box is taken from problem.txt", answer.err)
        self.accepted(self.verify("--box", BOX, model=MODEL))

    def test_a_changed_certificate_is_rejected(self):
        self.quantized()
        path = self.out / "certificate.txt"
        text = path.read_text()
        path.write_text(text.replace("clamp yes", "clamp no"))
        self.refused(self.verify(), 4, "E042", "R-CLAMP")
        for command in (["emit", self.out], ["attack", self.out], ["run", self.out, "--inputs", self.small]):
            self.refused(run("certifix", *command), 4, "E042", "R-CLAMP")
        path.write_text(text[:-5])
        self.refused(self.verify(), 3, "E041")
        path.unlink()
        self.refused(self.verify(), 6, "E003", "certificate.txt")

    def test_usage(self):
        self.refused(run("certifix", "verify", self.out), 2, "E001", "--model")
        self.refused(run("certifix", "verify"), 2, "E001")
        self.refused(self.verify("--error", "x"), 2, "E001")


class Emit(Certifix):
    def test_replaces_the_folders_of_the_targets(self):
        self.quantized()
        self.write("out/c/stale.c", "")
        answer = run("certifix", "emit", self.out, "--target", "c,hls")
        self.accepted(answer, r"out/c/small\.c\n", "out/hls/")
        self.assertFalse((self.out / "c/stale.c").exists())
        self.assertEqual(sorted(os.listdir(self.out)),
                         ["c", "certificate.txt", "design.json", "hls", "problem.txt", "report.json",
                          "timing.json"])

    def test_levels_decide_where_registers_are(self):
        self.quantized("--target", "verilog", "--levels", "1")
        module = self.out / "verilog/small.v"
        latencies = []
        for levels in (1, 2, 8):
            if levels > 1:
                self.accepted(run("certifix", "emit", self.out, "--target", "verilog", "--levels", levels))
            text = module.read_text()
            self.assertIn(f"At most {levels} additions stand between two registers.", text)
            latencies.append(int(re.search(r"localparam LATENCY = (\d+);", text)[1]))
        self.assertEqual(latencies, sorted(latencies, reverse=True))
        self.assertLess(latencies[-1], latencies[0])

    def test_the_theorem_of_a_small_network_as_scripts_for_gappa(self):
        self.quantized("--leaves", "1", "--no-simplify", "--target", "gappa")
        scripts = sorted(path.name for path in (self.out / "gappa").iterdir())
        self.assertEqual((scripts[0], scripts[1]), ("Makefile", "small_1.gappa"))
        if shutil.which("gappa") is None:
            self.skipTest("no gappa here; './dev setup' installs it")
        proof = subprocess.run(["make", "-s", "-C", self.out / "gappa"], capture_output=True, text=True)
        self.assertEqual(proof.returncode, 0, proof.stdout + proof.stderr)

    def test_architecture_is_chosen_and_explained(self):
        self.quantized("--box", BOX, "--no-simplify", "--target", "verilog", model=MODEL)
        report = json.loads((self.out / "report.json").read_text())["verilog"]
        self.assertEqual(report["architecture"], "parallel")
        self.assertEqual(report["folded"]["interval"], report["folded"]["latency"])
        module = self.out / "verilog/pendulum.v"
        cycles = {}
        for lanes in (1, 2):
            self.accepted(run("certifix", "emit", self.out, "--target", "verilog", "--architecture", "folded",
                              "--lanes", lanes), "folded: ")
            cycles[lanes] = int(re.search(r"localparam LATENCY = (\d+);", module.read_text())[1])
            self.assertIn(f"localparam LANES = {lanes};", module.read_text())
        self.accepted(run("certifix", "emit", self.out, "--target", "verilog", "--max-luts", report["parallel"]["luts"]),
                      "verilog parallel: ")
        self.assertLess(cycles[2], cycles[1])
        self.accepted(run("certifix", "emit", self.out, "--target", "verilog", "--architecture", "folded",
                          "--cycles", cycles[1]), rf"1 lane .* at most {cycles[1]} cycles")
        self.refused(run("certifix", "emit", self.out, "--target", "verilog", "--architecture", "folded",
                         "--cycles", "3"), 1, "E061", "--cycles")
        self.refused(run("certifix", "emit", self.out, "--target", "verilog", "--max-luts", "1"), 1, "E061",
                     "--max-luts")

    def test_a_clock_chooses_the_levels_of_adders(self):
        self.quantized("--quiet")
        for clock, levels in (("10", 3), ("6", 1), ("7.9", 1), ("20", 8)):
            self.accepted(run("certifix", "emit", self.out, "--target", "verilog", "--architecture", "parallel",
                              "--clock-ns", clock, "--quiet"))
            module = next(path for path in (self.out / "verilog").glob("*.v") if not path.stem.endswith("_test"))
            self.assertIn(f"At most {levels} addition", module.read_text())

    def test_options_of_hls(self):
        self.quantized("--quiet")
        self.accepted(run("certifix", "emit", self.out, "--target", "hls", "--quiet"))
        code = lambda: "".join(path.read_text() for path in (self.out / "hls").glob("*.cpp"))
        self.assertIn("#pragma HLS PIPELINE", code())
        self.accepted(run("certifix", "emit", self.out, "--target", "hls", "--clock-ns", "4.5", "--hls-part",
                          "xcku5p-ffvb676-2-e", "--no-hls-pragmas", "--quiet"))
        self.assertNotIn("#pragma", code())
        script = (self.out / "hls/run_vitis.tcl").read_text()
        self.assertIn("set part xcku5p-ffvb676-2-e\nset clock_ns 4.5\n", script)

    def test_a_target_that_refuses_costs_quantize_its_sources_alone(self):
        self.refused(self.quantize("--target", "verilog", "--architecture", "folded", "--cycles", "3"), 1, "E061",
                     "--cycles", "without source code")
        self.assertFalse((self.out / "verilog").exists())
        self.accepted(run("certifix-check", self.out))
        self.accepted(run("certifix", "emit", self.out, "--target", "verilog", "--quiet"))

    def test_a_target_that_refuses_changes_nothing(self):
        self.quantized("--box", BOX, "--target", "hls", "--method", "uniform", "--max-accumulator", "none",
                       model=MODEL, error="1e-9")
        self.refused(run("certifix", "emit", self.out, "--target", "hls,c"), 1, "E061", "64")
        self.assertFalse((self.out / "c").exists())

    def test_usage(self):
        self.quantized()
        self.refused(run("certifix", "emit", self.out, "--target", "verilog", "--clock-ns", "5"), 2, "E001", "--levels 1")
        self.refused(run("certifix", "emit", self.out, "--target", "hls", "--clock-ns", "2e6"), 2, "E001", "--clock-ns")
        self.refused(run("certifix", "emit", self.out, "--target", "hls", "--hls-part", "x; rm"), 2, "E001", "--hls-part")
        self.refused(run("certifix", "emit", self.out, "--levels", "none"), 2, "E001")
        self.refused(run("certifix", "emit", self.out, "--target", "x"), 2, "E001")
        self.refused(run("certifix", "emit", self.folder / "none"), 6, "E003")


class Run(Certifix):
    def setUp(self):
        super().setUp()
        self.quantized("--quiet")

    def evaluate(self, text, *arguments):
        return run("certifix", "run", self.out, "--inputs", self.write("x.csv", text), *arguments)

    def test_reals_in_exact_decimals_out(self):
        answer = self.evaluate("0.5,0.25\r\n\n -1 , 2\n")
        self.accepted(answer)
        outputs = [float(line) for line in answer.out.split()]
        self.assertEqual(len(outputs), 2)
        self.assertAlmostEqual(outputs[0], 0.5 * 0.25 - 0.25 * 0.5 + 0.1, delta=0.01)
        self.assertAlmostEqual(outputs[1], 0.25 + 0.1, delta=0.01)

    def test_inputs_outside_the_box_are_clamped(self):
        self.assertEqual(self.evaluate("-77,1e30\n").out, self.evaluate("-1,2").out)

    def test_codes_in_codes_out(self):
        self.accepted(self.evaluate("0,0\n3,-2\n", "--codes"), r"^-?\d+\n-?\d+\n$")
        self.refused(self.evaluate("0,0.5\n", "--codes"), 3, "E050", "line 1")

    def test_malformed_rows(self):
        for text, place in (("1,2\n1,x\n", "line 2, column 3"), ("1\n", "line 1, column 1"),
                            ("1,2,3\n", "line 1, column 5"), ("x_0,x_1\n1,2\n", "line 1, column 1"),
                            ("1,2\n\n1,\n", "line 3, column 3"), ("1,2\n1 2,3\n", "line 2, column 1"),
                            ("1,nan\n", "line 1, column 3"), ("1,\x01\x02\n", "line 1, column 3"),
                            ("1,1e99999999\n", "line 1, column 3")):
            with self.subTest(text=text):
                self.refused(self.evaluate(text), 3, "E050 malformed-inputs", place)

    def test_inputs_of_a_design_that_does_not_clamp_must_lie_in_the_box(self):
        self.quantized("--quiet", "--out-of-range", "none")
        self.accepted(self.evaluate("1,2\n"))
        self.refused(self.evaluate("1,2\n1,3\n"), 3, "E050", r"x\.csv: line 2")

    def test_files(self):
        self.refused(run("certifix", "run", self.out, "--inputs", self.folder / "no.csv"), 6, "E003")
        self.refused(run("certifix", "run", self.out), 2, "E001", "--inputs")
        self.refused(run("certifix", "run", self.folder, "--inputs", self.write("x.csv", "1,2")), 6, "E003")


class Attack(Certifix):
    def test_finds_less_than_was_proven(self):
        self.quantized("--quiet")
        self.accepted(run("certifix", "attack", self.out, "--evaluations", "2000"),
                      r"small: \d+ inputs tried", r"largest error found \S+, \S+ % of the proven")
        report = json.loads((self.out / "report.json").read_text())
        found = json.loads(run("certifix", "attack", self.out, "--evaluations", "2000", "--json").out)
        self.assertFalse(found["broken"])
        self.assertGreaterEqual(found["evaluations"], 2000)
        self.assertLessEqual(float(found["findings"][0]["error_found"]), float(report["error_proven"][0]))

    def test_is_reproducible(self):
        self.quantized("--quiet")
        answers = {run("certifix", "attack", self.out, "--evaluations", "3000", "--seed", "5", "--threads", n,
                       "--json").out for n in ("1", "2")}
        self.assertEqual(len(answers), 1)

    def test_replays_what_it_found(self):
        self.quantized("--quiet")
        found = json.loads(run("certifix", "attack", self.out, "--evaluations", "2000", "--json").out)
        points = self.write("found.csv", "0, 1\n" + ", ".join(found["findings"][0]["input"]) + "\n")
        again = json.loads(run("certifix", "attack", self.out, "--inputs", points, "--json").out)
        self.assertEqual((again["evaluations"], again["confirmed"]), (2, 2))
        self.assertEqual(again["findings"], found["findings"])
        self.refused(run("certifix", "attack", self.out, "--inputs", self.write("x.csv", "0, 1\n0, 3\n")), 3, "E050",
                     "input 2")
        self.refused(run("certifix", "attack", self.out, "--inputs", self.write("x.csv", "\n")), 3, "E050")

    def test_usage(self):
        for arguments in (["--evaluations", "0"], ["--evaluations", "-1"], ["--seed", "x"]):
            self.refused(run("certifix", "attack", self.out, *arguments), 2, "E001")


class Info(Certifix):
    def test_names_what_was_read(self):
        self.accepted(run("certifix", "info", MODEL), "opset 13", r"operators +Gemm 3, Relu 2\n",
                      r"parameters +337, float32\n", "every node is supported")
        data = json.loads(run("certifix", "info", MODEL, "--json").out)
        self.assertEqual((data["supported"], data["parameters"], len(data["nodes"])), (True, 337, 5))

    def test_names_what_is_not_supported(self):
        model = self.write("tanh.onnx", MODEL.read_bytes().replace(b"\x04Relu", b"\x04Tanh"))
        answer = run("certifix", "info", model)
        self.assertEqual(answer.code, 3)
        self.assertRegex(answer.out, r"unsupported node #1 'relu1' \(Tanh\): .+\n    help: .+\n")
        self.assertRegex(answer.out, r"unsupported node #3 'relu2' \(Tanh\)")
        self.refused(run("certifix", "quantize", model, "--box", BOX, "--error", "1", "--out", self.out), 3,
                     "E011 unsupported-operator", r"node #1 'relu1' \(Tanh, opset 13\)")

    def test_bad_files(self):
        self.refused(run("certifix", "info", self.folder / "no.onnx"), 6, "E003")
        self.refused(run("certifix", "info"), 2, "E001")


class Program(Certifix):
    def test_version_and_help(self):
        self.accepted(run("certifix", "--version"), r"^certifix \d+\.\d+\.\d+\n$")
        self.accepted(run("certifix", "--help"), "quantize", "certifix", "attack")
        self.accepted(run("certifix", "quantize", "--help"), "--error", "--max-word", "--clock-ns")

    def test_usage(self):
        for arguments in ([], ["frobnicate"], ["--nonsense"], ["quantize"], ["quantize", "--error"]):
            with self.subTest(arguments=arguments):
                self.refused(run("certifix", *arguments), 2, "E001 usage")
        self.refused(run("certifix", "frobnicate"), 2, "E001", "there is no command 'frobnicate'")


if __name__ == "__main__":
    unittest.main()
