// Verilog-2001: a fully parallel pipeline of shifted additions, one result per clock cycle; or a
// folded circuit, whose multipliers serve all rows in turn.
//
// Private to certifix/emit (and its tests): the one way out of the tool is emit() in
// certifix/emit/emit.hpp, which takes a design that the checker has proven.
#pragma once

#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/options.hpp"

namespace certifix::emit {

// verilog/<name>.v, a self-checking test bench (<name>_test.v, <name>_inputs.hex,
// <name>_outputs.hex), synth.ys for Yosys, and a Makefile. `statement`: what was proven, for the
// comment at the top, one line each. docs/emitted-code.md describes the module's ports.
//
// The module relies on what was proven: with codes inside the box (any codes if the design clamps)
// no sum leaves its wires. Every design can be emitted; words may have any width.
std::vector<File> verilog_files(const design::Design& design,
                                const std::vector<std::string>& statement,
                                const EmitOptions& options);

}  // namespace certifix::emit
