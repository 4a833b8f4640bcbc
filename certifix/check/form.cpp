#include "certifix/check/form.hpp"

#include <algorithm>
#include <tuple>

#include "certifix/check/grid.hpp"
#include "certifix/check/leaves.hpp"
#include "certifix/check/overflow.hpp"

namespace certifix::check {
namespace {

using num::Integer;

std::string input_name(std::size_t i) { return "input " + std::to_string(i); }

using Failure = std::optional<std::string>;  // a detail

// Rules over rows: the first row (in order) for which `rule` gives a detail.
template <class RuleOfRow>
std::optional<Rejected> first_row(const design::Design& design, Rule id, RuleOfRow rule) {
  for (std::size_t b = 1; b < design.block_count(); ++b)
    for (std::size_t i = 0; i < design.size(b); ++i)
      if (const Failure detail = rule(b, design.blocks[b - 1].rows[i]))
        return Rejected{id, row_name(b, i), *detail};
  return std::nullopt;
}

// Of the output and the weights.
int widest_word(const design::Row& row) {
  int width = row.output.width();
  for (const design::Term& term : row.terms)
    width = std::max(width, num::signed_width(term.weight, term.weight));
  return width;
}

}  // namespace

std::string row_name(std::size_t block, std::size_t row) {
  return "block " + std::to_string(block) + " row " + std::to_string(row);
}

std::optional<Rejected> check_shape(const net::Network& network, const design::Design& design) {
  const auto differ = [](std::string where, std::size_t found, std::size_t expected) {
    return Rejected{Rule::shape, std::move(where),
                    std::to_string(found) + " instead of " + std::to_string(expected)};
  };
  if (design.inputs.size() != network.input_count())
    return differ("inputs", design.inputs.size(), network.input_count());
  if (design.block_count() != network.block_count())
    return differ("blocks", design.blocks.size(), network.block_count() - 1);
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    if (design.size(b) != network.size(b))
      return differ("rows of block " + std::to_string(b), design.size(b), network.size(b));
    for (std::size_t i = 0; i < network.size(b); ++i)
      if (design.blocks[b - 1].rows[i].activation != network.block(b).activation[i])
        return Rejected{Rule::shape, row_name(b, i), "the activation is not that of the network"};
  }
  return std::nullopt;
}

std::optional<Rejected> check_references(const net::Network& network,
                                         const Certificate& certificate) {
  const auto is_block = [&](std::size_t b) { return b >= 1 && b < network.block_count(); };
  for (const Norm& norm : certificate.norms)
    if (!is_block(norm.block) || norm.source >= norm.block)
      return Rejected{Rule::shape, "norms",
                      "block " + std::to_string(norm.block) + " does not read block " +
                          std::to_string(norm.source)};
  for (std::size_t node = 0; node < certificate.tree.size(); ++node)
    if (const auto* leaf = std::get_if<Leaf>(&certificate.tree[node]))
      for (const Neuron& named : leaf->enumerated)
        if (!is_block(named.block) || named.row >= network.size(named.block))
          return Rejected{Rule::shape, "node " + std::to_string(node) + " of the split",
                          "there is no " + row_name(named.block, named.row)};
  return std::nullopt;
}

std::optional<Rejected> check_wiring(const design::Design& design) {
  const auto rule = [&](std::size_t b, const design::Row& row) -> Failure {
    for (std::size_t t = 0; t < row.terms.size(); ++t) {
      const design::Term& term = row.terms[t];
      const std::string read =
          "element " + std::to_string(term.index) + " of block " + std::to_string(term.source);
      if (term.source >= b) return read + " does not lie in an earlier block";
      if (term.index >= design.size(term.source)) return read + " does not exist";
      if (t > 0 && std::tie(row.terms[t - 1].source, row.terms[t - 1].index) >=
                       std::tie(term.source, term.index))
        return read + " stands after a later element";
    }
    return std::nullopt;
  };
  return first_row(design, Rule::wiring, rule);
}

std::optional<Rejected> check_input_convention(const spec::Problem& problem) {
  for (std::size_t i = 0; i < problem.box.size(); ++i)
    if (!input_codes(problem.box[i], problem.inputs[i], 0))
      return Rejected{Rule::input_convention, input_name(i),
                      "no multiple of 2^" + std::to_string(-*problem.inputs[i].fraction_bits) +
                          " lies in the box"};
  return std::nullopt;
}

std::optional<Rejected> check_input_codes(const spec::Problem& problem,
                                          const design::Design& design) {
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    const design::Input& input = design.inputs[i];
    const Range codes = *input_codes(problem.box[i], problem.inputs[i], input.format.lsb);
    if (input.code_min != codes.lower || input.code_max != codes.upper)
      return Rejected{Rule::input_codes, input_name(i),
                      "declared are " + range_text({input.code_min, input.code_max}) +
                          ", the box has " + range_text(codes)};
  }
  return std::nullopt;
}

