"""Two checkers, written from the same two documents, must agree: tools/certifix_check.py and certifix-check.

On designs of every method both prove the same bounds, up to the roundings of the first one; on corrupted texts both
end with the same exit code and name the same rule.
"""
import ast
import collections
import itertools
import json
import math
import os
import pathlib
import random
import re
import sys
import unittest
from fractions import Fraction

from program import SOURCE, ProgramTest, documented_example, run

sys.path.insert(0, str(SOURCE / "tools"))
import certifix_check  # noqa: E402

SCRIPT = SOURCE / "tools" / "certifix_check.py"
PENDULUM = SOURCE / "examples" / "pendulum"
CERTIFICATES = SOURCE / "tests" / "certificates"
BENCHMARKS = pathlib.Path(os.environ.get("CERTIFIX_BENCHMARKS", SOURCE.parent / "shared" / "benchmarks"))

# Options of quantize, sizes of the layers (inputs first), the bound.
DESIGNS = [
    (["--granularity", "layer"], (2, 5, 1), "1e-4"),
    (["--granularity", "layer"], (1, 5, 5, 2), "0.02"),
    (["--granularity", "layer", "--out-of-range", "none"], (2, 6, 6, 1), "0.004"),
    (["--granularity", "layer", "--input-exact", "12"], (2, 4, 4, 4, 1), "0.1"),
    (["--granularity", "layer", "--input-exact", "3", "--out-of-range", "none"], (2, 5, 4, 1), "0.1"),
    (["--granularity", "layer", "--input-bits", "6", "--max-word", "none"], (2, 5, 3, 2), "0.1"),
    (["--granularity", "neuron"], (2, 4, 3, 1), "0.004"),
    (["--granularity", "neuron"], (3, 6, 4, 2), "0.02"),
    (["--granularity", "weight"], (2, 4, 3, 1), "0.02"),
    (["--granularity", "network", "--leaves", "1"], (2, 4, 4, 4, 1), "0.1"),
    (["--simplify", "none", "--granularity", "layer"], (1, 5, 5, 2), "0.004"),
    (["--simplify", "dead"], (3, 5, 4, 1), "0.02"),
    (["--method", "uniform"], (2, 5, 5, 1), "0.02"),
    (["--method", "aster"], (2, 4, 4, 1), "0.01"),
]

# One layer with weights between all grids, and an input that is constant and no code.
LINE = ("""certifix-problem 1
name line
inputs 2
input -1 1 real
input 1/3 1/3 real
out-of-range clamp
limit word none
limit accumulator none
blocks 1
block output 1
row identity 1/7 1
from 0 all 1/3 -2/3
functionals 1
functional 1 1
end
""", """certifix-certificate 2
precision 24 16
roles 0
clamp yes
inputs 2
input signed 1 -6 -64 64
input signed 1 -6 21 21
blocks 1
block 1
row identity 100 -12 20 exact signed 2 -8 1
from 0 2 0 21 0 1 -43 0
norms 0
split 1
leaf 0
end
""")

def hadamard_pair():
    """Two layers of 4 neurons whose weights, +-1/2, rotate their inputs; the design's are +-2049/4096."""
    signs = [[(-1) ** (i & j).bit_count() for j in range(4)] for i in range(4)]
    problem = ("certifix-problem 1\nname rotations\ninputs 4\n" + "input -1 1 real\n" * 4 +
               "out-of-range clamp\nlimit word none\nlimit accumulator none\nblocks 2\n")
    certificate = ("certifix-certificate 2\nprecision 64 48\nroles 0\nclamp yes\ninputs 4\n" +
                   "input signed 1 -6 -64 64\n" * 4 + "blocks 2\n")
    for b in (1, 2):
        problem += f"block rotation{b} 4\n"
        certificate += "block 4\n"
        for row in signs:
            weights = " ".join("1p-1" if s > 0 else "-1p-1" for s in row)
            problem += f"row relu 0 1\nfrom {b - 1} all {weights}\n"
            terms = " ".join(f"{j} {2049 * s} 0" for j, s in enumerate(row))
            certificate += f"row relu 0 {-10 - 8 * b} 40 exact unsigned 9 {-12 - 2 * b} 1\nfrom {b - 1} 4 {terms}\n"
    return (problem + "functionals 1\nfunctional 1 1 0 0 0\nend\n",
            certificate + "norms 2\nnorm 1 0 65537p-16\nnorm 2 1 65537p-16\nsplit 1\nleaf 0\nend\n")


