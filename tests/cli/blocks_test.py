"""Every shell block of the documents runs as it stands, in a folder that looks like a fresh clone after
./dev build: examples/ and tools/ are there, and build/ with the two programs."""
import re
import subprocess
import unittest

from program import BUILD, SOURCE, ProgramTest, run


def blocks(path):
    return re.findall(r"^```sh\n(.*?)^```$", (SOURCE / path).read_text(), re.M | re.S)


class Blocks(ProgramTest):
    def run_document(self, path, expected_blocks):
        for name in ("examples", "tools"):
            (self.folder / name).symlink_to(SOURCE / name)
        (self.folder / "build").symlink_to(BUILD)
        found = blocks(path)
        self.assertGreaterEqual(len(found), expected_blocks)
        for block in found:
            # ./dev builds: the test has done that already.
            lines = [line for line in block.splitlines() if not line.startswith("./dev ")]
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(lines)], cwd=self.folder,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
            self.assertEqual(done.returncode, 0, f"{path}:\n{block}\n{done.stdout}")

    def test_readme(self):
        self.run_document("README.md", 6)
        self.assertTrue((self.folder / "out/pendulum/hls").is_dir())

    def test_command_line(self):
        self.run_document("docs/command-line.md", 6)
        self.assertTrue((self.folder / "out/fine/report.json").is_file())

    def test_assessor(self):
        self.run_document("docs/assessor.md", 6)
        self.refused(run("certifix-check", self.folder / "out/assessed", "--error", "0.005"), 4, "E042")
        self.refused(run("certifix-check", self.folder / "out/forged"), 4, "E042")

    def test_example(self):
        self.run_document("examples/pendulum/README.md", 1)


if __name__ == "__main__":
    unittest.main()
