#include <fmt/format.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

// One vector a line: its codes side by side, the first from bit 0 up.
std::string hex_table(const std::vector<int>& widths, const std::vector<Integer>& codes) {
  std::string out;
  for (std::size_t at = 0; at < codes.size(); at += widths.size()) {
    Integer line = 0;
    for (std::size_t i = widths.size(); i-- > 0;) {
      const auto width = static_cast<unsigned long>(widths[i]);
      const Integer& code = codes[at + i];
      line = (line << width) + (code - (num::floor_shift(code, width) << width));
    }
    out += line.get_str(16) + "\n";
  }
  return out;
}

}  // namespace

std::string verilog_input_table(const design::Design& design, const TestVectors& vectors) {
  std::vector<int> widths;
  for (const design::Input& input : design.inputs) widths.push_back(input.format.width());
  return hex_table(widths, vectors.inputs);
}

std::string verilog_output_table(const design::Design& design, const TestVectors& vectors) {
  std::vector<int> widths;
  for (const design::Row& row : design.blocks.back().rows) widths.push_back(row.output.width());
  return hex_table(widths, vectors.outputs);
}

std::string verilog_bench(const design::Design& design, const VerilogTiming& timing,
                          const TestVectors& vectors) {
  CERTIFIX_CHECK(vectors.count > 0, "a test bench has vectors");
  return fmt::format(
      "// Sends all vectors twice, first without a pause, then with random pauses on both sides, "
      "and\n"
      "// compares every result; without pauses also the cycle in which it comes.\n"
      "// Prints PASS, or FAIL with the first difference. For iverilog and Verilator (--timing).\n"
      "`timescale 1ns / 1ps\n"
      "module {0}_test;\n"
      "  localparam VECTORS = {1};\n"
      "  localparam LATENCY = {2};\n"
      "  localparam INTERVAL = {3};  // from a result to the next one\n"
      "  localparam IN_BITS = {4};\n"
      "  localparam OUT_BITS = {5};\n"
      "  localparam PATIENCE = 64 * (VECTORS * INTERVAL + LATENCY);  // cycles\n"
      "\n"
      "  reg [IN_BITS-1:0] inputs [0:VECTORS-1];\n"
      "  reg [OUT_BITS-1:0] outputs [0:VECTORS-1];\n"
      "\n"
      "  reg clk = 0;\n"
      "  reg reset = 1;\n"
      "  reg pauses = 0;\n"
      "  reg in_valid = 0;\n"
      "  reg out_ready = 0;\n"
      "  reg [IN_BITS-1:0] in_data = 0;\n"
      "  wire in_ready;\n"
      "  wire out_valid;\n"
      "  wire [OUT_BITS-1:0] out_data;\n"
      "\n"
      "  {6} dut (\n"
      "    .clk(clk), .reset(reset),\n"
      "    .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),\n"
      "    .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)\n"
      "  );\n"
      "\n"
      "  reg [31:0] noise = 1;\n"
      "  integer cycle = 0;\n"
      "  integer sent = 0;\n"
      "  integer received = 0;\n"
      "  integer first_sent = 0;\n"
      "  wire accepted = in_valid & in_ready;\n"
      "  wire [31:0] next = sent + (accepted ? 1 : 0);\n"
      "\n"
      "  initial begin\n"
      "    $readmemh(\"{0}_inputs.hex\", inputs);\n"
      "    $readmemh(\"{0}_outputs.hex\", outputs);\n"
      "  end\n"
      "\n"
      "  always #5 clk = ~clk;\n"
      "\n"
      "  always @(posedge clk) begin\n"
      "    noise <= noise * 1664525 + 1013904223;\n"
      "    cycle <= cycle + 1;\n"
      "    if (reset) begin\n"
      "      reset <= 0;\n"
      "      cycle <= 0;\n"
      "      sent <= 0;\n"
      "      received <= 0;\n"
      "      in_valid <= 0;\n"
      "      out_ready <= 0;\n"
      "    end else begin\n"
      "      // A vector that was offered stays until it is taken.\n"
      "      in_valid <= (in_valid & ~in_ready) | ((next < VECTORS) & (~pauses | noise[31]));\n"
      "      in_data <= inputs[next < VECTORS ? next : VECTORS - 1];\n"
      "      out_ready <= ~pauses | noise[27];\n"
      "      if (accepted) begin\n"
      "        if (sent == 0) first_sent <= cycle;\n"
      "        sent <= sent + 1;\n"
      "      end\n"
      "      if (out_valid & out_ready) begin\n"
      "        if (out_data !== outputs[received]) begin\n"
      "          $display(\"FAIL {0}: vector %0d is %h, expected %h\", received, out_data,\n"
      "                   outputs[received]);\n"
      "          $finish;\n"
      "        end\n"
      "        if (~pauses & (cycle != first_sent + LATENCY + received * INTERVAL)) begin\n"
      "          $display(\"FAIL {0}: result %0d comes %0d cycles after the first vector\", "
      "received,\n"
      "                   cycle - first_sent);\n"
      "          $finish;\n"
      "        end\n"
      "        received <= received + 1;\n"
      "        if (received == VECTORS - 1) begin\n"
      "          if (pauses) begin\n"
      "            $display(\"PASS {0}: %0d vectors, latency %0d cycles\", VECTORS, LATENCY);\n"
      "            $finish;\n"
      "          end\n"
      "          pauses <= 1;\n"
      "          reset <= 1;\n"
      "        end\n"
      "      end\n"
      "      if (cycle > PATIENCE) begin\n"
      "        $display(\"FAIL {0}: %0d results after %0d cycles\", received, cycle);\n"
      "        $finish;\n"
      "      end\n"
      "    end\n"
      "  end\n"
      "endmodule\n",
      identifier(design.name), vectors.count, timing.latency, timing.interval,
      verilog_input_bits(design), verilog_output_bits(design), verilog_module_name(design));
}

