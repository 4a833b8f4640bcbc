#include "certifix/cli/method_options.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/import/import.hpp"
#include "certifix/milp/external.hpp"
#include "certifix/report/report.hpp"

namespace certifix::cli {
namespace {

using optimize::Method;

// Methods other than certifix decide by themselves what shares a format.
optimize::Granularity parse_granularity(const std::string& text, Method method) {
  using optimize::Granularity;
  if (method == Method::certifix) {
    if (text.empty() || text == "neuron") return Granularity::neuron;
    if (text == "layer") return Granularity::layer;
    if (text == "weight") return Granularity::weight;
    if (text == "network") return Granularity::network;
  } else if (text.empty() || text == (method == Method::uniform ? "network" : "layer")) {
    return Granularity::layer;
  }
  refuse_later(fmt::format("--granularity {} with --method {}", text, report::name(method)));
}

optimize::AsterOptions parse_aster(const MethodOptions& options) {
  const std::vector<std::string> range = split(options.aster_fraction, ':');
  if (range.size() != 2)
    throw Error(ErrorCode::usage,
                fmt::format("--aster-fraction: '{}' is not LO:HI", options.aster_fraction));
  optimize::AsterOptions aster;
  aster.input_fraction = static_cast<int>(options.aster_input_fraction);
  aster.fraction_low = parse_whole(range[0], 0, 200, "--aster-fraction");
  aster.fraction_high = parse_whole(range[1], aster.fraction_low, 200, "--aster-fraction");
  return aster;
}

}  // namespace

optimize::Method parse_method(const std::string& text) {
  if (text == "aster") return Method::aster;
  return text == "uniform" ? Method::uniform : Method::certifix;
}

cost::Model read_cost(const std::string& text) {
  if (std::optional<cost::Model> model = cost::named_model(text)) return std::move(*model);
  if (text.ends_with(".json")) return import::read_cost_model(text);
  std::string names;
  for (const std::string& name : cost::model_names()) names += name + ", ";
  throw Error(ErrorCode::usage, fmt::format("--cost: there is no cost model '{}'", text), {},
              "give one of " + names + "or a file that ends in .json (docs/cost-models.md)");
}

void check_method_options(const MethodOptions& options) {
  (void)parse_granularity(options.granularity, parse_method(options.method));
  (void)parse_aster(options);
  if (options.solver_command.empty()) return;
  (void)milp::parse_solver_command(options.solver_command);
  if (!solves_programs(options))
    throw Error(
        ErrorCode::usage, "--solver-command: this method solves no linear program", {},
        "use --method certifix with granularity layer, neuron or weight, or --method aster");
}

bool solves_programs(const MethodOptions& options) {
  return options.method == "aster" ||
         (options.method == "certifix" && options.granularity != "network");
}

optimize::Options search_options(const MethodOptions& options, const cost::Model& cost,
                                 std::size_t inputs, const std::atomic<bool>& cancel) {
  optimize::Options how;
  how.method = parse_method(options.method);
  how.granularity = parse_granularity(options.granularity, how.method);
  how.aster = parse_aster(options);
  how.cost = cost;
  if (!options.input_bits.empty())
    how.input_bits = parse_per_input(options.input_bits, inputs, -1000, 1000, "--input-bits");
  how.simplify = parse_extent(options.simplify);
  if (options.leaves > 0) how.leaves = options.leaves;
  how.cancel = &cancel;
  if (!options.solver_command.empty()) {
    milp::ExternalSolver solver = milp::parse_solver_command(options.solver_command);
    solver.seconds = options.solver_timeout;
    how.solver = [solver = std::move(solver), &cancel](const milp::Model& model,
                                                       const milp::Limits&) {
      return milp::solve_external(model, solver, [&cancel] { return cancel.load(); });
    };
  }
  return how;
}

void add_method_options(Command& command, MethodOptions& options) {
  command.text("--method", options.method, "certifix, aster (the paper's, repaired), uniform",
               {.choices = {"certifix", "aster", "uniform"}});
  command.text("--granularity", options.granularity, "what may have a format of its own",
               {.otherwise = "by method", .choices = {"network", "layer", "neuron", "weight"}});
  command.text("--cost", options.cost,
               "what to minimise: area, memory, lut, mcu, paper, or a .json file");
  command.text("--input-bits", options.input_bits,
               "fractional bits of the inputs, one or one for each; may be negative",
               {.type = "F[,F...]", .otherwise = "chosen"});
  add_simplify_options(command, options.simplify);
  command.whole("--leaves", options.leaves, 0, 1000000,
                "leaves that the box may be split into, at most; 0: by the network's size");
  command.whole("--aster-input-fraction", options.aster_input_fraction, 0, 200,
                "fractional bits of the inputs with --method aster");
  command.text("--aster-fraction", options.aster_fraction,
               "range of the fractional bits with --method aster", {.type = "LO:HI"});
  command.text("--solver-command", options.solver_command,
               "another solver of linear programs: 'cbc {lp} solve solution {solution}'",
               {.type = "CMD", .otherwise = "built in"});
  command.positive("--solver-timeout", options.solver_timeout, "seconds that it may take each time",
                   "300");
}

}  // namespace certifix::cli
