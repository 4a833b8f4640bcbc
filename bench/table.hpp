// Rows as text: a table for people, CSV for programs.
#pragma once

#include <string>
#include <vector>

#include "bench/references.hpp"
#include "bench/row.hpp"

namespace certifix::bench {

// The row of (network, error, method, setting), or null.
const Row* find(const std::vector<Row>& rows, const Job& job);
// The row of method certifix or uniform; on the network's own structure if there is no other.
const Row* find_own(const std::vector<Row>& rows, const std::string& network,
                    const std::string& error, const std::string& method);
// The verified aster row of least area among `settings` ("AB"), or null.
const Row* cheapest_aster(const std::vector<Row>& rows, const std::string& network,
                          const std::string& error, const std::string& settings);

// Network and bound in the order of the rows, each once.
std::vector<std::pair<std::string, std::string>> cases(const std::vector<Row>& rows);

// One line per network, bound and method; of aster the cheapest of the settings A and B, which
// prove the same theorem as the other methods. Beside it the prototype's and the paper's figures.
std::string table(const std::vector<Row>& rows, const References& references);
// One line per network and bound: what each of the paper's settings gave here and in the paper.
std::string settings_table(const std::vector<Row>& rows, const References& references);
// All rows, all figures.
std::string csv(const std::vector<Row>& rows, const References& references);
std::string json(const std::vector<Row>& rows);

}  // namespace certifix::bench
