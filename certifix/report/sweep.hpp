// Cost against bound as tables: for a terminal, for spreadsheets, for tools.
//
// Nothing of it depends on the clock or on the number of threads.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/optimize/pareto.hpp"

namespace certifix::report {

struct Sweep {
  std::string network;
  std::string method;
  cost::Model cost;                       // that was minimised
  std::size_t asked = 0;                  // bounds; fewer rows: stopped
  std::vector<optimize::ParetoRow> rows;  // the largest bound first
};

std::string sweep_table(const Sweep& sweep);  // ends with a newline
std::string sweep_csv(const Sweep& sweep);    // a header and one line a row
std::string sweep_json(const Sweep& sweep);   // docs/command-line.md lists the fields

}  // namespace certifix::report
