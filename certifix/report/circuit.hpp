// The circuit that was chosen for the Verilog, and what both architectures are expected to take.
#pragma once

#include <string>

#include "certifix/cost/architecture.hpp"

namespace certifix::report {

// Lines of text: the choice with its reason, and a line for each architecture.
std::string circuit_lines(const cost::Circuit& circuit);

}  // namespace certifix::report
