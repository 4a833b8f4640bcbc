// The last lines of the benchmark: what an eye would look for in the table.
#pragma once

#include <string>
#include <vector>

#include "bench/row.hpp"

namespace certifix::bench {

struct Summary {
  std::string text;      // all lines
  std::string failures;  // its last ones: what the attack found, rows that ended in an error
  bool broken = false;   // attack found an error above a proven bound, or an overflow
  bool failed = false;   // a row ended in an error
};

Summary summarize(const std::vector<Row>& rows);

}  // namespace certifix::bench
