// The writers of the single Verilog files; see verilog_source.hpp.
#pragma once

#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/options.hpp"
#include "certifix/emit/vectors.hpp"
#include "certifix/emit/verilog/syntax.hpp"
#include "certifix/netlist/folded.hpp"
#include "certifix/netlist/netlist.hpp"

namespace certifix::emit {

// <identifier>_infer.
std::string verilog_module_name(const design::Design& design);
// The bits of a whole vector of inputs or outputs on its port, side by side from bit 0 up.
int verilog_input_bits(const design::Design& design);
int verilog_output_bits(const design::Design& design);

// What both architectures have: ports, and the first lines of the comment at the top.
std::vector<verilog::Port> verilog_ports(const design::Design& design);
std::vector<std::string> verilog_header(const design::Design& design,
                                        const std::vector<std::string>& statement);
// "Input 3: in_data[35:24], Q1.10, codes ..."; the second is where its bits begin.
std::string verilog_input_comment(const design::Design& design, std::size_t i, int low);
std::string verilog_output_comment(const design::Design& design, std::size_t i, int low);

std::string parallel_module(const design::Design& design, const netlist::Netlist& netlist,
                            const std::vector<std::string>& statement);
std::string folded_module(const design::Design& design, const netlist::Folded& folded,
                          const std::vector<std::string>& statement);

// What the test bench holds a module to when nobody waits.
struct VerilogTiming {
  int latency;   // cycles from a vector to its result
  int interval;  // cycles from a result to the next one
};

// Test bench, its two tables (one vector a line, in hexadecimal), and what runs tools.
std::string verilog_bench(const design::Design& design, const VerilogTiming& timing,
                          const TestVectors& vectors);
std::string verilog_input_table(const design::Design& design, const TestVectors& vectors);
std::string verilog_output_table(const design::Design& design, const TestVectors& vectors);
std::string verilog_makefile(const design::Design& design);
std::string verilog_synthesis(const design::Design& design, bool with_multipliers);

}  // namespace certifix::emit
