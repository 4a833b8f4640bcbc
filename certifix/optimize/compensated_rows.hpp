// Values of weights on given grids that are chosen so that their errors cancel
// (compensated_rounding.hpp), kept once they are computed: searches ask for the same rows again and
// again.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "certifix/optimize/compensated_rounding.hpp"
#include "certifix/range/float_network.hpp"

namespace certifix::optimize {

class CompensatedRows {
 public:
  CompensatedRows(range::FloatNetwork network, const range::FloatBox& box);

  // Whether block b reads few enough elements for a covariance.
  bool possible(std::size_t b) const { return covariances_[b - 1].has_value(); }

  // Row i of block b on 2^-bits: the values of its weights by dense columns, source after source.
  // The block must be possible. From any thread.
  const std::vector<double>& row(std::size_t b, std::size_t i, int bits) const;

 private:
  range::FloatNetwork network_;
  std::vector<std::optional<QuadraticForm>> covariances_;
  mutable std::mutex mutex_;
  mutable std::map<std::tuple<std::size_t, std::size_t, int>, std::vector<double>> known_;
};

}  // namespace certifix::optimize
