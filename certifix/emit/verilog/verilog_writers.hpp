// The writers of the single Verilog files; see verilog_source.hpp.
#pragma once

#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/options.hpp"
#include "certifix/emit/vectors.hpp"
#include "certifix/netlist/netlist.hpp"

namespace certifix::emit {

// <identifier>_infer.
std::string verilog_module_name(const design::Design& design);
// The bits of a whole vector of inputs or outputs on its port, side by side from bit 0 up.
int verilog_input_bits(const design::Design& design);
int verilog_output_bits(const design::Design& design);

std::string verilog_module(const design::Design& design, const netlist::Netlist& netlist,
                           const std::vector<std::string>& statement);

// Test bench, its two tables (one vector a line, in hexadecimal), and what runs tools.
std::string verilog_bench(const design::Design& design, const netlist::Netlist& netlist,
                          const TestVectors& vectors);
std::string verilog_input_table(const design::Design& design, const TestVectors& vectors);
std::string verilog_output_table(const design::Design& design, const TestVectors& vectors);
std::string verilog_makefile(const design::Design& design);
std::string verilog_synthesis(const design::Design& design);

}  // namespace certifix::emit
