// certifix run: the bit-exact executor on rows of a CSV file.
#include <fmt/format.h>

#include <memory>

#include "certifix/cli/checked_folder.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/csv.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/import/file.hpp"

namespace certifix::cli {
namespace {

using num::Integer;

struct RunOptions {
  std::string folder;
  std::string inputs;
  bool codes = false;
  CommonOptions common;
};

std::vector<Integer> input_codes(const executor::Executor& executor, const CsvRow& row,
                                 const RunOptions& options) {
  if (!options.codes) return executor.quantize(row.values);
  std::vector<Integer> codes;
  for (const num::Rational& value : row.values) {
    if (!value.is_integer())
      throw Error(ErrorCode::malformed_inputs, "a code is a whole number", {},
                  "without --codes, inputs are real numbers");
    codes.push_back(value.numerator());
  }
  return codes;
}

std::string output_line(const executor::Executor& executor, const std::vector<Integer>& outputs,
                        bool codes) {
  const design::Design& design = executor.design();
  std::string line;
  for (std::size_t o = 0; o < outputs.size(); ++o)
    line +=
        (o ? "," : "") + (codes ? outputs[o].get_str()
                                : exact_decimal(outputs[o], design.lsb(design.blocks.size(), o)));
  return line + "\n";
}

ExitCode run(const RunOptions& options) {
  const std::string text = import::read_file(options.inputs, ErrorCode::malformed_inputs);
  ProgressLine progress(options.common.quiet);
  const check::Accepted accepted =
      check_folder(options.folder, thread_count(options.common.threads), progress);
  const executor::Executor executor(accepted.subject->design);
  const std::vector<CsvRow> rows = parse_csv(text, executor.input_count(), options.inputs);
  for (const CsvRow& row : rows) {
    try {
      print(
          output_line(executor, executor.run(input_codes(executor, row, options)), options.codes));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::malformed_inputs) throw;
      // The executor knows no files: add the place.
      throw Error(error.code(), error.sentence(),
                  Origin{options.inputs, fmt::format("line {}", row.line)}, error.remedy());
    }
  }
  return ExitCode::proven;
}

}  // namespace

void add_run(CommandLine& line) {
  auto options = std::make_shared<RunOptions>();
  Command command = line.command("run", "compute a design's outputs, bit by bit",
                                 [options] { return run(*options); });
  command.argument("DIR", options->folder, "a folder that quantize has written");
  command.text("--inputs", options->inputs, "CSV: one row an evaluation, one number an input",
               {.type = "FILE", .required = true});
  command.flag("--codes", options->codes, "inputs and outputs are the integers of the design");
  add_common_options(command, options->common, false);
}

}  // namespace certifix::cli
