"""--solver-command from outside: solvers that answer, fail, are late, or talk nonsense."""
import json
import shutil
import sys
import time
import unittest
from pathlib import Path

from program import ProgramTest, run
from sweep_test import SMALL

# Enumerates the binaries of the LP file: each "choice" row takes one of its columns.
SOLVER = r'''
import itertools, re, sys
lp, answer, mode = sys.argv[1:4]
text = open(lp).read()
body = {}
for part in re.split(r"\n(?=Minimize|Subject To|Bounds|Binaries|Generals|End)", text)[1:]:
    name, _, rest = part.partition("\n")
    body[name] = rest
def terms(text):
    result = {}
    for sign, value, name in re.findall(r"([+-]?) *([\d.]+(?:e[+-]?\d+)?) ([A-Za-z_][\w.]*)", text):
        result[name] = result.get(name, 0) + (-1 if sign == "-" else 1) * float(value)
    return result
objective = terms(body["Minimize"].split(":", 1)[1])
rows = []
for row in re.split(r"\n(?=  [A-Za-z_][\w.]*:)", "\n" + body["Subject To"])[1:]:
    name, rest = row.strip().split(":", 1)
    left, relation, right = re.match(r"(.*?)(<=|>=|=) *(-?[\d.e+-]+)\s*$", rest, re.S).groups()
    rows.append((name, terms(left), relation, float(right)))
choices = [list(r[1]) for r in rows if r[2] == "=" and r[3] != 0]
links = [r for r in rows if r[2] == "=" and r[3] == 0]
limits = [r for r in rows if r[2] == "<="]
best = None
for chosen in itertools.product(*choices):
    x = dict.fromkeys(chosen, 1.0)
    if any(sum(v * x.get(n, 0) for n, v in r[1].items()) > r[3] + 1e-9 for r in limits):
        continue
    # z = y a, from its row sums: the columns that both links of it allow.
    allowed = {}
    for _, t, _, _ in links:
        on = any(v < 0 and x.get(n) for n, v in t.items())
        for n, v in t.items():
            if v > 0:
                allowed[n] = allowed.get(n, True) and on
    x.update({n: 1.0 for n, on in allowed.items() if on})
    cost = sum(objective[n] * v for n, v in x.items())
    if best is None or cost < best[0]:
        best = cost, x
with open(answer, "w") as out:
    if best is None:
        out.write("Infeasible - objective value 0\n" if mode == "cbc" else "c no\ns mip 1 1 n 0\n")
    elif mode == "cbc":
        out.write("Optimal - objective value %r\n" % best[0])
        for k, (n, v) in enumerate(best[1].items()):
            out.write("%7d %s %r 0\n" % (k, n, v))
    else:
        out.write("c test\ns mip %d %d o %r\n" % (len(rows), len(objective), best[0]))
        for k, n in enumerate(objective):
            out.write("j %d %r\n" % (k + 1, best[1].get(n, 0.0)))
        out.write("e o f\n")
'''

TINY = {"name": "tiny", "input": [["-1", "1"]],
        "layers": [{"weights": [["0.7"]], "bias": ["0.1"], "activation": "linear"}]}


def ended(pid):
    """Whether the process is gone, or dead and waiting for its parent, within ten seconds."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


class Solver(ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = self.write("tiny.json", json.dumps(TINY))
        self.out = self.folder / "out"

    def quantize(self, command, *arguments, model=None):
        return run("certifix", "quantize", model or self.model, "--error", "0.01", "--granularity", "layer",
                   "--out", self.out, "--solver-command", command, *arguments)

    def script(self, text):
        return f"'{sys.executable}' '{self.write('a solver.py', text)}' {{lp}} {{solution}}"

    def test_both_forms_of_answers(self):
        built_in = run("certifix", "quantize", self.model, "--error", "0.01", "--granularity", "layer", "--out",
                       self.out, "--json")
        for mode in ("cbc", "glpk"):
            with self.subTest(mode=mode):
                answer = self.quantize(self.script(SOLVER) + " " + mode, "--json")
                self.accepted(answer)
                self.assertEqual(json.loads(answer.out)["cost"], json.loads(built_in.out)["cost"])
                self.accepted(run("certifix-check", self.out, "--error", "0.01"))

    def test_real_solvers(self):
        small = self.write("small.json", json.dumps(SMALL))
        commands = {"cbc": "cbc {lp} solve solution {solution}", "glpsol": "glpsol --lp {lp} -w {solution}"}
        found = [name for name in commands if shutil.which(name)]
        if not found:
            self.skipTest("neither cbc nor glpsol is installed")
        for name in found:
            with self.subTest(name=name):
                self.accepted(self.quantize(commands[name], model=small))
                self.accepted(run("certifix-check", self.out, "--error", "0.01"))

    def test_solvers_that_do_not_answer(self):
        for text, message in (("import sys; print('no licence'); sys.exit(3)", "exit code 3; it printed: no licence"),
                              ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by signal 9"),
                              ("pass", "written no solution file"),
                              ("import sys; open(sys.argv[2], 'w')", "solution file is empty"),
                              ("import sys; open(sys.argv[2], 'w').write('42\\n')", "line 1 of its solution is not understood"),
                              ("import sys; open(sys.argv[2], 'w').write('Optimal - objective value 0\\n 0 nobody 1 0\\n')",
                               "line 2 of its solution is not understood"),
                              ("import sys; open(sys.argv[2], 'w').write('Optimal - objective value 0\\n')",
                               "values that break the model by 1")):
            with self.subTest(text=text):
                self.refused(self.quantize(self.script(text)), 2, "E063 solver-failed", message)
        self.refused(self.quantize("/nowhere/solver {lp} {solution}"), 2, "E063 solver-failed", "does not start")
        self.assertFalse(self.out.exists())

    def test_a_late_solver_is_killed_with_its_children(self):
        pid = self.folder / "pid"
        late = self.script("import subprocess, sys\n"
                           f"child = subprocess.Popen(['sleep', '1000'])\nopen({str(pid)!r}, 'w').write(str(child.pid))\n"
                           "child.wait()")
        self.refused(self.quantize(late, "--solver-timeout", "2"), 2, "E063", "stopped after 2 seconds")
        self.assertTrue(ended(int(pid.read_text())))
        answer = self.quantize(late, "--time-limit", "2")
        self.refused(answer, 5, "E062 limit-hit", "the time limit is over; the best verified design so far is in")
        self.accepted(run("certifix-check", self.out, "--error", "0.01"))

    def test_there_is_no_shell(self):
        self.refused(self.quantize("true {lp} {solution} ; touch " + str(self.folder / "touched")), 2, "E063")
        self.assertFalse((self.folder / "touched").exists())

    def test_bad_options(self):
        for command in ("scip", "scip {lp}", "scip {solution}", "scip '{lp} {solution}", "{lp} {solution}"):
            with self.subTest(command=command):
                self.refused(self.quantize(command), 2, "E001 usage", "--solver-command")
        for option in (["--solver-command", "cbc {lp} {solution}"], ["--write-lp", self.folder / "x.lp"]):
            self.refused(run("certifix", "quantize", self.model, "--error", "1", "--out", self.out, "--method",
                             "uniform", *option), 2, "E001", "solves no linear program")


if __name__ == "__main__":
    unittest.main()
