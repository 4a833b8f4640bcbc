"""The documents agree with the code that they describe."""
import re
import unittest

from program import SOURCE


class Documents(unittest.TestCase):
    def test_errors_md_lists_the_error_codes(self):
        header = (SOURCE / "certifix/base/error.hpp").read_text()
        exits = dict(re.findall(r"^  (\w+) = (\d+),$", header, re.M))
        in_code = [(number, slug, exits[name]) for number, slug, name in
                   re.findall(r'^  X\(\w+, "(E\d+)", "([a-z-]+)", (\w+)\)', header, re.M)]
        document = (SOURCE / "docs/errors.md").read_text()
        in_document = re.findall(r"^\| (E\d+) \| ([a-z-]+) \| (\d+) \| .+ \| .+ \|$", document, re.M)
        self.assertGreater(len(in_code), 30)
        self.assertEqual(in_code, in_document)

    def test_soundness_md_leads_from_each_rule_to_its_functions_and_tests(self):
        document = (SOURCE / "docs/soundness.md").read_text()
        stated = {rule for heading in re.findall(r"\*\*(R-[^*]+)\.\*\*", document) for rule in heading.split(", ")}
        rows = re.findall(r"^\| (R-[A-Z-]+) \| (.+) \| (.+) \|$", document, re.M)
        self.assertGreater(len(rows), 25)
        self.assertEqual(stated, {rule for rule, _, _ in rows})
        tests = "".join(path.read_text() for kind in ("unit", "property") for path in (SOURCE / "tests" / kind).glob("*.cpp"))
        for rule, functions, checks in rows:
            for file, names in re.findall(r"`(\w+\.cpp)`: ([^;]+)", functions):
                code = (SOURCE / "certifix/check" / file).read_text()
                for name in re.findall(r"`(\w+)`", names):
                    self.assertRegex(code, rf"\b{name}\(", f"{rule}: {file}")
            if "rejected" in checks:
                self.assertTrue([*(SOURCE / "tests/certificates/rejected").glob(rule + "*")], rule)
            for suite, name in re.findall(r"`(\w+)\.(\w+)`", checks):
                self.assertRegex(tests, rf"TEST\w*\({suite}, {name}\)|RC_GTEST_PROP\({suite}, {name},", rule)
            for file in re.findall(r"`((?:unit|property)/\w+)`", checks):
                self.assertTrue((SOURCE / "tests" / (file + "_test.cpp")).exists(), rule)

    def test_formats_md_lists_the_onnx_operators(self):
        code = (SOURCE / "certifix/import/onnx/operators.cpp").read_text()
        in_code = set(re.findall(r'^ {6}\{"([A-Z]\w+)",', code, re.M))
        table = re.search(r"^\| operator \|.*?\n\n", (SOURCE / "docs/formats.md").read_text(), re.M | re.S).group(0)
        in_document = set(re.findall(r"`([A-Z]\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if line)))
        self.assertGreater(len(in_code), 10)
        self.assertEqual(in_code, in_document)

    def test_documents_that_the_code_names_exist(self):
        for folder in ("certifix", "bench", "tests", "cmake", "tools"):
            for path in (SOURCE / folder).rglob("*"):
                if path.suffix in (".cpp", ".hpp", ".py", ".cmake"):
                    for name in re.findall(r"docs/[a-z-]+\.md", path.read_text()):
                        self.assertTrue((SOURCE / name).exists(), f"{path.name} names {name}")

    def test_every_folder_of_the_code_is_in_architecture_md(self):
        table = (SOURCE / "docs/architecture.md").read_text()
        rooms = re.search(r"foreach\(room IN ITEMS(.*?)\)", (SOURCE / "certifix/CMakeLists.txt").read_text(), re.S)
        for room in rooms.group(1).split():
            if (SOURCE / "certifix" / room).exists():
                self.assertRegex(table, rf"(?m)^\|[^|]*`{room}`", f"certifix/{room}")

    def test_links_between_documents_lead_somewhere(self):
        for path in [SOURCE / "README.md", SOURCE / "CHANGELOG.md", *SOURCE.glob("docs/*.md"),
                     *SOURCE.glob("examples/*/README.md")]:
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
                if not target.startswith("http"):
                    self.assertTrue((path.parent / target).exists(), f"{path.name} links to {target}")


if __name__ == "__main__":
    unittest.main()
