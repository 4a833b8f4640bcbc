#include "certifix/cli/problem_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>

#include "certifix/base/error.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/import/import.hpp"
#include "certifix/range/size.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::cli {
namespace {

constexpr int kMaxWidth = 4096;     // of the certificate's format
constexpr int kMaxFraction = 1000;  // far beyond any grid that makes sense

std::optional<int> parse_limit(const std::string& text, const std::string& option) {
  if (text == "none") return std::nullopt;
  return parse_whole(text, 1, kMaxWidth, option);
}

// The box asked for, or the model's own.
spec::Box choose_box(const ProblemOptions& options, import::Imported& model,
                     std::vector<std::string>& warnings) {
  if (options.box.empty()) {
    if (!model.box)
      throw Error(ErrorCode::usage, "the model has no box of its own", Origin{options.model, ""},
                  "give one: --box BOX.vnnlib, or --box BOX.json");
    return *model.box;
  }
  import::ImportedBox box = import::read_box(options.box, model.network.input_count());
  warnings.insert(warnings.end(), box.warnings.begin(), box.warnings.end());
  return std::move(box.box);
}

// The declared grid of an input must have a point in its side of the box.
void check_grid(const num::Interval& side, int fraction_bits, std::size_t input) {
  if (num::ceil_to(side.lower(), -fraction_bits) <= num::floor_to(side.upper(), -fraction_bits))
    return;
  throw Error(
      ErrorCode::empty_grid,
      fmt::format("no multiple of 2^{} lies in [{}, {}], the box of input {}", -fraction_bits,
                  statement::readable(side.lower()), statement::readable(side.upper()), input),
      {}, "give a finer grid with --input-exact, or a larger box");
}

// Bytes; where the system does not say, more than any network takes.
std::uint64_t physical_memory() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace

void add_network_options(Command& command, ProblemOptions& options) {
  command.argument("MODEL", options.model, "the network: .onnx, .nnet or .json");
  command.text("--box", options.box,
               "the inputs: .vnnlib, or .json {\"inputs\": [[\"lo\", \"hi\"], ...]}",
               {.type = "BOX", .otherwise = "the model's own"});
  command.text("--input-exact", options.input_exact,
               "inputs are multiples of 2^-F; one F or one for each input", {.type = "F[,F...]"});
  command.text("--out-of-range", options.out_of_range,
               "what the program does with inputs outside the box", {.choices = {"clamp", "none"}});
}

void add_limit_options(Command& command, ProblemOptions& options) {
  command.text("--max-word", options.max_word, "widest weight, activation or input, bits; or none",
               {.type = "W"});
  command.text("--max-accumulator", options.max_accumulator, "widest accumulator, bits; or none",
               {.type = "W", .otherwise = "64 for C, otherwise none"});
}

void add_problem_options(Command& command, ProblemOptions& options) {
  add_network_options(command, options);
  command.text("--error", options.error, "largest error, one or one for each output",
               {.type = "EPS[,EPS...]", .required = true});
  add_limit_options(command, options);
}

void check_problem_options(const ProblemOptions& options) {
  (void)statement::parse_bounds(options.error);
  (void)parse_limit(options.max_word, "--max-word");
  if (!options.max_accumulator.empty())
    (void)parse_limit(options.max_accumulator, "--max-accumulator");
}

ReadProblem read_problem(const ProblemOptions& options, std::optional<int> default_accumulator) {
  const std::vector<num::Rational> bounds = statement::parse_bounds(options.error);
  import::Imported model = import::import_model(options.model);
  range::require_analysable(model.network, physical_memory());
  std::vector<std::string> warnings = std::move(model.warnings);
  spec::Box box = choose_box(options, model, warnings);
  const std::size_t inputs = model.network.input_count();
  const std::size_t outputs = model.network.output_count();
  if (bounds.size() != 1 && bounds.size() != outputs)
    throw Error(
        ErrorCode::usage,
        fmt::format("--error has {} bounds, the network {} outputs", bounds.size(), outputs),
        Origin{options.model, ""}, "give one bound for all outputs, or one for each");
  std::vector<spec::InputConvention> conventions(inputs);
  if (!options.input_exact.empty()) {
    const std::vector<int> fractions =
        parse_per_input(options.input_exact, inputs, -kMaxFraction, kMaxFraction, "--input-exact");
    for (std::size_t i = 0; i < inputs; ++i) {
      check_grid(box[i], fractions[i], i);
      conventions[i].fraction_bits = fractions[i];
    }
  }
  const std::optional<int> accumulator =
      options.max_accumulator.empty() ? default_accumulator
                                      : parse_limit(options.max_accumulator, "--max-accumulator");
  return {spec::Problem{
              std::move(model.network), std::move(box), std::move(conventions),
              options.out_of_range == "none" ? spec::OutOfRange::none : spec::OutOfRange::clamp,
              semantics::output_bounds(outputs, bounds),
              spec::Limits{parse_limit(options.max_word, "--max-word"), accumulator}},
          std::move(warnings)};
}

}  // namespace certifix::cli
