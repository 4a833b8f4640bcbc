#include "certifix/optimize/compensated_rows.hpp"

#include <cmath>
#include <utility>

namespace certifix::optimize {

CompensatedRows::CompensatedRows(range::FloatNetwork network, const range::FloatBox& box)
    : network_(std::move(network)), covariances_(covariances(network_, box)) {}

const std::vector<double>& CompensatedRows::row(std::size_t b, std::size_t i, int bits) const {
  const std::tuple key(b, i, bits);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
  }
  std::vector<double> weights;
  for (const range::FloatSource& source : network_.block(b).sources)
    weights.insert(weights.end(), source.row(i), source.row(i) + source.columns);
  const double ulp = std::ldexp(1.0, -bits);
  std::vector<double> values =
      compensated_codes(weights, std::vector<double>(weights.size(), ulp), *covariances_[b - 1]);
  for (double& value : values) value *= ulp;
  const std::lock_guard lock(mutex_);
  return known_.emplace(key, std::move(values)).first->second;
}

}  // namespace certifix::optimize
