#include "certifix/report/circuit.hpp"

#include <fmt/format.h>

namespace certifix::report {

std::string circuit_lines(const cost::Circuit& circuit) {
  const netlist::FoldedCounts& folded = circuit.folded;
  std::string text = fmt::format("  verilog {}\n", circuit.reason);
  text += circuit.parallel.counted
              ? fmt::format(
                    "    parallel: {} LUTs, {} flip-flops, latency {} cycles, a result in "
                    "each cycle\n",
                    circuit.parallel.luts, circuit.parallel.ffs, circuit.parallel.latency)
              : fmt::format("    parallel: about {} LUTs, not built\n", circuit.parallel.luts);
  text += fmt::format(
      "    folded:   {} LUTs, {} flip-flops, {} DSPs, {} bits of weights, {} cycles ({} lane{})\n",
      folded.luts, folded.ff_bits, folded.dsps, folded.rom_bits, folded.latency, folded.lanes,
      folded.lanes == 1 ? "" : "s");
  return text;
}

}  // namespace certifix::report