def random_model(draw, sizes):
    """A fully connected network with decimal weights, some of them 0; one of its inputs may be constant."""
    def value(limit):
        return "0" if draw.random() < 0.15 else f"{draw.randint(-limit, limit)}e-2"
    layers = [{"weights": [[value(150) for _ in range(n)] for _ in range(m)],
               "bias": [value(60) for _ in range(m)], "activation": "relu"} for n, m in itertools.pairwise(sizes)]
    layers[-1]["activation"] = "linear"
    lower = [draw.randint(-16, 4) for _ in range(sizes[0])]
    width = [16] + [draw.choice([0, 4, 16]) for _ in lower[1:]]
    return {"name": "random", "layers": layers,
            "input": [[f"{125 * l}e-3", f"{125 * (l + w)}e-3"] for l, w in zip(lower, width)]}


def number(value):
    """The canonical text of a rational."""
    n, d = value.numerator, value.denominator
    if d & (d - 1):
        return f"{n}/{d}"
    return str(n) if d == 1 else f"{n}p-{d.bit_length() - 1}"


def with_bounds(problem, bounds):
    """problem.txt with other bounds of its functionals."""
    bounds = iter(bounds)
    return re.sub(r"^functional \S+", lambda _: f"functional {number(next(bounds))}", problem, flags=re.M)


def with_norms(problem, certificate):
    """certificate.txt with a claim of each operator norm: 101/100 of the Frobenius norm."""
    read = certifix_check.read_problem(problem), certifix_check.read_certificate(certificate)
    network = certifix_check.rewrite(read[0], read[1].roles) if read[1].roles else read[0].blocks
    squares = collections.Counter()
    for b, block in enumerate(network, 1):
        for row in block:
            for source, part in row.parts.items():
                squares[b, source] += sum(w * w for _, w in part)
    lines = [f"norm {b} {p} {number(Fraction(math.isqrt(int(n * 10**8)) + 1, 10**4) * Fraction(101, 100))}\n"
             for (b, p), n in sorted(squares.items())]
    assert "\nnorms 0\n" in certificate
    return certificate.replace("\nnorms 0\n", f"\nnorms {len(lines)}\n" + "".join(lines))


class Corruption:
    """Changes one thing in one line. Kinds of lines are equally likely, but those that mean much are more so."""

    MUCH = ("row", "from", "input", "cut", "leaf", "norm", "precision", "functional", "limit")
    OTHER = {"signed": "unsigned", "exact": "modular", "relu": "identity", "all": "some", "real": "grid 3",
             "clamp": "none", "yes": "no"}
    WORDS = "leaf cut from row block none real -0 01 1p-1 2p-1 1/3 2/4 3p-0 10000000 10000001 1e3 0x1".split()

    def __init__(self, seed):
        self.draw = random.Random(seed)

    def __call__(self, text):
        lines = text.split("\n")[:-1]
        kinds = collections.defaultdict(list)
        for i, line in enumerate(lines):
            kinds[re.match("[a-z-]*", line)[0]].append(i)
        likely = sorted(kinds) + 4 * sorted(kinds.keys() & set(self.MUCH))
        i = self.draw.choice(kinds[self.draw.choice(likely)])
        how = self.draw.random()
        if how < 0.02:
            lines.insert(i, lines[i])
        elif how < 0.04:
            del lines[i]
        elif how < 0.06:
            at = self.draw.randrange(len(lines[i]) + 1)
            lines[i] = lines[i][:at] + self.draw.choice(" \t\n0-\x80") + lines[i][at:]
        else:
            words = lines[i].split(" ")
            at = self.draw.randrange(1, len(words)) if len(words) > 1 else 0
            words[at] = self.word(words[at])
            lines[i] = " ".join(words)
        return "\n".join(lines) + "\n"

    def word(self, word):
        if re.fullmatch("[kdba]+", word):
            at = self.draw.randrange(len(word))
            return word[:at] + self.draw.choice(["k", "d", "b", "a", "kk", ""]) + word[at + 1:]
        for one, other in self.OTHER.items():
            if word in (one, other) and self.draw.random() < 0.8:
                return other if word == one else one
        parts = re.fullmatch(r"(-?\d+)(?:/(\d+)|p-(\d+))?", word)
        if not parts or self.draw.random() < 0.05:
            return self.draw.choice(self.WORDS)
        value = Fraction(int(parts[1]), int(parts[2] or 1) << int(parts[3] or 0))
        if parts[2] or parts[3]:
            factor = self.draw.choice(["2", "1/2", "1001/1000", "999/1000", "1048577/1048576", "1048575/1048576"])
            return number(self.draw.choice([value * Fraction(factor), -value, value + self.draw.randint(-1, 1)]))
        change = self.draw.choice([-2, -1, -1, 1, 1, 2, -10, 10, -value, -2 * value, value, value * 2**70, None])
        return str(self.draw.randint(0, 40)) if change is None else number(value + change)