std::optional<Rejected> check_clamp(const spec::Problem& problem, const design::Design& design) {
  if (design.clamp == (problem.out_of_range == spec::OutOfRange::clamp)) return std::nullopt;
  return Rejected{Rule::clamp, "inputs",
                  design.clamp ? "the design clamps, the problem does not ask for it"
                               : "the problem asks for clamped inputs"};
}

std::optional<Rejected> check_input_format(const design::Design& design) {
  for (std::size_t i = 0; i < design.inputs.size(); ++i) {
    const design::Input& input = design.inputs[i];
    if (!input.format.contains(input.code_min, input.code_max))
      return Rejected{Rule::input_format, input_name(i),
                      "codes in " + range_text({input.code_min, input.code_max}) +
                          " leave the format's " +
                          range_text({input.format.min_code(), input.format.max_code()})};
  }
  return std::nullopt;
}

std::optional<Rejected> check_precision(const design::Design& design, Precision precision) {
  const auto off = [](const std::string& what, int bits) {
    return what + " is not a multiple of 2^-" + std::to_string(bits);
  };
  const int bits = precision.values;
  for (std::size_t i = 0; i < design.inputs.size(); ++i)
    if (!on_grid(1, design.inputs[i].format.lsb - 1, bits))
      return Rejected{Rule::precision, input_name(i), off("half its ulp", bits)};
  const auto rule = [&](std::size_t, const design::Row& row) -> Failure {
    if (!on_grid(1, row.output.lsb - 1, bits)) return off("half an output ulp", bits);
    if (!on_grid(row.bias, row.accumulator_lsb, bits)) return off("the bias", bits);
    for (const design::Term& term : row.terms)
      if (!on_grid(term.weight, weight_exponent(design, row, term), precision.weights))
        return off("the weight of element " + std::to_string(term.index) + " of block " +
                       std::to_string(term.source),
                   precision.weights);
    return std::nullopt;
  };
  return first_row(design, Rule::precision, rule);
}

std::optional<Rejected> check_limits(const spec::Limits& limits, const design::Design& design) {
  const auto too_wide = [](int width, std::optional<int> limit) -> Failure {
    if (!limit || width <= *limit) return std::nullopt;
    return std::to_string(width) + " bits, limit " + std::to_string(*limit);
  };
  for (std::size_t i = 0; i < design.inputs.size(); ++i)
    if (const Failure no = too_wide(design.inputs[i].format.width(), limits.word))
      return Rejected{Rule::word_limit, input_name(i), *no};
  const auto word = [&](std::size_t, const design::Row& row) {
    return too_wide(widest_word(row), limits.word);
  };
  if (auto no = first_row(design, Rule::word_limit, word)) return no;
  const auto accumulator = [&](std::size_t, const design::Row& row) {
    return too_wide(row.accumulator_width, limits.accumulator);
  };
  return first_row(design, Rule::accumulator_limit, accumulator);
}

std::optional<Rejected> check_cuts(const spec::Problem& problem, const SplitTree& tree,
                                   const std::string& name) {
  LeafWalk walk(tree, problem.box);
  while (walk.next()) {
  }
  if (!walk.stopped_at()) return std::nullopt;
  const std::size_t node = *walk.stopped_at();
  const Cut& cut = std::get<Cut>(tree[node]);
  return Rejected{Rule::cut, "node " + std::to_string(node) + " of the " + name,
                  cut.input < problem.box.size()
                      ? input_name(cut.input) + " is not cut strictly inside its range"
                      : "there is no " + input_name(cut.input)};
}

std::optional<Rejected> check_form(const spec::Problem& problem, const net::Network& network,
                                   const Certificate& certificate) {
  const design::Design& design = certificate.design;
  if (auto no = check_shape(network, design)) return no;
  if (auto no = check_references(network, certificate)) return no;
  if (auto no = check_wiring(design)) return no;
  if (auto no = check_input_convention(problem)) return no;
  if (auto no = check_input_codes(problem, design)) return no;
  if (auto no = check_clamp(problem, design)) return no;
  if (auto no = check_input_format(design)) return no;
  if (auto no = check_precision(design, certificate.precision)) return no;
  if (auto no = check_limits(problem.limits, design)) return no;
  if (auto no = check_cuts(problem, certificate.claims, "claims")) return no;
  return check_cuts(problem, certificate.tree, "split");
}

int widest_word(const design::Design& design) {
  int width = 0;
  for (const design::Input& input : design.inputs) width = std::max(width, input.format.width());
  for (const design::Block& block : design.blocks)
    for (const design::Row& row : block.rows) width = std::max(width, widest_word(row));
  return width;
}

int widest_accumulator(const design::Design& design) {
  int width = 0;
  for (const design::Block& block : design.blocks)
    for (const design::Row& row : block.rows) width = std::max(width, row.accumulator_width);
  return width;
}

}  // namespace certifix::check
