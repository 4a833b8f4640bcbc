#include "certifix/range/size.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "certifix/base/error.hpp"

namespace certifix::range {
namespace {

// Measured by `analyze --weight-bits 16 --activation-bits 16`, two threads: 259 MB for 400 inputs,
// 400 neurons and one output, 953 MB for 800. Pairs of outputs: more than 15 GB for 5,130 outputs.
constexpr std::uint64_t kBytesPerWeight = 1400;     // exact, in the network and its designs
constexpr std::uint64_t kBytesPerElement = 64;      // doubles
constexpr std::uint64_t kBytesPerOutputPair = 500;  // exact

constexpr std::uint64_t kGigabyte = 1'000'000'000;

// Of block b at [b - 1]. Products of sizes cannot overflow: importers accept at most 2,000,000
// rows.
std::vector<std::uint64_t> bytes_of_blocks(const net::Network& network) {
  std::vector<std::uint64_t> result;
  std::uint64_t widest = network.input_count();
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    std::uint64_t weights = 0;
    std::uint64_t columns = widest;
    for (const net::Source& source : network.block(b).sources) {
      weights += source.weights.entry_count();
      columns += source.weights.columns();
    }
    const std::uint64_t rows = network.size(b);
    result.push_back(weights * kBytesPerWeight + rows * columns * kBytesPerElement);
    widest = std::max(widest, rows);
  }
  result.back() += network.output_count() * network.output_count() * kBytesPerOutputPair;
  return result;
}

}  // namespace

void require_analysable(const net::Network& network, std::uint64_t available) {
  const std::vector<std::uint64_t> bytes = bytes_of_blocks(network);
  const std::uint64_t all = std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
  if (all <= available) return;
  const auto largest = std::max_element(bytes.begin(), bytes.end());
  const net::Block& block = network.block(1 + (largest - bytes.begin()));
  throw Error(ErrorCode::too_large,
              "the analysis of this network would take about " +
                  std::to_string(all / kGigabyte + 1) + " GB of memory, there are " +
                  std::to_string(available / kGigabyte) + "; most of it for the " +
                  std::to_string(block.size()) + " rows of '" + block.name + "'",
              block.origin,
              "use fewer inputs (one image, not a batch; a smaller crop), fewer outputs or "
              "narrower layers");
}

}  // namespace certifix::range
