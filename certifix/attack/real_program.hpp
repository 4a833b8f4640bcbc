// The real network in doubles, compiled to flat arrays: fast and approximate, for the search only.
//
// Several points run side by side (lanes), which amortises the reading of weights and lets the
// compiler use vector instructions. Every lane is summed in the same order, so that the result for
// a point does not depend on its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "certifix/net/network.hpp"

namespace certifix::attack {

class RealProgram {
 public:
  static constexpr std::size_t kLanes = 16;

  explicit RealProgram(const net::Network& network);

  std::size_t input_count() const { return input_count_; }
  std::size_t output_count() const { return output_count_; }

  // n points, point after point: inputs holds n * input_count() values, outputs receives
  // n * output_count(). `scratch` is resized as needed and may be kept between calls.
  void run(std::span<const double> inputs, std::span<double> outputs,
           std::vector<double>& scratch) const;

 private:
  struct Term {
    double weight;
    std::uint32_t element;  // of all blocks, one after the other
  };
  struct Row {
    std::size_t first_term;
    std::size_t end_term;
    double bias;
    bool relu;
  };

  std::size_t input_count_ = 0;
  std::size_t output_count_ = 0;
  std::vector<Row> rows_;
  std::vector<Term> terms_;
};

}  // namespace certifix::attack
