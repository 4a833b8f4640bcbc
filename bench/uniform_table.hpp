// Fractional bits of method uniform beside those of uniform_bits.csv, for people.
#pragma once

#include <string>
#include <vector>

#include "bench/references.hpp"
#include "bench/row.hpp"

namespace certifix::bench {

// One line per network and bound with a row of method uniform: bits, leaves and seconds of
// quantize on the network as it is (setting no-simplify, what the reference is about) and
// simplified. A last line counts the rows that need more bits than the reference; they are marked.
std::string uniform_table(const std::vector<Row>& rows, const References& references);

}  // namespace certifix::bench
