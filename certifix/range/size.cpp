#include "certifix/range/size.hpp"

#include <algorithm>
#include <string>

#include "certifix/base/error.hpp"

namespace certifix::range {
namespace {

// Measured by `analyze`: 953 MB for 800 inputs, 800 neurons, one output; 15 GB and more for 5,130
// outputs of as many inputs.
constexpr std::uint64_t kBytesPerWeight = 1400;     // exact, in the network and its designs
constexpr std::uint64_t kBytesPerElement = 64;      // doubles
constexpr std::uint64_t kBytesPerOutputPair = 500;  // exact

// Products of sizes cannot overflow: importers accept at most 2,000,000 rows.
std::uint64_t bytes_of_block(const net::Network& network, std::size_t b) {
  std::uint64_t columns = network.input_count();
  for (std::size_t earlier = 1; earlier < b; ++earlier)
    columns = std::max<std::uint64_t>(columns, network.size(earlier));
  std::uint64_t weights = 0;
  for (const net::Source& source : network.block(b).sources) {
    columns += source.weights.columns();
    weights += source.weights.entry_count();
  }
  std::uint64_t bytes = weights * kBytesPerWeight + network.size(b) * columns * kBytesPerElement;
  if (b + 1 == network.block_count())
    bytes += network.output_count() * network.output_count() * kBytesPerOutputPair;
  return bytes;
}

}  // namespace

std::uint64_t memory_estimate(const net::Network& network) {
  std::uint64_t bytes = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b) bytes += bytes_of_block(network, b);
  return bytes;
}

void require_analysable(const net::Network& network, std::uint64_t available) {
  const std::uint64_t bytes = memory_estimate(network);
  if (bytes <= available) return;
  std::size_t largest = 1;
  for (std::size_t b = 2; b < network.block_count(); ++b)
    if (bytes_of_block(network, b) > bytes_of_block(network, largest)) largest = b;
  const net::Block& block = network.block(largest);
  throw Error(ErrorCode::too_large,
              "the analysis of this network would take " + std::to_string(bytes / 1'000'000'000) +
                  " GB of memory, there are " + std::to_string(available / 1'000'000'000) +
                  "; most of it for the " + std::to_string(block.size()) + " rows of '" +
                  block.name + "'",
              block.origin,
              "use fewer inputs (one image, not a batch; a smaller crop), fewer outputs or "
              "narrower layers");
}

}  // namespace certifix::range
