#include "certifix/optimize/compensated_plan.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include "certifix/optimize/compensated_rounding.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

// Of the entries of a row, in the order of the network's terms.
std::vector<double> row_values(const net::Block& block, std::size_t i, const std::vector<int>& lsb,
                               const Covariance& covariance) {
  // By dense columns, as the covariance counts them.
  std::vector<double> weights(covariance.size), ulps(covariance.size, 1);
  std::vector<std::size_t> columns;  // of the entries
  std::size_t first = 0;
  for (const net::Source& source : block.sources) {
    for (const net::Entry& entry : source.weights.row(i)) {
      const std::size_t column = first + entry.column;
      weights[column] = num::near_double(entry.value).value;
      ulps[column] = std::ldexp(1.0, lsb[columns.size()]);
      columns.push_back(column);
    }
    first += source.weights.columns();
  }
  const std::vector<double> codes = compensated_codes(weights, ulps, covariance);
  std::vector<double> result;
  for (const std::size_t column : columns) result.push_back(codes[column] * ulps[column]);
  return result;
}

}  // namespace

Plan compensated_plan(const Subject& subject, Plan plan) {
  for (std::size_t b = 1; b <= plan.blocks.size(); ++b) {
    const Covariance& covariance = subject.covariances()[b - 1];
    if (covariance.entries.empty()) continue;
    const net::Block& block = subject.problem().network.block(b);
    BlockPlan& grids = plan.blocks[b - 1];
    grids.value.assign(block.size(), {});
    split::parallel_for(block.size(), subject.threads(), [&](std::size_t i) {
      grids.value[i] = row_values(block, i, grids.weight_lsb[i], covariance);
    });
  }
  return plan;
}

}  // namespace certifix::optimize
