#include "bench/float_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "certifix/num/outward/enclosure.hpp"

namespace certifix::bench {
namespace {

std::string constant(double value) { return fmt::format("{:.9e}f", static_cast<float>(value)); }

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

std::string table_of(const net::Source& source, std::size_t b, std::size_t columns) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < source.weights.rows(); ++i) {
    std::vector<double> row(columns, 0.0);
    for (const net::Entry& entry : source.weights.row(i))
      row[entry.column] = num::near_double(entry.value).value;
    std::vector<std::string> constants;
    for (const double weight : row) constants.push_back(constant(weight));
    rows.push_back(joined(constants));
  }
  return fmt::format("static const float weight{}_{}[{}][{}] = {};\n", b, source.block, rows.size(),
                     columns, joined(rows));
}

std::string layer(const net::Network& network, std::size_t b) {
  const net::Block& block = network.block(b);
  std::string out = "\n";
  std::string parameters;
  std::string loops;
  for (const net::Source& source : block.sources) {
    const std::size_t columns = network.size(source.block);
    out += table_of(source, b, columns);
    parameters += fmt::format("const float *h{}, ", source.block);
    loops += fmt::format("    for (k = 0; k < {0}; ++k) sum += weight{1}_{2}[i][k] * h{2}[k];\n",
                         columns, b, source.block);
  }
  std::vector<std::string> bias;
  std::vector<std::string> relu;
  for (std::size_t i = 0; i < block.size(); ++i) {
    bias.push_back(constant(num::near_double(block.bias[i]).value));
    relu.push_back(block.activation[i] == net::Activation::relu ? "1" : "0");
  }
  out += fmt::format("static const float bias{}[{}] = {};\n", b, block.size(), joined(bias));
  std::string activation;
  if (std::adjacent_find(relu.begin(), relu.end(), std::not_equal_to<>()) != relu.end()) {
    out +=
        fmt::format("static const unsigned char relu{}[{}] = {};\n", b, block.size(), joined(relu));
    activation = fmt::format("    if (relu{}[i] && sum < 0.0f) sum = 0.0f;\n", b);
  } else if (relu[0] == "1") {
    activation = "    if (sum < 0.0f) sum = 0.0f;\n";
  }
  return out + fmt::format(
                   "static __attribute__((noinline)) void layer{0}({1}float *out)\n"
                   "{{\n"
                   "  int i, k;\n"
                   "  for (i = 0; i < {2}; ++i) {{\n"
                   "    float sum = bias{0}[i];\n"
                   "{3}{4}"
                   "    out[i] = sum;\n"
                   "  }}\n"
                   "}}\n",
                   b, parameters, block.size(), loops, activation);
}

}  // namespace

std::string float_source(const net::Network& network) {
  std::string out = fmt::format("#define FLOAT_INPUTS {}\n#define FLOAT_OUTPUTS {}\n",
                                network.input_count(), network.output_count());
  const std::size_t last = network.block_count() - 1;
  std::string calls;
  for (std::size_t b = 1; b <= last; ++b) {
    out += layer(network, b);
    if (b < last) calls += fmt::format("  float h{}[{}];\n", b, network.size(b));
  }
  for (std::size_t b = 1; b <= last; ++b) {
    calls += fmt::format("  layer{}(", b);
    for (const net::Source& source : network.block(b).sources)
      calls += source.block == 0 ? std::string("input, ") : fmt::format("h{}, ", source.block);
    calls += b == last ? std::string("output);\n") : fmt::format("h{});\n", b);
  }
  return out + "\nstatic void float_infer(const float *input, float *output)\n{\n" + calls + "}\n";
}

}  // namespace certifix::bench
