#include "certifix/emit/hls/hls_source.hpp"

#include <fmt/format.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/hls/hls_writers.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/executor/executor.hpp"

namespace certifix::emit {
namespace {

void refuse_wide_weights(const Program& program) {
  for (std::size_t b = 1; b <= program.layers.size(); ++b) {
    for (const Part& part : program.layers[b - 1].parts) {
      const CodeRange weights = range_of(part.weights);
      if (num::signed_width(weights.min, weights.max) <= 64) continue;
      throw Error(ErrorCode::target_refused, "target hls has no weights wider than 64 bits",
                  Origin{"", fmt::format("block {} '{}'", b, program.layers[b - 1].name)},
                  "quantize with --max-word 64 or less");
    }
  }
}

}  // namespace

std::vector<File> hls_files(const design::Design& design, const std::vector<std::string>& statement,
                            const EmitOptions& options) {
  const Program program = lower(design);
  refuse_wide_codes(program, "hls");
  refuse_wide_weights(program);
  const TestVectors vectors =
      test_vectors(executor::Executor(design), std::vector(program.inputs(), program.input_codes),
                   options.vectors, options.seed);
  const std::string base = "hls/" + identifier(program.name);
  return {{base + ".hpp", hls_header(program, statement)},
          {base + ".cpp", hls_body(program, options)},
          {"hls/types_ap.hpp", hls_types("ap")},
          {"hls/types_ac.hpp", hls_types("ac")},
          {"hls/types_sc.hpp", hls_types("sc")},
          {base + "_test.cpp", hls_bench(program)},
          {base + "_vectors.hpp", hls_vectors(program, vectors)},
          {"hls/run_vitis.tcl", hls_script(program, options)},
          {"hls/Makefile", hls_makefile(program)}};
}

}  // namespace certifix::emit
