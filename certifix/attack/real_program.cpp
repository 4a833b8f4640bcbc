#include "certifix/attack/real_program.hpp"

#include <algorithm>
#include <limits>

#include "certifix/attack/approximation.hpp"

namespace certifix::attack {
namespace {

bool is_relu(net::Activation activation) {
  switch (activation) {
    case net::Activation::identity:
      return false;
    case net::Activation::relu:
      return true;
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

}  // namespace

RealProgram::RealProgram(const net::Network& network)
    : input_count_(network.input_count()), output_count_(network.output_count()) {
  std::vector<std::size_t> start(network.block_count() + 1, 0);
  for (std::size_t b = 0; b < network.block_count(); ++b) start[b + 1] = start[b] + network.size(b);
  CERTIFIX_CHECK(start.back() <= std::numeric_limits<std::uint32_t>::max(),
                 "the elements of a network can be numbered in 32 bits");
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    for (std::size_t i = 0; i < block.size(); ++i) {
      Row row{terms_.size(), 0, approximation(block.bias[i]), is_relu(block.activation[i])};
      for (const net::Source& source : block.sources)
        for (const net::Entry& entry : source.weights.row(i))
          terms_.push_back({approximation(entry.value),
                            static_cast<std::uint32_t>(start[source.block] + entry.column)});
      row.end_term = terms_.size();
      rows_.push_back(row);
    }
  }
}

void RealProgram::run(std::span<const double> inputs, std::span<double> outputs,
                      std::vector<double>& scratch) const {
  const std::size_t count = outputs.size() / output_count_;
  CERTIFIX_CHECK(inputs.size() == count * input_count_ && outputs.size() == count * output_count_,
                 "inputs and outputs hold the same number of points");
  scratch.resize((input_count_ + rows_.size()) * kLanes);
  double* const values = scratch.data();
  for (std::size_t first = 0; first < count; first += kLanes) {
    // Lanes past the last point repeat it.
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double* x = &inputs[std::min(first + lane, count - 1) * input_count_];
      for (std::size_t i = 0; i < input_count_; ++i) values[i * kLanes + lane] = x[i];
    }
    double* h = values + input_count_ * kLanes;
    for (const Row& row : rows_) {
      double sum[kLanes];
      for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] = row.bias;
      for (std::size_t t = row.first_term; t < row.end_term; ++t) {
        const double weight = terms_[t].weight;
        const double* source = values + terms_[t].element * kLanes;
        for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] += weight * source[lane];
      }
      if (row.relu)
        for (std::size_t lane = 0; lane < kLanes; ++lane) sum[lane] = std::max(sum[lane], 0.0);
      std::copy(sum, sum + kLanes, h);
      h += kLanes;
    }
    const double* y = h - output_count_ * kLanes;
    for (std::size_t lane = 0; lane < std::min(kLanes, count - first); ++lane)
      for (std::size_t o = 0; o < output_count_; ++o)
        outputs[(first + lane) * output_count_ + o] = y[o * kLanes + lane];
  }
}

}  // namespace certifix::attack