class TwoCheckers(ProgramTest):
    def first(self, problem, certificate):
        """(exit code, rule) of certifix-check."""
        self.write("both/problem.txt", problem.encode("latin-1"))
        self.write("both/certificate.txt", certificate.encode("latin-1"))
        answer = run("certifix-check", self.folder / "both")
        rule = re.search(r"rule (R-[A-Z-]+) fails", answer.err)
        return answer.code, rule and rule[1]

    made = []

    def designs(self):
        """(name, problem.txt, certificate.txt) of the random networks."""
        for seed in range(len(self.made), len(DESIGNS)):
            options, sizes, bound = DESIGNS[seed]
            model = self.write("model.json", json.dumps(random_model(random.Random(seed), sizes)))
            self.made.append((f"{options} {sizes}", *self.quantized(model, "--error", bound, *options)))
        return self.made

    def quantized(self, model, *options):
        self.accepted(run("certifix", "quantize", model, "--out", self.folder / "design", "--quiet", *options))
        return [(self.folder / "design" / name).read_text() for name in ("problem.txt", "certificate.txt")]

    def assert_same_bounds(self, problem, certificate, allowed):
        """The first checker accepts the bounds that the second proves, widened by `allowed`; none below them."""
        code, rule, proven = certifix_check.check(problem, certificate)
        self.assertEqual((code, rule), (0, None))
        self.assertEqual(self.first(with_bounds(problem, [p + allowed for p in proven]), certificate), (0, None))
        for k, p in enumerate(proven):
            below = [q + allowed for q in proven]
            below[k] = p * (1 - Fraction(1, 2**100))
            self.assertEqual(self.first(with_bounds(problem, below), certificate), (4, "R-BOUND"))

    def assert_agreement(self, problem, certificate):
        """As written, where the first rounds coefficients to 2^-48; and on grids so fine that nothing is left."""
        self.assertIn("\nprecision 64 48\n", certificate)
        self.assert_same_bounds(problem, certificate, Fraction(1, 2**38))
        fine = certificate.replace("\nprecision 64 48\n", "\nprecision 240 200\n")
        self.assert_same_bounds(problem, fine, Fraction(1, 2**160))


