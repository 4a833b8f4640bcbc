#include <cstddef>
#include <vector>

#include "certifix/certify/text.hpp"

namespace certifix::certify {
namespace {

using net::Activation;

std::string canonical_name(const std::string& name) {
  constexpr std::size_t kLongest = 100;
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-";
  std::string result = name.empty() ? "_" : name.substr(0, kLongest);
  for (char& c : result)
    if (kAllowed.find(c) == std::string_view::npos) c = '_';
  return result;
}

std::string limit_text(const std::optional<int>& limit) {
  return limit ? std::to_string(*limit) : "none";
}

std::string_view activation_text(Activation activation) {
  switch (activation) {
    case Activation::identity:
      return "identity";
    case Activation::relu:
      return "relu";
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

void append_input(std::string& out, const num::Interval& range,
                  const spec::InputConvention& convention) {
  out += "input " + num::text(range.lower()) + " " + num::text(range.upper());
  out += convention.fraction_bits ? " grid " + std::to_string(*convention.fraction_bits) : " real";
  out += "\n";
}

void append_from(std::string& out, const net::Source& source, std::size_t row) {
  const auto entries = source.weights.row(row);
  const std::size_t size = source.weights.columns();
  out += "from " + std::to_string(source.block);
  if (2 * entries.size() >= size) {
    out += " all";
    std::size_t next = 0;
    const auto append_zeros_up_to = [&](std::size_t column) {
      for (; next < column; ++next) out += " 0";
    };
    for (const net::Entry& entry : entries) {
      append_zeros_up_to(entry.column);
      out += " " + num::text(entry.value);
      ++next;
    }
    append_zeros_up_to(size);
  } else {
    out += " some " + std::to_string(entries.size());
    for (const net::Entry& entry : entries)
      out += " " + std::to_string(entry.column) + " " + num::text(entry.value);
  }
  out += "\n";
}

void append_block(std::string& out, const net::Block& block) {
  out += "block " + canonical_name(block.name) + " " + std::to_string(block.size()) + "\n";
  for (std::size_t i = 0; i < block.size(); ++i) {
    std::vector<const net::Source*> read;
    for (const net::Source& source : block.sources)
      if (!source.weights.row(i).empty()) read.push_back(&source);
    out += "row ";
    out += activation_text(block.activation[i]);
    out += " " + num::text(block.bias[i]) + " " + std::to_string(read.size()) + "\n";
    for (const net::Source* source : read) append_from(out, *source, i);
  }
}

}  // namespace

std::string problem_text(const spec::Problem& problem) {
  const net::Network& network = problem.network;
  std::string out = "certifix-problem 1\n";
  out += "name " + canonical_name(network.name()) + "\n";
  out += "inputs " + std::to_string(network.input_count()) + "\n";
  for (std::size_t i = 0; i < network.input_count(); ++i)
    append_input(out, problem.box[i], problem.inputs[i]);
  out += problem.out_of_range == spec::OutOfRange::clamp ? "out-of-range clamp\n"
                                                         : "out-of-range none\n";
  out += "limit word " + limit_text(problem.limits.word) + "\n";
  out += "limit accumulator " + limit_text(problem.limits.accumulator) + "\n";
  out += "blocks " + std::to_string(network.block_count() - 1) + "\n";
  for (std::size_t b = 1; b < network.block_count(); ++b) append_block(out, network.block(b));
  out += "functionals " + std::to_string(problem.functionals.size()) + "\n";
  for (const spec::Functional& functional : problem.functionals) {
    out += "functional " + num::text(functional.bound);
    for (const num::Rational& c : functional.coefficients) out += " " + num::text(c);
    out += "\n";
  }
  return out + "end\n";
}

}  // namespace certifix::certify
