// certifix analyze: what is proven of formats that the user brings, and what a search finds.
#include "certifix/optimize/analyze.hpp"

#include <memory>

#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/found_error.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/problem_options.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/report/analysis.hpp"

namespace certifix::cli {
namespace {

constexpr int kMostFractionBits = 512;  // the finest that quantize tries

struct AnalyzeOptions {
  // There is no bound and no limit: every error that can be proven is an answer.
  ProblemOptions problem{.error = "1", .max_word = "none", .max_accumulator = "none"};
  std::string weight_bits;
  std::string activation_bits;
  std::string input_bits;
  SimplifyOptions simplify;
  std::uint64_t leaves = 0;       // 0: by the network's size
  std::uint64_t evaluations = 0;  // 0: likewise
  std::uint64_t seed = 0;
  CommonOptions common;
};

ExitCode analyze(const AnalyzeOptions& options) {
  optimize::AnalyzeOptions how;
  how.weight_bits = parse_wholes(options.weight_bits, 0, kMostFractionBits, "--weight-bits");
  how.activation_bits =
      parse_wholes(options.activation_bits, 0, kMostFractionBits, "--activation-bits");
  ProgressLine progress(options.common.quiet);
  progress.show("import", options.problem.model);
  const ReadProblem read = read_problem(options.problem, std::nullopt);
  progress.clear();
  warn(read.warnings);
  if (!options.input_bits.empty())
    how.input_bits = parse_per_input(options.input_bits, read.problem.network.input_count(), -1000,
                                     1000, "--input-bits");
  how.simplify = parse_extent(options.simplify);
  if (options.leaves > 0) how.leaves = options.leaves;
  how.threads = thread_count(options.common.threads);
  how.progress = [&](std::string_view stage, std::string_view detail) {
    progress.show(stage, detail);
  };
  const optimize::AnalyzeOutcome outcome = optimize::analyze(read.problem, how);
  if (const auto* no = std::get_if<optimize::Unbounded>(&outcome)) {
    progress.clear();
    throw Error(ErrorCode::not_reachable, no->reason, Origin{options.problem.model, no->where},
                no->remedy);
  }
  const auto& analyzed = std::get<optimize::Analyzed>(outcome);
  const check::Accepted& accepted = analyzed.accepted;
  progress.show("attack");
  const attack::Result found = attack::attack(
      accepted.subject->problem, accepted.subject->design,
      {.evaluations = options.evaluations, .seed = options.seed, .threads = how.threads});
  progress.clear();
  if (const auto broken = broken_bound(found, accepted.theorem, options.problem.model,
                                       "the model, the box and the command"))
    throw *broken;
  const report::Analysis analysis = report::make_analysis(analyzed, found);
  if (options.common.json) {
    print(report::analysis_json(analysis));
  } else if (!options.common.quiet) {
    print(report::analysis_summary(analysis));
  }
  return ExitCode::proven;
}

}  // namespace

void add_analyze(CommandLine& line) {
  auto options = std::make_shared<AnalyzeOptions>();
  Command command =
      line.command("analyze", "what is proven of formats that you bring, and what a search finds",
                   [options] { return analyze(*options); });
  add_network_options(command, options->problem);
  command.text("--weight-bits", options->weight_bits,
               "fractional bits of the weights, one or one for each layer",
               {.type = "P[,P...]", .required = true});
  command.text("--activation-bits", options->activation_bits,
               "fractional bits of activations and outputs, one or one for each layer",
               {.type = "Q[,Q...]", .required = true});
  command.text("--input-bits", options->input_bits,
               "fractional bits of the inputs, one or one for each; may be negative",
               {.type = "F[,F...]", .otherwise = "the first Q"});
  add_common_options(command, options->common, true);
  add_simplify_options(command, options->simplify);
  command.whole("--leaves", options->leaves, 0, 1000000,
                "leaves that the box may be split into, at most; 0: by the network's size");
  command.whole("--evaluations", options->evaluations, 1, 1'000'000'000'000,
                "inputs that the search tries", "by size");
  command.whole("--seed", options->seed, 0, UINT64_MAX, "seed of the search");
}

}  // namespace certifix::cli
