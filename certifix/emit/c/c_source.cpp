#include "certifix/emit/c/c_source.hpp"

#include "certifix/emit/c/c_writers.hpp"
#include "certifix/executor/executor.hpp"

namespace certifix::emit {

std::vector<File> c_files(const design::Design& design, const std::vector<std::string>& statement,
                          const EmitOptions& options) {
  const CProgram c = plan_c(design);
  const std::string base = "c/" + c.name;
  std::vector<File> files = {{base + ".h", c_header(c, statement)}, {base + ".c", c_body(c)}};
  if (options.float_wrapper) {
    files.push_back({base + "_real.h", c_real_header(c)});
    files.push_back({base + "_real.c", c_real_body(c)});
  }
  const TestVectors vectors =
      test_vectors(executor::Executor(design), std::vector(design.inputs.size(), c.input().range()),
                   options.vectors, options.seed);
  files.push_back({base + "_test.c", c_bench(c)});
  files.push_back({base + "_vectors.h", c_vectors(c, vectors)});
  files.push_back({"c/Makefile", c_makefile(c, options.float_wrapper)});
  return files;
}

}  // namespace certifix::emit
