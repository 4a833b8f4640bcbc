"""certifix analyze from outside: its figures on networks small enough to work out by hand, the forms of
its options, and each way in which it can go wrong."""
import json
import os
import unittest
from fractions import Fraction

from program import SOURCE, ProgramTest, run

PENDULUM = SOURCE / "examples" / "pendulum"

# y = 0.3 x on [1, 2].
LINE = {"name": "line", "input": [["1", "2"]],
        "layers": [{"weights": [["0.3"]], "bias": ["0"], "activation": "linear"}]}

# Of the hidden neurons on [1, 2], x is linear, 0.5 - x dead and x - 1.5 unstable.
THREE = {"name": "three", "input": [["1", "2"]],
         "layers": [{"weights": [["1"], ["-1"], ["1"]], "bias": ["0", "0.5", "-1.5"], "activation": "relu"},
                    {"weights": [["0.5", "0.25", "0.75"]], "bias": ["0"], "activation": "linear"}]}

# y = 1e200 (1e200 x) is beyond doubles.
HUGE = {"name": "huge", "input": [["1", "2"]],
        "layers": [{"weights": [["1e200"]], "bias": ["0"], "activation": "relu"},
                   {"weights": [["1e200"]], "bias": ["0"], "activation": "linear"}]}


class Analyze(ProgramTest):
    def setUp(self):
        super().setUp()
        self.line = self.write("line.json", json.dumps(LINE))
        self.three = self.write("three.json", json.dumps(THREE))

    def analyze(self, model, p, q, *arguments):
        return run("certifix", "analyze", model, "--weight-bits", p, "--activation-bits", q,
                   "--evaluations", "20000", *arguments)

    def analyzed(self, model, p, q, *arguments):
        answer = self.analyze(model, p, q, "--json", *arguments)
        self.accepted(answer)
        return json.loads(answer.out)


