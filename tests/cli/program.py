"""What the tests of the programs share: running them, and what they must answer.

The folder of the build comes in CERTIFIX_BUILD, as ctest sets it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("CERTIFIX_BUILD", SOURCE / "build-dev"))


class Answer:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout or "", done.stderr


def run(program, *arguments, cwd=None, preexec=None, stdout=subprocess.PIPE, timeout=300):
    """Runs BUILD/program; output as text."""
    done = subprocess.run([str(BUILD / program), *map(str, arguments)], cwd=cwd, stdout=stdout,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=timeout,
                          preexec_fn=preexec, text=True, errors="replace")
    return Answer(done)


class ProgramTest(unittest.TestCase):
    """A test with a scratch folder of its own, self.folder."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="certifix-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)
        return path

    def accepted(self, answer, *texts):
        """Exit 0, nothing on standard error, every regular expression found in the output."""
        self.assertEqual((answer.code, answer.err), (0, ""), answer.out)
        for text in texts:
            self.assertRegex(answer.out, text)

    def refused(self, answer, exit_code, error, *texts):
        """That exit code, error[<error> on standard error, every regular expression found there, and a
        message of the one form that all errors have."""
        self.assertEqual(answer.code, exit_code, answer.out + answer.err)
        self.assertRegex(answer.err, r"^(warning: .*\n)*error\[E\d{3} [a-z-]+\]: .+(\n  --> .+)?(\n  help: .+)?\n$")
        self.assertIn("error[" + error, answer.err)
        for text in texts:
            self.assertRegex(answer.err, text)


def documented_example():
    """The complete example of docs/certificate-format.md: (problem.txt, certificate.txt)."""
    text = (SOURCE / "docs" / "certificate-format.md").read_text()
    texts = ["".join(line[4:] + "\n" for line in block.splitlines())
             for block in re.findall(r"(?:^ {4}.*\n)+", text, re.M)]
    problem, = [t for t in texts if t.startswith("certifix-problem 1\nname example\n")]
    certificate, = [t for t in texts if t.startswith("certifix-certificate 2\nprecision 64 48\n")]
    return problem, certificate
