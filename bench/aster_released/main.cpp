// certifix-aster-released: the positive control by itself, and the founding tool's costs beside
// those that its paper prints.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <string>

#include "bench/aster_released/control.hpp"
#include "certifix/base/error.hpp"

namespace {

using namespace certifix;

std::filesystem::path default_benchmarks() {
  if (const char* given = std::getenv("CERTIFIX_BENCHMARKS")) return given;
  return std::filesystem::path(CERTIFIX_SOURCE_DIR) / ".." / "shared" / "benchmarks";
}

int run(int argc, char** argv) {
  aster_released::ControlOptions options;
  std::string data = default_benchmarks().string();
  std::string settings = "A";
  bool costs = false;
  bool csv = false;
  CLI::App app("The founding tool as released: formats, costs, attack and what the checker says");
  app.add_option("--data", data, "folder of the networks")->default_str("$CERTIFIX_BENCHMARKS");
  app.add_option("--networks", options.networks, "folders below aster/")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--errors", options.errors, "bounds")->delimiter(',')->capture_default_str();
  app.add_option("--settings", settings, "the paper's settings, of ABCD")->capture_default_str();
  app.add_option("--evaluations", options.evaluations, "of the attack")->capture_default_str();
  app.add_option("--seed", options.seed, "of the attack")->capture_default_str();
  app.add_option("--threads", options.threads, "of the checker")->capture_default_str();
  app.add_flag("--costs", costs, "formats and costs only: no attack, no checker");
  app.add_flag("--csv", csv, "all figures as CSV");
  CLI11_PARSE(app, argc, argv);
  options.benchmarks = data;
  options.settings.assign(settings.begin(), settings.end());
  options.attack = !costs;
  const auto rows = aster_released::positive_control(options);
  if (csv)
    fmt::print("{}", aster_released::control_csv(rows));
  else
    fmt::print("{}\n{}", aster_released::control_table(rows),
               aster_released::control_summary(rows));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const certifix::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(certifix::exit_code(error.code()));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bug: {}\n", failure.what());
    return static_cast<int>(certifix::ExitCode::bug);
  }
}
