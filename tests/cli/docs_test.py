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

    def test_links_between_documents_lead_somewhere(self):
        for path in [SOURCE / "README.md", SOURCE / "CHANGELOG.md", *SOURCE.glob("docs/*.md"),
                     *SOURCE.glob("examples/*/README.md")]:
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
                if not target.startswith("http"):
                    self.assertTrue((path.parent / target).exists(), f"{path.name} links to {target}")


if __name__ == "__main__":
    unittest.main()
