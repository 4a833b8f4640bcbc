#include "certifix/emit/verilog/verilog_source.hpp"

#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"
#include "certifix/executor/executor.hpp"

namespace certifix::emit {

std::vector<File> verilog_files(const design::Design& design,
                                const std::vector<std::string>& statement,
                                const EmitOptions& options) {
  const netlist::Netlist netlist = netlist::build(design, options.verilog_levels);
  std::vector<CodeRange> interface;
  for (const design::Input& input : design.inputs) interface.push_back(codes_of(input.format));
  const TestVectors vectors =
      test_vectors(executor::Executor(design), interface, options.vectors, options.seed);
  const std::string base = "verilog/" + identifier(design.name);
  return {{base + ".v", verilog_module(design, netlist, statement)},
          {base + "_test.v", verilog_bench(design, netlist, vectors)},
          {base + "_inputs.hex", verilog_input_table(design, vectors)},
          {base + "_outputs.hex", verilog_output_table(design, vectors)},
          {"verilog/synth.ys", verilog_synthesis(design)},
          {"verilog/Makefile", verilog_makefile(design)}};
}

}  // namespace certifix::emit
