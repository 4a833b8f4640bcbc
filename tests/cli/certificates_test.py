"""certifix-check on the certificates of tests/certificates: each breaks one rule, or one rule of the
texts' form, and nothing else. tests/certificates/README.md says how they are written down."""
import re
import unittest

from program import ProgramTest, SOURCE, run

CERTIFICATES = SOURCE / "tests" / "certificates"
TEXTS = ("problem.txt", "certificate.txt")
# Complaints whose shortest text is too long to be read: tests/unit/check_malformed_test.cpp has it.
ELSEWHERE = {"the rows of this block and the sources they read are too many pairs"}


def folders(kind):
    return sorted(p for p in (CERTIFICATES / kind).iterdir() if p.is_dir())


def rules():
    registry = (SOURCE / "certifix" / "check" / "rules.hpp").read_text()
    return re.findall(r'^  X\(\w+, "(R-[A-Z-]+)"', registry, re.M)


def complaints():
    """What the readers may say: every text in a call of fail."""
    found = set()
    for name in ("text_reader.cpp", "read_problem.cpp", "read_certificate.cpp"):
        text = (SOURCE / "certifix" / "check" / name).read_text()
        for call in re.findall(r"\bfail(?:_at)?\((.*?)\);", text, re.S):
            found.update(re.findall(r'"([^"]*)"', call))
    return found


class Case:
    """A folder: two texts, and case.txt with the defect, where it is found, and its repair."""

    def __init__(self, folder):
        self.folder = folder
        self.repairs = {}  # (text, line): what stands there instead
        for line in (folder / "case.txt").read_text().splitlines():
            key, value = line.split(": ", 1)
            if key != "repair":
                setattr(self, key, value)
                continue
            name, number, text = value.split(":", 2)
            self.repairs.setdefault((name, int(number)), []).extend([text[1:]] if text else [])

    def repaired(self, name):
        lines = (self.folder / name).read_bytes().decode("latin-1").removesuffix("\n").split("\n")
        result = []
        for number, line in enumerate(lines, 1):
            result += self.repairs.get((name, number), [line])
        return "".join(line + "\n" for line in result).encode("latin-1")


class Certificates(ProgramTest):
    def each(self, kind, expect):
        """Calls expect(case, answer of certifix-check); then the repaired case must be proven."""
        for folder in folders(kind):
            with self.subTest(folder.name):
                case = Case(folder)
                expect(case, run("certifix-check", folder))
                self.expect_accepted_when_repaired(case)

    def expect_accepted_when_repaired(self, case):
        changed = False
        for name in TEXTS:
            text = case.repaired(name)
            changed |= text != (case.folder / name).read_bytes()
            self.write(name, text)
        self.assertTrue(changed, "the repair changes nothing")
        self.accepted(run("certifix-check", self.folder), r"^proven\n")

    def test_each_rejected_certificate_breaks_the_rule_of_its_name_and_no_other(self):
        def expect(case, answer):
            rule, = [r for r in rules() if re.match(r + r"(-[a-z]|$)", case.folder.name)]
            self.refused(answer, 4, "E042 rejected-certificate", f"rule {rule} fails")
            self.assertIn(f"certificate.txt: {case.where}\n", answer.err)

        self.each("rejected", expect)

    def test_each_malformed_text_is_refused_where_it_is_wrong(self):
        def expect(case, answer):
            code = {"problem.txt": "E040", "certificate.txt": "E041"}[case.where.split(":")[0]]
            self.refused(answer, 3, code)
            self.assertIn(f"--> {case.where}\n", answer.err)

        self.each("malformed", expect)

    def test_every_rule_has_a_certificate_that_breaks_it_and_a_proof(self):
        names = [folder.name for folder in folders("rejected")]
        soundness = (SOURCE / "docs" / "soundness.md").read_text()
        self.assertGreater(len(rules()), 10)
        for rule in rules():
            with self.subTest(rule):
                self.assertTrue(any(re.match(rule + r"(-[a-z]|$)", name) for name in names))
                self.assertIn(rule, soundness)

    def test_every_complaint_of_the_readers_has_a_text_that_provokes_it(self):
        heard = "".join(run("certifix-check", folder).err for folder in folders("malformed"))
        self.assertGreater(len(complaints()), 25)
        for complaint in complaints() - ELSEWHERE:
            with self.subTest(complaint):
                self.assertIn(complaint, heard)


if __name__ == "__main__":
    unittest.main()