class Figures(Analyze):
    def test_the_proven_error_is_the_one_worked_out_by_hand(self):
        # With 4 fractional bits everywhere, in sixteenths unless said otherwise:
        #   the weight 0.3 becomes 5, which is 0.0125 too much; times x that is 0.01875 +- 0.00625;
        #   the accumulator has the grid 2^-8, and rounding from it to 2^-4 errs by 2^-9 +- (2^-5 - 2^-9);
        #   the bias takes back 5 / 2^8, the nearest to both middles, 0.020703125;
        #   the input is off by up to 2^-5, times 5/16.
        middle = Fraction(1875, 100000) + Fraction(1, 2**9) - Fraction(5, 2**8)
        proven = (Fraction(625, 100000) + middle + Fraction(1, 2**5) - Fraction(1, 2**9) +
                  Fraction(5, 16) / 2**5)
        # What the design really does: its error is linear between the edges of each input's rounding cell.
        worst = Fraction(0)
        for code in range(16, 33):
            output = Fraction((5 * code - 5 + 8) // 16, 16)
            for x in (max(Fraction(1), Fraction(2 * code - 1, 32)), min(Fraction(2), Fraction(2 * code + 1, 32))):
                worst = max(worst, abs(output - Fraction(3, 10) * x))

        result = self.analyzed(self.line, 4, 4)
        error, = result["error_proven"]
        self.assertTrue(proven <= Fraction(error) <= proven * Fraction(1000001, 1000000), error)
        found, = result["error_found"]
        self.assertTrue(worst * Fraction(99999, 100000) <= Fraction(found) <= worst, found)
        self.assertEqual(result["proven_over_found"], ["1.15"])
        # The shares are the four terms above, the middle among the weights.
        inputs, output = result["layers"]
        self.assertEqual(inputs["error_share_rounding_percent"], 21.0)
        self.assertEqual(output["error_share_rounding_percent"], 63.0)
        self.assertEqual(output["error_share_weights_percent"], 16.0)

    def test_formats_and_widths(self):
        inputs, output = self.analyzed(self.line, 4, 4)["layers"]
        # Codes 16..32 and 5..10; 5 * 32 - 5 + 8 fits 9 bits with a sign.
        self.assertEqual((inputs["signed"], inputs["bits"], inputs["lsb"]), (False, [6, 6], [-4, -4]))
        self.assertEqual((output["signed"], output["bits"], output["lsb"]), (False, [4, 4], [-4, -4]))
        self.assertEqual((output["weight_bits"], output["weight_lsb"], output["accumulator_bits"]), (4, -4, [9, 9]))
        lower, upper = map(float, output["range"])
        self.assertTrue(0.2999 <= lower <= 0.3 and 0.6 <= upper <= 0.6001)

    def test_neurons_by_layer(self):
        for arguments, rows in (([], 1), (["--no-simplify"], 3)):
            with self.subTest(arguments=arguments):
                result = self.analyzed(self.three, 4, 4, *arguments)
                _, hidden, output = result["network_layers"]
                self.assertEqual((hidden["rows"], hidden["dead"], hidden["linear"], hidden["unstable"]), (3, 1, 1, 1))
                self.assertEqual((output["dead"], output["linear"], output["unstable"]), (0, 0, 0))
                self.assertEqual([layer["rows"] for layer in result["layers"]], [1, rows, 1])
                self.assertEqual([layer["unstable_in_pair"] for layer in result["layers"][1:]], [1, 0])

    def test_a_neuron_can_be_unstable_in_the_pair_alone(self):
        # The real value is at least 0.01; with the weight rounded to 0 it may be off by 0.2.
        model = self.write("pair.json", json.dumps(
            {"name": "pair", "input": [["1", "2"]],
             "layers": [{"weights": [["0.4"]], "bias": ["-0.39"], "activation": "relu"},
                        {"weights": [["1"]], "bias": ["0"], "activation": "linear"}]}))
        result = self.analyzed(model, 0, 4, "--no-simplify")
        self.assertEqual([result["network_layers"][1][kind] for kind in ("dead", "linear", "unstable")], [0, 1, 0])
        self.assertEqual(result["layers"][1]["unstable_in_pair"], 1)

    def test_an_exact_design_has_no_error(self):
        model = self.write("half.json", json.dumps(
            {"name": "half", "input": [["-1", "1"]],
             "layers": [{"weights": [["0.5"]], "bias": ["0.25"], "activation": "linear"}]}))
        result = self.analyzed(model, 1, 3, "--input-exact", "2", "--input-bits", "2")
        self.assertEqual((result["error_proven"], result["error_found"]), (["0"], ["0"]))
        self.assertEqual(result["proven_over_found"], [None])
        self.accepted(self.analyze(model, 1, 3, "--input-exact", "2", "--input-bits", "2"),
                      r"error of output 0 +proven 0 +found 0 +proven / found -\n")

    def test_proven_is_at_least_found_and_more_leaves_prove_more(self):
        model = [PENDULUM / "model.onnx", "--box", PENDULUM / "box.vnnlib"]
        results = [self.analyzed(model[0], 10, 8, *model[1:], "--leaves", leaves) for leaves in ("1", "200")]
        for result in results:
            self.assertGreaterEqual(float(result["error_proven"][0]), float(result["error_found"][0]))
            self.assertGreater(float(result["error_found"][0]), 0)
            shares = sum(layer["error_share_rounding_percent"] + layer.get("error_share_weights_percent", 0)
                         for layer in result["layers"])
            self.assertAlmostEqual(shares, 100, delta=0.5)
        self.assertEqual(results[0]["leaves"], 1)
        self.assertTrue(1 < results[1]["leaves"] <= 200)
        self.assertLess(float(results[1]["error_proven"][0]), 0.9 * float(results[0]["error_proven"][0]))

    def test_same_answer_with_any_number_of_threads(self):
        answers = {self.analyze(PENDULUM / "model.onnx", 8, "8", "--box", PENDULUM / "box.vnnlib", "--json",
                                "--seed", "3", "--threads", threads).out for threads in ("1", "3")}
        self.assertEqual(len(answers), 1)


class Forms(Analyze):
    def test_lists_have_one_number_for_each_layer(self):
        result = self.analyzed(self.three, "6,3", "5,7")
        self.assertEqual([layer["lsb"] for layer in result["layers"]], [[-5, -5], [-5, -5], [-7, -7]])
        self.assertEqual([layer["weight_lsb"] for layer in result["layers"][1:]], [-6, -3])
        # One number serves all layers.
        self.assertEqual(self.analyzed(self.three, "6,6", "5,5"), self.analyzed(self.three, "6", "5"))

    def test_inputs_have_a_format_of_their_own(self):
        self.assertEqual(self.analyzed(self.three, 4, "5,7")["layers"][0]["lsb"], [-5, -5])
        self.assertEqual(self.analyzed(self.three, 4, "5,7", "--input-bits", "9")["layers"][0]["lsb"], [-9, -9])
        self.assertEqual(self.analyzed(self.three, 4, 5, "--input-bits", "-1")["layers"][0]["lsb"], [1, 1])
        # A declared grid is never refined.
        self.assertEqual(self.analyzed(self.three, 4, 5, "--input-exact", "3")["layers"][0]["lsb"], [-3, -3])

    def test_every_output_has_its_error(self):
        model = self.write("two.json", json.dumps(
            {"name": "two", "input": [["-1", "1"], ["-1", "1"]],
             "layers": [{"weights": [["0.7", "0.4"], ["-0.3", "0.9"]], "bias": ["0", "0"], "activation": "relu"},
                        {"weights": [["1.1", "-0.6"], ["0.001", "0.002"]], "bias": ["0", "0"],
                         "activation": "linear"}]}))
        result = self.analyzed(model, 12, "12,20")
        self.assertEqual(len(result["found_at"]), 2)
        self.assertEqual([len(point) for point in result["found_at"]], [2, 2])
        for proven, found, ratio in zip(*(result[key] for key in ("error_proven", "error_found", "proven_over_found"))):
            self.assertGreaterEqual(Fraction(proven), Fraction(found))
            self.assertGreaterEqual(float(ratio), 1)
        # The second output is small, and no worse proven for that.
        self.assertLess(float(result["error_proven"][1]), float(result["error_proven"][0]) / 10)
        self.assertLess(float(result["proven_over_found"][1]), 3)

    def test_the_page_numbers_the_layers_of_the_design(self):
        self.accepted(self.analyze(self.three, 4, 4), r"^three: proven on the whole box, inputs outside it are clamped\n",
                      r"\n  1 block1 +1 +1 +1  s2 2\^-4 +u4 2\^-4 ", r"\n  2 block2 ", "proof on 1 leaf;")
        self.accepted(self.analyze(self.three, 4, 4, "--out-of-range", "none"), r"^three: proven on the whole box\n")

    def test_the_fields(self):
        result = self.analyzed(self.three, 4, 4)
        self.assertEqual(list(result), ["network", "error_proven", "error_found", "proven_over_found", "found_at",
                                        "verified", "clamp", "leaves", "evaluations", "confirmed", "cost", "simplify",
                                        "network_layers", "layers"])
        self.assertEqual(result["simplify"], {"multiplications_before": 6, "multiplications_after": 3})
        self.assertGreaterEqual(result["evaluations"], 20000)

    def test_quiet_says_nothing_and_nothing_is_written(self):
        answer = self.analyze(self.three, 4, 4, "--quiet")
        self.assertEqual((answer.code, answer.out, answer.err), (0, "", ""))
        self.assertEqual(sorted(os.listdir(self.folder)), ["line.json", "three.json"])


class Refusals(Analyze):
    def test_numbers_that_are_none(self):
        for bits in ("-1", "x", "", "1.5", "4,", ",4", "4;4", "513", "4,-1", "1e1"):
            with self.subTest(bits=bits):
                self.refused(self.analyze(self.three, bits, 4), 2, "E001 usage", "--weight-bits")
                self.refused(self.analyze(self.three, 4, bits), 2, "E001 usage", "--activation-bits")

    def test_lists_of_the_wrong_length(self):
        self.refused(self.analyze(self.three, "4,4,4", 4), 2, "E001 usage",
                     "--weight-bits has 3 numbers, the network 2 layers: 'block1', 'block2'")
        self.refused(self.analyze(self.three, 4, "4,4,4"), 2, "E001 usage", "--activation-bits has 3 numbers")
        self.refused(self.analyze(self.three, 4, 4, "--input-bits", "4,4"), 2, "E001 usage",
                     "--input-bits has 2 numbers, the network 1 inputs")
        # On [2, 3] every neuron is stable: simplified, the network is one layer.
        box = self.write("stable.json", '{"inputs": [[2, 3]]}')
        self.refused(self.analyze(self.three, "4,4", 4, "--box", box), 2, "E001 usage",
                     "the network, simplified on the box, 1 layer", "with --no-simplify there are 2")
        self.accepted(self.analyze(self.three, "4,4", 4, "--box", box, "--no-simplify"))

    def test_other_options(self):
        for arguments in (["--input-bits", "x"], ["--threads", "0"], ["--leaves", "-1"], ["--evaluations", "0"],
                          ["--seed", "x"], ["--out-of-range", "wrap"], ["--error", "0.1"], ["--max-word", "8"],
                          ["--input-exact", "1,2"], ["--nonsense"]):
            with self.subTest(arguments=arguments):
                self.refused(self.analyze(self.three, 4, 4, *arguments), 2, "E001 usage")
        self.refused(run("certifix", "analyze", self.three, "--activation-bits", "4"), 2, "E001", "--weight-bits")
        self.refused(run("certifix", "analyze", self.three, "--weight-bits", "4"), 2, "E001", "--activation-bits")
        self.refused(run("certifix", "analyze"), 2, "E001 usage")

    def test_files(self):
        self.refused(self.analyze(self.folder / "no.onnx", 4, 4), 6, "E003", "no.onnx")
        self.refused(self.analyze(PENDULUM / "model.onnx", 4, 4), 2, "E001", "no box of its own")
        self.refused(self.analyze(self.three, 4, 4, "--box", self.write("bad.json", '{"inputs": [[0, 1], [0, 1]]}')),
                     3, "E031")
        self.refused(self.analyze(self.three, 4, 4, "--box", self.write("thin.json", '{"inputs": [["0.1", "0.2"]]}'),
                                  "--input-exact", "0"), 3, "E035")

    def test_what_has_no_finite_bound_is_an_answer(self):
        huge = self.write("huge.json", json.dumps(HUGE))
        self.refused(self.analyze(huge, 4, 4, "--no-simplify"), 1, "E060 not-reachable",
                     "no finite bound", r"huge\.json: layer 2, 'block2'", "help: a smaller --box")
        self.refused(self.analyze(huge, 4, 4), 1, "E060 not-reachable", "no finite bound")


if __name__ == "__main__":
    unittest.main()
