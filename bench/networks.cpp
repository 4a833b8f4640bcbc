#include "bench/networks.hpp"

#include <cstdlib>

#include "certifix/base/error.hpp"
#include "certifix/import/import.hpp"
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::bench {

const std::vector<BenchmarkNetwork>& benchmark_networks() {
  static const std::vector<BenchmarkNetwork> networks = [] {
    std::vector<BenchmarkNetwork> list;
    const auto add = [&list](const char* name, bool quick = false) {
      list.push_back({name, name, "input.vnnlib", quick});
    };
    add("InvPendulumNN", true);
    add("MountainCarNN", true);
    add("AcrobotNN", true);
    add("MpcNN");
    add("SinglePendulumNN", true);
    add("DoublePendulumNonRobustNN");
    add("DoublePendulumRobustNN");
    add("ACC3NN");
    add("ACC5NN");
    add("VertCasNN");
    list.push_back({"VertCasNN_133", "VertCasNN", "input_133.vnnlib"});
    add("ACC7NN");
    add("AC6");
    add("UnicycleNN");
    add("ACC10NN");
    add("AC7");
    add("AirplaneNN");
    add("ControllerToraNN");
    add("AC8");
    return list;
  }();
  return networks;
}

std::filesystem::path find_benchmarks() {
  const char* set = std::getenv("CERTIFIX_BENCHMARKS");
  const std::filesystem::path folder =
      set != nullptr ? std::filesystem::path(set)
                     : std::filesystem::path(CERTIFIX_SOURCE_DIR) / ".." / "shared" / "benchmarks";
  if (!std::filesystem::is_directory(folder / "aster"))
    throw Error(ErrorCode::cannot_read, "the benchmark's networks are not there",
                Origin{(folder / "aster").string(), ""},
                "set CERTIFIX_BENCHMARKS to the folder that holds aster/, or use --data");
  return folder.lexically_normal();
}

spec::Problem read_problem(const std::filesystem::path& benchmarks, const BenchmarkNetwork& network,
                           const std::string& error) {
  const std::filesystem::path folder = benchmarks / "aster" / network.folder;
  import::Imported model = import::import_model(folder / "model.onnx");
  const std::size_t inputs = model.network.input_count();
  const std::size_t outputs = model.network.output_count();
  const std::optional<num::Rational> bound = num::parse_decimal(error);
  if (!bound || bound->sign() <= 0)
    throw Error(ErrorCode::usage, "'" + error + "' is not an error bound", {},
                "give a positive decimal, 1e-3 for example");
  return {std::move(model.network),
          import::read_box(folder / network.box, inputs).box,
          std::vector<spec::InputConvention>(inputs),
          spec::OutOfRange::clamp,
          semantics::output_bounds(outputs, {*bound}),
          {.word = 64, .accumulator = std::nullopt}};
}

}  // namespace certifix::bench