class Bounds(TwoCheckers):
    CONTENT = {"split": "^cut", "patterns": "^leaf [1-9]", "simplified": "^[kdba]*[dba][kdba]*$", "dead": "^[kba]*d",
               "affine": "^[kdb]*a", "unclamped": "^clamp no$", "shifts": "^from .* [1-9][0-9]*$"}

    def test_of_the_documented_example_are_equal(self):
        self.assert_agreement(*documented_example())

    def test_are_equal_where_operator_norms_decide(self):
        problem, certificate = hadamard_pair()
        self.assert_agreement(problem, certificate)
        self.assertLess(certifix_check.check(problem, certificate)[2],
                        certifix_check.check(problem, re.sub(r"norms 2\n(norm .*\n){2}", "norms 0\n", certificate))[2])
        # A claim that cannot be proven: the norm is 1, and what floor and F take from it is 2^-17 at least.
        for sigma in ("1", "131073p-17", "262147p-18", "65537p-16"):
            with self.subTest(sigma=sigma):
                claimed = certificate.replace("norm 1 0 65537p-16", "norm 1 0 " + sigma)
                self.assertEqual(self.first(problem, claimed), certifix_check.check(problem, claimed)[:2])

    def test_are_equal_where_one_of_the_two_neurons_bends_alone(self):
        """The network's z has both signs, the design's only one: R-PAIR calls the row unstable."""
        problem, certificate = documented_example()
        problem = problem.replace("functional 1/20", "functional 1")
        for box, codes, bias in (("63/256 1", "16 64", "-30"), ("-1 65/256", "-64 16", "-34")):
            lower, upper = (number(Fraction(end)) for end in box.split(" "))
            self.assert_agreement(problem.replace("input -1 1 real", f"input {lower} {upper} real"),
                                  certificate.replace("6 -64 64", "6 " + codes).replace("relu -32", "relu " + bias))

    def test_of_designs_of_every_method_are_equal(self):
        content = set()
        for name, problem, certificate in self.designs():
            with self.subTest(design=name):
                self.assert_agreement(problem, certificate)
                if "\nnorms 0\n" in certificate:
                    self.assert_agreement(problem, with_norms(problem, certificate))
                content.update(what for what, line in self.CONTENT.items() if re.search(line, certificate, re.M))
        self.assertEqual(content, set(self.CONTENT))

    def test_of_the_pendulum_are_equal(self):
        for options in (["--granularity", "layer", "--error", "0.02"],
                        ["--granularity", "layer", "--error", "0.001", "--input-exact", "10", "--out-of-range", "none"],
                        ["--granularity", "neuron", "--error", "0.05"]):
            with self.subTest(options=options):
                self.assert_agreement(*self.quantized(PENDULUM / "model.onnx", "--box", PENDULUM / "box.vnnlib",
                                                      *options))

    def test_of_networks_of_others_are_equal(self):
        if not BENCHMARKS.exists():
            self.skipTest(f"{BENCHMARKS} does not exist: CERTIFIX_BENCHMARKS names another place")
        for name in ("AC6", "AcrobotNN", "LyapunovNN", "SinglePendulumNN"):
            with self.subTest(network=name):
                folder = BENCHMARKS / "aster" / name
                self.assert_agreement(*self.quantized(folder / "model.onnx", "--box", folder / "input.vnnlib",
                                                      "--method", "uniform", "--error", "0.01", "--leaves", "4"))

    def test_are_equal_to_the_last_bit_where_both_round_alike(self):
        """On coarse grids, where the rounding of the network's weights and biases counts."""
        example = [text.replace("precision 64 48", "precision 24 16") for text in documented_example()]
        finer = [text.replace("precision 24 16", "precision 40 60") for text in LINE]
        for problem, certificate in (example, LINE, finer):
            _, _, proven = certifix_check.check(problem, certificate)
            self.assertEqual(self.first(with_bounds(problem, proven), certificate), (0, None))
            less = [p - Fraction(1, 2**120) for p in proven]
            self.assertEqual(self.first(with_bounds(problem, less), certificate), (4, "R-BOUND"))

    def test_of_several_functionals_with_rational_coefficients_are_equal(self):
        problem, certificate = documented_example()
        problem = problem.replace("functionals 1\nfunctional 1/20 1\n",
                                  "functionals 3\nfunctional 1/20 1/3\nfunctional 2 -22/7\nfunctional 1 0\n")
        code, _, proven = certifix_check.check(problem, certificate)
        self.assertEqual((code, proven[2]), (0, 0))
        tiny = Fraction(1, 2**38)
        self.assertEqual(self.first(with_bounds(problem, [p + tiny for p in proven]), certificate), (0, None))
        for k in range(2):
            tight = [p + tiny for p in proven]
            tight[k] -= 2 * tiny
            self.assertEqual(self.first(with_bounds(problem, tight), certificate), (4, "R-BOUND"))


class Widths(TwoCheckers):
    ROW = re.compile(r"^(row \S+ \S+ \S+) \d+ \S+ (\S+) (\S+) (\S+ \S+)$", re.M)

    def least(self, problem, certificate, row, text):
        """The least n for which the second checker accepts the row as text(n); the first agrees about n and n - 1."""
        def with_row(n):
            return certificate[:row.start()] + text(n) + certificate[row.end():]
        n = next(n for n in range(-30, 61) if certifix_check.check(problem, with_row(n))[0] == 0)
        self.assertEqual(self.first(problem, with_row(n)), (0, None), text(n))
        verdict = certifix_check.check(problem, with_row(n - 1))[:2]
        self.assertEqual(self.first(problem, with_row(n - 1)), verdict, text(n - 1))
        return n

    def test_the_narrowest_accumulators_and_formats_are_the_same(self):
        narrower = 0
        for name, problem, certificate in [("example", *documented_example()), *self.designs()[2:7:4]]:
            for row in self.ROW.finditer(certificate):
                start, sign, msb, rest = row.groups()
                with self.subTest(design=name, row=row[0]):
                    exact, modular = (self.least(problem, certificate, row,
                                                 lambda n: f"{start} {n} {mode} {sign} {msb} {rest}")
                                      for mode in ("exact", "modular"))
                    self.least(problem, certificate, row, lambda n: f"{start} 60 exact {sign} {n} {rest}")
                    narrower += modular < exact
        self.assertGreater(narrower, 0)


