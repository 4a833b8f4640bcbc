"""certifix-check, the trusted program, from outside: what it prints, what it refuses, how it ends."""
import re
import resource
import subprocess
import unittest

from program import BUILD, ProgramTest, documented_example, run


class CheckProgram(ProgramTest):
    def setUp(self):
        super().setUp()
        self.problem, self.certificate = documented_example()
        self.write("problem.txt", self.problem)
        self.write("certificate.txt", self.certificate)

    def change(self, name, old, new):
        text = {"problem.txt": self.problem, "certificate.txt": self.certificate}[name]
        self.assertEqual(text.count(old), 1, f"{old!r} in {name}")
        self.write(name, text.replace(old, new))

    def check(self, *arguments, **how):
        return run("certifix-check", self.folder, *arguments, **how)

    def test_states_the_theorem_in_one_sentence(self):
        self.accepted(self.check(),
                      r"^proven\n\nFor every real x in \[-1, 1\], the fixed-point design of network "
                      r"'example' differs .* by at most 0\.05 in y_0, and no value that is used "
                      r"overflows its declared width; x outside the box counts as the nearest point",
                      r"proven at most 0\.021\d*, promised 0\.05\n")

    def test_the_theorem_names_a_declared_grid(self):
        self.change("problem.txt", "input -1 1 real", "input -1 1 grid 4")
        self.accepted(self.check(), r"For every x in \[-1, 1\] with every input a multiple of 2\^-4, ",
                      r"; such an x outside the box counts as the nearest such point of the box, ")

    def with_inputs(self, conventions):
        """The example on [-1, 1] x [-1, 1] ..., which reads the first input only."""
        count, weights = len(conventions), "all {} 0\n" if len(conventions) == 2 else "some 1 0 {}\n"
        lines = "".join(f"input -1 1 {convention}\n" for convention in conventions)
        self.write("problem.txt", self.problem.replace("inputs 1\ninput -1 1 real\n", f"inputs {count}\n{lines}")
                   .replace("all 2\n", weights.format("2")).replace("all -7/10\n", weights.format("-7/10")))
        line = "input signed 1 -6 -64 64\n"
        self.change("certificate.txt", "inputs 1\n" + line, f"inputs {count}\n" + line * count)

    def test_the_theorem_names_the_grid_of_each_input(self):
        self.with_inputs(["grid 4", "real"])
        self.accepted(self.check(), r"For every x in \[-1, 1\] x \[-1, 1\] with x_0 a multiple of 2\^-4, "
                                    r"x_1 real, the fixed-point design")

    def test_the_theorem_names_the_first_of_many_inputs(self):
        self.with_inputs(["real"] * 16 + ["grid 4"])
        self.accepted(self.check(), r"For every x in (\[-1, 1\] x ){16}\.\.\. \(all 17 intervals are in "
                                    r"problem\.txt\) with x_0 real, .*x_15 real, the others as in problem\.txt, ")

    def test_too_little_memory_is_an_error(self):
        if self.sanitized():
            self.skipTest("AddressSanitizer reserves more than any limit")
        with open(self.write("problem.txt", ""), "r+b") as file:
            file.truncate(1 << 29)
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))
        answer = self.check(preexec=limit)
        self.assertEqual((answer.code, answer.out, answer.err), (5, "", "error: not enough memory\n"))

    def test_the_theorem_names_what_is_not_clamped(self):
        self.change("problem.txt", "out-of-range clamp", "out-of-range none")
        self.refused(self.check(), 4, "E042", "R-CLAMP")
        self.change("certificate.txt", "clamp yes", "clamp no")
        self.accepted(self.check(), "nothing is promised outside the box")

    def test_threads_do_not_change_the_verdict(self):
        self.assertEqual(self.check("--threads", "1").out, self.check("--threads=4").out)

    def test_a_bound_as_strong_as_asked_for_is_accepted(self):
        for asked in ("0.05", "5e-2", "1", "0.0500000000000000000000001"):
            self.accepted(self.check("--error", asked))

    def test_a_weaker_bound_than_asked_for_is_refused(self):
        for asked in ("0.03", "0.0499999999999999999999999"):
            self.refused(self.check("--error", asked), 4, "E042 rejected-certificate",
                         r"output 0 is promised within 0\.05", r"problem\.txt: output 0")

    def test_an_output_without_a_bound_of_its_own_is_refused(self):
        self.change("problem.txt", "functional 1/20 1", "functional 1/20 2")
        self.accepted(self.check())
        self.refused(self.check("--error", "1"), 4, "E042", "output 0 has no bound of its own")

    def test_a_bound_that_is_not_kept_is_refused(self):
        self.change("problem.txt", "functional 1/20 1", "functional 1/50 1")
        self.refused(self.check(), 4, "E042 rejected-certificate", "rule R-BOUND fails", r"certificate\.txt")

    def test_an_overflow_is_refused(self):
        self.change("certificate.txt", "-12 15 exact", "-12 14 exact")
        self.refused(self.check(), 4, "E042", "R-ACCUMULATOR", "block 2 row 0")

    def test_malformed_text_is_refused_with_its_place(self):
        self.write("problem.txt", self.problem.replace("inputs 1", "inputs  1"))
        self.refused(self.check(), 3, "E040", r"problem\.txt: line 3, column 8")
        self.write("problem.txt", self.problem)
        self.write("certificate.txt", self.certificate[:-1])
        self.refused(self.check(), 3, "E041", r"certificate\.txt: line")
        self.write("certificate.txt", b"")
        self.refused(self.check(), 3, "E041", r"certificate\.txt: line 1, column 1")
        self.write("certificate.txt", bytes(range(256)))
        self.refused(self.check(), 3, "E041", r"certificate\.txt: line 1, column 1")

    def test_files_that_cannot_be_read(self):
        self.refused(run("certifix-check", self.folder / "nowhere"), 6, "E003", "nowhere/problem.txt")
        (self.folder / "certificate.txt").unlink()
        self.refused(self.check(), 6, "E003", "certificate.txt")
        (self.folder / "certificate.txt").mkdir()
        self.refused(self.check(), 6, "E003", "certificate.txt")

    def test_usage(self):
        for arguments in ([], ["a", "b"], [""], ["--nothing"], ["a", "--error"], ["a", "--error="],
                          ["a", "--error", "0"], ["a", "--error", "-1"], ["a", "--error", "1,"],
                          ["a", "--error", "0x1"], ["a", "--error", "1 "], ["a", "--threads", "0"],
                          ["a", "--threads", "-1"], ["a", "--threads", "two"], ["a", "--threads", "9999"]):
            with self.subTest(arguments=arguments):
                self.refused(run("certifix-check", *arguments), 2, "E001 usage")
        self.refused(self.check("--error", "1,1"), 2, "E001", "2 bounds, the network 1 output")

    def test_help_and_version(self):
        self.accepted(run("certifix-check", "--help"), "usage: certifix-check DIR")
        self.accepted(run("certifix-check", "--version"), r"^certifix-check \d+\.\d+\.\d+\n$")

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "w") as full:
            self.refused(self.check(stdout=full), 6, "E004")

    def libraries(self):
        lines = subprocess.run(["readelf", "-d", BUILD / "certifix-check"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout
        return set(re.findall(r"NEEDED.*\[(\w[\w+-]*)\.so", lines))

    def sanitized(self):
        return "libasan" in self.libraries()

    def test_links_gmp_and_the_language_runtime_only(self):
        found = self.libraries()
        found -= {"libasan", "libubsan"}
        self.assertLessEqual(found, {"libgmp", "libgmpxx", "libstdc++", "libgcc_s", "libc", "libm"})
        self.assertIn("libgmp", found)


if __name__ == "__main__":
    unittest.main()
