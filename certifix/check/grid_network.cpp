#include "certifix/check/grid_network.hpp"

#include <algorithm>
#include <utility>

namespace certifix::check {
namespace {

// w~ and b~, and where they differ from w and b.
RealRow real_row(const GridNetwork& grid, const net::Block& block, std::size_t i) {
  RealRow row;
  row.activation = block.activation[i];
  for (const net::Source& source : block.sources) {
    for (const net::Entry& entry : source.weights.row(i)) {
      const std::size_t element = grid.starts[source.block] + entry.column;
      Integer weight = grid_nearest(entry.value, grid.precision.weights);
      if (num::scaled(entry.value, grid.precision.weights) != weight)
        row.changed.push_back(element);
      if (weight != 0) row.weights.push_back({element, std::move(weight)});
    }
  }
  row.bias = grid_nearest(block.bias[i], grid.precision.values);
  row.bias_changed = num::scaled(block.bias[i], grid.precision.values) != row.bias;
  return row;
}

}  // namespace

bool fit_in_words(const Edges& edges) {
  return std::none_of(edges.begin(), edges.end(), [](const Edge& edge) { return edge.is_wide(); });
}

GridNetwork::GridNetwork(const net::Network& network, Precision the_precision)
    : precision(the_precision), in_words(precision.weights < 63), starts{0} {
  for (std::size_t b = 0; b < network.block_count(); ++b)
    starts.push_back(starts.back() + network.size(b));
  for (std::size_t b = 1; b < network.block_count(); ++b)
    for (std::size_t i = 0; i < network.size(b); ++i)
      rows.push_back(real_row(*this, network.block(b), i));
  for (const RealRow& row : rows) in_words = in_words && fit_in_words(row.weights);
}

}  // namespace certifix::check
