// certifix-check: the trusted program. Reads DIR/problem.txt and DIR/certificate.txt, decides in
// exact arithmetic, prints the theorem or why there is none.
//
//   certifix-check DIR [--error EPS[,EPS...]] [--threads N]
//
// Exit codes: 0 proven, 2 usage, 3 malformed, 4 a rule fails or the bound is weaker than EPS,
// 5 out of memory, 6 a file cannot be read, 70 bug.
#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/statement/proof_files.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix {
namespace {

constexpr std::string_view kUsage =
    "usage: certifix-check DIR [--error EPS[,EPS...]] [--threads N]\n"
    "\n"
    "Proves, or refuses to prove, that the fixed-point design of DIR keeps its bound on the whole\n"
    "box without overflow. Reads DIR/problem.txt and DIR/certificate.txt and nothing else.\n"
    "\n"
    "  --error EPS   refuse a bound larger than EPS: one for all outputs, or one for each\n"
    "  --threads N   number of threads, default: all; the verdict does not depend on it\n"
    "  --help, --version\n";

struct Arguments {
  std::string folder;
  std::vector<num::Rational> asked;  // empty: not asked
  unsigned threads = 1;
};

void print(std::FILE* stream, std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (std::fflush(stream) != 0 || !written)
    throw Error(ErrorCode::cannot_write, "the output cannot be written");
}

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(ErrorCode::usage, sentence, {}, "certifix-check --help");
}

unsigned parse_threads(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 1024)
    refuse("--threads needs a number from 1 to 1024, not '" + std::string(text) + "'");
  return value;
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  arguments.threads = std::thread::hardware_concurrency();
  if (arguments.threads == 0) arguments.threads = 1;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string name = words[i];
    if (name.rfind("--", 0) != 0) {
      if (!arguments.folder.empty()) refuse("more than one folder: '" + name + "'");
      if (name.empty()) refuse("the name of the folder is empty");
      arguments.folder = name;
      continue;
    }
    const std::size_t equals = name.find('=');
    std::string value;
    if (equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    if (name != "--error" && name != "--threads") refuse("unknown option '" + name + "'");
    if (equals == std::string::npos) {
      if (i + 1 == words.size()) refuse(name + " needs a value");
      value = words[++i];
    }
    if (name == "--error") arguments.asked = statement::parse_bounds(value);
    if (name == "--threads") arguments.threads = parse_threads(value);
  }
  if (arguments.folder.empty()) refuse("the folder of the design is missing");
  return arguments;
}

int run(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--help" || word == "-h") return print(stdout, kUsage), 0;
    if (word == "--version") return print(stdout, "certifix-check " CERTIFIX_VERSION "\n"), 0;
  }
  const Arguments arguments = parse(words);
  const statement::ProofFiles files = statement::read_proof_files(arguments.folder);
  const check::Verdict verdict = check::verify(files.problem, files.certificate, arguments.threads);
  if (const auto* rejected = std::get_if<check::Rejected>(&verdict))
    throw statement::rejection(*rejected, arguments.folder);
  const auto& accepted = std::get<check::Accepted>(verdict);
  if (!arguments.asked.empty()) {
    const auto weaker =
        statement::weaker_than(accepted.subject->problem, arguments.asked, arguments.folder);
    if (weaker) throw *weaker;
  }
  print(stdout, "proven\n\n" + statement::theorem(accepted));
  return 0;
}

// What is thrown becomes a message and an exit code here, and nowhere else.
int guarded(const std::vector<std::string>& words) {
  try {
    return run(words);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(exit_code(error.code()));
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "error: not enough memory\n");
    return static_cast<int>(ExitCode::limit);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(ExitCode::bug);
  }
}

}  // namespace
}  // namespace certifix

int main(int argc, char** argv) {
  return certifix::guarded(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
