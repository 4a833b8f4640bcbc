// certifix verify: whether a folder's proof is about the user's own model, box and bound. Reads the
// model again, compares problem.txt byte for byte, then checks the certificate.
#include <fmt/format.h>

#include <memory>

#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/import/import.hpp"
#include "certifix/statement/proof_files.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::cli {
namespace {

struct VerifyOptions {
  std::string folder;
  std::string model;
  std::string box;
  std::string error;
  CommonOptions common;
};

// The problem as it would be written today for the user's model and box, with everything that they
// do not say (bounds, input convention, limits) taken from the folder's own.
spec::Problem expected_problem(const VerifyOptions& options, const spec::Problem& written) {
  import::Imported model = import::import_model(options.model);
  std::vector<std::string> warnings = std::move(model.warnings);
  spec::Problem expected = written;
  if (!options.box.empty()) {
    import::ImportedBox box = import::read_box(options.box, model.network.input_count());
    warnings.insert(warnings.end(), box.warnings.begin(), box.warnings.end());
    expected.box = std::move(box.box);
  } else if (model.box) {
    expected.box = std::move(*model.box);
  } else {
    warnings.push_back("the box is taken from problem.txt; give --box to compare it");
  }
  expected.network = std::move(model.network);
  warn(warnings);
  return expected;
}

std::string shown(std::string_view line) {
  return line.size() <= 60 ? std::string(line) : std::string(line.substr(0, 60)) + "...";
}

// Throws Error (problem_mismatch) at the first line that differs.
void compare(std::string_view written, std::string_view expected, const VerifyOptions& options) {
  std::size_t line = 1;
  while (!written.empty() || !expected.empty()) {
    const std::string_view a = written.substr(0, written.find('\n'));
    const std::string_view b = expected.substr(0, expected.find('\n'));
    if (a != b)
      throw Error(
          ErrorCode::problem_mismatch,
          fmt::format("problem.txt has '{}', {} gives '{}'", shown(a), options.model, shown(b)),
          Origin{options.folder + "/problem.txt", fmt::format("line {}", line)},
          "the proof is about another model or box: quantize again");
    written.remove_prefix(std::min(a.size() + 1, written.size()));
    expected.remove_prefix(std::min(b.size() + 1, expected.size()));
    ++line;
  }
}

ExitCode verify(const VerifyOptions& options) {
  std::vector<num::Rational> asked;
  if (!options.error.empty()) asked = statement::parse_bounds(options.error);
  const statement::ProofFiles files = statement::read_proof_files(options.folder);
  ProgressLine progress(options.common.quiet);
  progress.show("import", options.model);
  const spec::Problem written = check::read_problem(files.problem);
  compare(files.problem, certify::problem_text(expected_problem(options, written)), options);
  progress.show("check", options.folder);
  const check::Verdict verdict =
      check::verify(files.problem, files.certificate, thread_count(options.common.threads));
  progress.clear();
  if (const auto* rejected = std::get_if<check::Rejected>(&verdict))
    throw statement::rejection(*rejected, options.folder);
  if (!asked.empty()) {
    const auto weaker = statement::weaker_than(written, asked, options.folder);
    if (weaker) throw *weaker;
  }
  if (!options.common.quiet)
    print(fmt::format("problem.txt is {}, proven\n\n{}", options.model,
                      statement::theorem(std::get<check::Accepted>(verdict))));
  return ExitCode::proven;
}

}  // namespace

void add_verify(CommandLine& line) {
  auto options = std::make_shared<VerifyOptions>();
  Command command =
      line.command("verify", "check that a proof holds, and that it is about your model",
                   [options] { return verify(*options); });
  command.argument("DIR", options->folder, "a folder that quantize has written");
  command.text("--model", options->model, "the network: .onnx, .nnet or .json",
               {.type = "MODEL", .required = true});
  command.text("--box", options->box, "the inputs: .vnnlib or .json",
               {.type = "BOX", .otherwise = "the model's own"});
  command.text("--error", options->error, "refuse a promise weaker than this",
               {.type = "EPS[,EPS...]"});
  add_common_options(command, options->common, false);
}

}  // namespace certifix::cli