class Corrupted(TwoCheckers):
    MUTANTS = 50  # of each design

    def test_texts_get_the_same_verdict(self):
        verdicts = collections.Counter()
        for number_of_design, (name, problem, certificate) in enumerate(
                [("example", *documented_example()), *self.designs()]):
            # Bounds just above what is proven, so that changes decide.
            _, _, proven = certifix_check.check(problem, certificate)
            problem = with_bounds(problem, [p * Fraction(1001, 1000) for p in proven])
            if number_of_design % 2 == 1:
                certificate = with_norms(problem, certificate)
            for seed in range(self.MUTANTS):
                corrupt = Corruption(1000 * number_of_design + seed)
                texts = [problem, certificate]
                for _ in range(corrupt.draw.choice([1, 1, 1, 2])):
                    which = corrupt.draw.random() > 0.3
                    texts[which] = corrupt(texts[which])
                code, rule, _ = certifix_check.check(*texts)
                verdicts[code, rule] += 1
                self.assertEqual(self.first(*texts), (code, rule), f"{name}, seed {seed}\n" + "\n".join(texts))
        self.assertGreater(verdicts[0, None], 50)
        self.assertGreater(verdicts[3, None], 50)
        self.assertGreater(len(verdicts), 12, verdicts)

    def test_certificates_that_break_one_rule_get_the_same_verdict(self):
        folders = [folder for kind in ("rejected", "malformed") for folder in (CERTIFICATES / kind).iterdir()]
        self.assertGreater(len(folders), 100)
        for folder in sorted(folders):
            with self.subTest(folder.name):
                texts = [(folder / name).read_bytes().decode("latin-1") for name in ("problem.txt", "certificate.txt")]
                code, rule, _ = certifix_check.check(*texts)
                self.assertNotEqual(code, 0)
                self.assertEqual(self.first(*texts), (code, rule))


class Script(ProgramTest):
    def setUp(self):
        super().setUp()
        self.problem, self.certificate = documented_example()
        self.write("problem.txt", self.problem)
        self.write("certificate.txt", self.certificate)

    def check(self, *arguments):
        return run(sys.executable, "-B", SCRIPT, *arguments)

    def refuses(self, code, text, *arguments):
        answer = self.check(*arguments)
        self.assertEqual((answer.code, answer.out), (code, ""))
        self.assertRegex(answer.err, text)

    def test_states_the_theorem(self):
        self.accepted(self.check(self.folder), r"^proven\n\nFor every x in \[-1, 1\], .*'example'", "clamps it",
                      r"1 y_0: proven at most 0\.02106933\d*, promised 1/20\n$")

    def test_names_the_place_of_malformed_text(self):
        self.write("problem.txt", self.problem.replace("inputs 1", "inputs  1"))
        self.refuses(3, r"problem\.txt: line 3, column 8", self.folder)
        self.write("problem.txt", self.problem)
        self.write("certificate.txt", bytes(range(256)))
        self.refuses(3, r"certificate\.txt: line 1, column 1", self.folder)

    def test_names_the_rule_that_fails(self):
        self.write("certificate.txt", self.certificate.replace("-12 15 exact", "-12 14 exact"))
        self.refuses(4, r"rule R-ACCUMULATOR fails: block 2 row 0 on leaf 0", self.folder)

    def test_says_what_it_cannot_do(self):
        self.refuses(2, "usage")
        self.refuses(6, "nowhere", self.folder / "nowhere")

    def test_uses_the_standard_library_only_and_no_floating_point(self):
        tree = ast.parse(SCRIPT.read_text())
        imported = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module)
            if isinstance(node, ast.Constant):
                self.assertNotIsInstance(node.value, (float, complex), f"line {getattr(node, 'lineno', 0)}")
            if isinstance(node, (ast.BinOp, ast.AugAssign)):
                self.assertNotIsInstance(node.op, ast.Div, f"line {node.lineno}")
            if isinstance(node, ast.Name):
                self.assertNotIn(node.id, ("float", "complex", "round", "eval", "exec", "__import__"))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math":
                self.assertIn(node.attr, ("floor", "ceil", "gcd", "lcm", "isqrt"))
        self.assertLessEqual(imported, {"fractions", "itertools", "math", "pathlib", "re", "sys", "types"})


if __name__ == "__main__":
    unittest.main()
