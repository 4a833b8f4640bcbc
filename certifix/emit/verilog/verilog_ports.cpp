// The outside of a module, the same for both architectures.
#include <fmt/format.h>

#include "certifix/emit/notation.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit {

std::string verilog_module_name(const design::Design& design) {
  return identifier(design.name) + "_infer";
}

int verilog_input_bits(const design::Design& design) {
  int bits = 0;
  for (const design::Input& input : design.inputs) bits += input.format.width();
  return bits;
}

int verilog_output_bits(const design::Design& design) {
  int bits = 0;
  for (const design::Row& row : design.blocks.back().rows) bits += row.output.width();
  return bits;
}

std::vector<verilog::Port> verilog_ports(const design::Design& design) {
  return {{true, 0, "clk"},
          {true, 0, "reset", "synchronous; clears valid bits only"},
          {true, 0, "in_valid"},
          {false, 0, "in_ready"},
          {true, verilog_input_bits(design), "in_data"},
          {false, 0, "out_valid"},
          {true, 0, "out_ready"},
          {false, verilog_output_bits(design), "out_data"}};
}

std::vector<std::string> verilog_header(const design::Design& design,
                                        const std::vector<std::string>& statement) {
  std::vector<std::string> lines = {
      fmt::format("Network '{}' in fixed-point arithmetic, written by Certifix.", design.name)};
  if (!statement.empty()) {
    lines.insert(lines.end(), {"", "Proven:"});
    for (const std::string& line : statement) lines.push_back("  " + line);
  }
  return lines;
}

std::string verilog_input_comment(const design::Design& design, std::size_t i, int low) {
  const design::Input& input = design.inputs[i];
  return fmt::format("Input {}: {}, {}, {}", i,
                     print(verilog::slice("in_data", low + input.format.width() - 1, low)),
                     q_notation(input.format),
                     describe_codes({input.code_min, input.code_max}, input.format.lsb));
}

std::string verilog_output_comment(const design::Design& design, std::size_t i, int low) {
  const num::FixedFormat& format = design.blocks.back().rows[i].output;
  return fmt::format("Output {}: {}, {}, value = code * 2^{}", i,
                     print(verilog::slice("out_data", low + format.width() - 1, low)),
                     q_notation(format), format.lsb);
}

}  // namespace certifix::emit
