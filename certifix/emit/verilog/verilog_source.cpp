#include "certifix/emit/verilog/verilog_source.hpp"

#include "certifix/base/error.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"
#include "certifix/executor/executor.hpp"

namespace certifix::emit {

namespace {

struct Module {
  std::string text;
  VerilogTiming timing;
};

Module module_of(const design::Design& design, const std::vector<std::string>& statement,
                 const EmitOptions& options) {
  switch (options.architecture) {
    case cost::Architecture::parallel: {
      const netlist::Netlist netlist = netlist::build(design, options.verilog_levels);
      return {parallel_module(design, netlist, statement), {netlist.latency, 1}};
    }
    case cost::Architecture::folded: {
      const netlist::Folded folded =
          netlist::fold(design, options.verilog_lanes, options.verilog_levels);
      const int latency = folded.schedule.latency;
      return {folded_module(design, folded, statement), {latency, latency}};
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown architecture");
}

}  // namespace

std::vector<File> verilog_files(const design::Design& design,
                                const std::vector<std::string>& statement,
                                const EmitOptions& options) {
  const Module module = module_of(design, statement, options);
  std::vector<CodeRange> interface;
  for (const design::Input& input : design.inputs) interface.push_back(codes_of(input.format));
  const TestVectors vectors =
      test_vectors(executor::Executor(design), interface, options.vectors, options.seed);
  const std::string base = "verilog/" + identifier(design.name);
  return {{base + ".v", module.text},
          {base + "_test.v", verilog_bench(design, module.timing, vectors)},
          {base + "_inputs.hex", verilog_input_table(design, vectors)},
          {base + "_outputs.hex", verilog_output_table(design, vectors)},
          {"verilog/synth.ys",
           verilog_synthesis(design, options.architecture == cost::Architecture::folded)},
          {"verilog/Makefile", verilog_makefile(design)}};
}

}  // namespace certifix::emit