std::string verilog_makefile(const design::Design& design) {
  return fmt::format(
      "# make sim: the self-checking test bench in Icarus Verilog (package iverilog).\n"
      "# make verilator: the same in Verilator (package verilator, version 5 or later).\n"
      "# make synth: cells of a Xilinx 7-series device by Yosys (package yosys).\n"
      "sim: {0}_test.vvp\n"
      "\tvvp -n {0}_test.vvp > sim.log; cat sim.log; grep -q '^PASS ' sim.log\n"
      "\n"
      "test: sim\n"
      "\n"
      "{0}_test.vvp: {0}.v {0}_test.v\n"
      "\tiverilog -g2001 -o $@ {0}.v {0}_test.v\n"
      "\n"
      "verilator: {0}.v {0}_test.v\n"
      "\tverilator --binary --timing -Wno-fatal -Wno-lint -Wno-style -Wno-TIMESCALEMOD \\\n"
      "\t  --top-module {0}_test \\\n"
      "\t  --Mdir verilated {0}.v {0}_test.v > verilator.log\n"
      "\tverilated/V{0}_test > sim.log; cat sim.log; grep -q '^PASS ' sim.log\n"
      "\n"
      "synth:\n"
      "\tyosys -q synth.ys\n"
      "\tcat synth.txt\n"
      "\n"
      ".PHONY: sim test verilator synth clean\n"
      "clean:\n"
      "\trm -rf {0}_test.vvp sim.log verilated verilator.log synth.txt\n",
      identifier(design.name));
}

std::string verilog_synthesis(const design::Design& design, bool with_multipliers) {
  return fmt::format(
      "# yosys synth.ys: a 7-series device{2}; the count of cells goes to synth.txt.\n"
      "read_verilog {0}.v\n"
      "synth_xilinx -family xc7 -flatten -noiopad{3} -top {1}\n"
      "tee -q -o synth.txt stat\n",
      identifier(design.name), verilog_module_name(design), with_multipliers ? "" : " without DSPs",
      with_multipliers ? "" : " -nodsp");
}

}  // namespace certifix::emit
