// The parts that reports in plain text share.
#pragma once

#include <string>

#include "certifix/cost/cost.hpp"
#include "certifix/report/layer.hpp"

namespace certifix::report {

std::string span_text(const Span& span);         // "9", "9-13"
std::string format_text(const Layer& layer);     // "u13 2^-9", "s9-13 2^-12..2^-9"
std::string range_text(const RealRange& range);  // "[-1.5, 2]", "-" where it is not known
std::string cost_lines(const cost::Cost& cost);  // two lines

}  // namespace certifix::report
