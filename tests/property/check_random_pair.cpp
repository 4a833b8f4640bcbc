#include "tests/property/check_random_pair.hpp"

#include <algorithm>
#include <utility>

#include "certifix/check/form.hpp"
#include "certifix/check/leaves.hpp"
#include "certifix/check/ranges.hpp"
#include "certifix/check/read.hpp"
#include "certifix/check/rewrite.hpp"
#include "certifix/error/float_design.hpp"
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::test {
namespace {

using net::Activation;
using num::Integer;
using num::Interval;
using num::Rational;

Rational random_rational(Random& random, int most) {
  constexpr int kDenominators[] = {1, 1, 2, 3, 4, 5, 7, 8, 10, 16};
  const int d = kDenominators[random.between(0, 9)];
  return Rational(random.between(-most * d, most * d), d);
}

Activation random_activation(Random& random) {
  return random.chance(65) ? Activation::relu : Activation::identity;
}

void add_input(Random& random, spec::Problem& problem) {
  spec::InputConvention convention;
  Rational a = random_rational(random, 2), b = random_rational(random, 2);
  if (random.chance(15)) b = a;
  if (random.chance(40)) {
    const int fraction_bits = random.between(-1, 6);
    convention.fraction_bits = fraction_bits;
    a = Rational(num::floor_to(a, -fraction_bits)) *
        num::power_of_two(-fraction_bits);  // a grid point
  }
  problem.box.push_back(Interval(std::min(a, b), std::max(a, b)));
  problem.inputs.push_back(convention);
}

// What one row reads: entries by source block.
using RowWeights = std::vector<std::vector<net::Entry>>;

net::Block random_block(Random& random, const std::vector<std::size_t>& sizes, bool last) {
  const std::size_t rows = random.between(1, last ? 2 : 3);
  std::vector<RowWeights> weights;
  net::Block block{"b", {}, {}, {}, {}};
  for (std::size_t i = 0; i < rows; ++i) {
    block.activation.push_back(last && random.chance(70) ? Activation::identity
                                                         : random_activation(random));
    if (i > 0 && random.chance(30)) {  // the row before once more
      weights.push_back(weights.back());
      block.bias.push_back(block.bias.back());
      continue;
    }
    RowWeights row(sizes.size());
    for (std::size_t source = 0; source < sizes.size(); ++source) {
      const int density = source + 1 == sizes.size() ? 85 : 35;
      for (std::size_t j = 0; j < sizes[source]; ++j)
        if (const Rational w = random_rational(random, 2); random.chance(density) && w.sign() != 0)
          row[source].push_back({j, w});
    }
    weights.push_back(std::move(row));
    block.bias.push_back(random.chance(30) ? Rational(0) : random_rational(random, 2));
  }
  for (std::size_t source = 0; source < sizes.size(); ++source) {
    std::vector<std::vector<net::Entry>> of_source;
    for (const RowWeights& row : weights) of_source.push_back(row[source]);
    block.sources.push_back({source, net::Matrix::sparse(sizes[source], of_source)});
  }
  return block;
}

net::Network random_network(Random& random, std::size_t inputs) {
  std::vector<std::size_t> sizes{inputs};
  std::vector<net::Block> blocks;
  const int count = random.between(1, 4);
  for (int b = 0; b < count; ++b) {
    blocks.push_back(random_block(random, sizes, b + 1 == count));
    sizes.push_back(blocks.back().size());
  }
  return net::Network("random", inputs, std::move(blocks));
}

design::Input random_input(Random& random, const Interval& range,
                           const spec::InputConvention& convention) {
  design::Input input;
  input.format.lsb = random.between(-5, 1);
  input.format.msb = input.format.lsb + kWide - 1;
  Rational first = range.lower(), last = range.upper();
  if (convention.fraction_bits) {
    const int grid = -*convention.fraction_bits;
    first = Rational(num::ceil_to(first, grid)) * num::power_of_two(grid);
    last = Rational(num::floor_to(last, grid)) * num::power_of_two(grid);
  }
  input.code_min = num::floor(first / num::power_of_two(input.format.lsb) + Rational(1, 2));
  input.code_max = num::floor(last / num::power_of_two(input.format.lsb) + Rational(1, 2));
  return input;
}

// The weight by which row i reads element j of a block; 0 if there is none.
Rational weight(const net::Block& block, std::size_t i, std::size_t source, std::size_t j) {
  for (const net::Source& read : block.sources)
    if (read.block == source)
      for (const net::Entry& entry : read.weights.row(i))
        if (entry.column == j) return entry.value;
  return 0;
}

// Row i of the block, rounded to formats of its own; now and then a weight is off by one, missing,
// or stands where the network has none.
design::Row random_row(Random& random, const net::Block& block, std::size_t i,
                       const design::Design& design, const std::vector<std::size_t>& sizes) {
  design::Row row;
  row.activation = block.activation[i];
  row.accumulator_lsb = random.between(-9, 0);
  row.output.lsb = row.accumulator_lsb + random.between(-2, 5);
  row.output.msb = row.output.lsb + kWide - 1;
  row.accumulator_width = kWide;
  if (random.chance(40)) row.accumulator_mode = design::AccumulatorMode::modular;
  row.bias = num::round_half_up(block.bias[i], row.accumulator_lsb);
  if (random.chance(15)) row.bias += random.between(-1, 1);
  for (std::size_t source = 0; source < sizes.size(); ++source) {
    for (std::size_t j = 0; j < sizes[source]; ++j) {
      const Rational w = weight(block, i, source, j);
      if (w.sign() == 0 && !random.chance(6)) continue;
      const int shift = random.between(0, 2);
      Integer weight = num::round_half_up(w, shift + row.accumulator_lsb - design.lsb(source, j));
      if (random.chance(10)) weight += random.between(-1, 1);
      if (weight == 0 || random.chance(3)) continue;
      row.terms.push_back({source, j, weight, shift});
    }
  }
  return row;
}

design::Design random_design_near(Random& random, const spec::Problem& problem,
                                  const net::Network& network) {
  design::Design design;
  design.clamp = problem.out_of_range == spec::OutOfRange::clamp;
  std::vector<std::size_t> sizes{problem.box.size()};
  for (std::size_t i = 0; i < problem.box.size(); ++i)
    design.inputs.push_back(random_input(random, problem.box[i], problem.inputs[i]));
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    design.blocks.push_back({});
    for (std::size_t i = 0; i < block.size(); ++i) {
      design::Row row = random_row(random, block, i, design, sizes);
      if (i > 0 && random.chance(50)) {  // equal rows stay equal
        const Activation activation = row.activation;
        bool same = block.bias[i] == block.bias[i - 1];
        for (const net::Source& source : block.sources)
          same = same && std::ranges::equal(source.weights.row(i), source.weights.row(i - 1));
        if (same) row = design.blocks.back().rows.back();
        row.activation = activation;
      }
      design.blocks.back().rows.push_back(std::move(row));
    }
    sizes.push_back(block.size());
  }
  return design;
}

void add_subtree(Random& random, const std::vector<int>& lsb, spec::Box box, int depth,
                 check::SplitTree& tree) {
  const auto d = static_cast<std::size_t>(random.between(0, static_cast<int>(box.size()) - 1));
  Rational at =
      box[d].lower() + (box[d].upper() - box[d].lower()) * Rational(random.between(1, 6), 7);
  if (random.chance(50))  // the edge of a rounding cell
    at = (Rational(num::floor_to(at, lsb[d])) + Rational(1, 2)) * num::power_of_two(lsb[d]);
  if (depth == 0 || random.chance(30) || at <= box[d].lower() || at >= box[d].upper()) {
    tree.emplace_back(check::Leaf{});
    return;
  }
  tree.emplace_back(check::Cut{d, at});
  spec::Box lower = box, upper = box;
  lower[d] = Interval(box[d].lower(), at);
  upper[d] = Interval(at, box[d].upper());
  add_subtree(random, lsb, std::move(lower), depth - 1, tree);
  add_subtree(random, lsb, std::move(upper), depth - 1, tree);
}

check::Role random_role(Random& random, Activation activation, bool output, const check::Range& z) {
  using check::Role;
  if (activation == Activation::identity)
    return output || random.chance(50) ? Role::keep : Role::bypass;
  if (random.chance(25)) return Role::keep;
  if (z.lower >= 0) return output || random.chance(50) ? Role::affine : Role::bypass;
  return z.upper <= 0 && !output ? Role::dead : Role::keep;
}

// Roles that the ranges on all leaves of the certificate's claims prove.
void add_roles(Random& random, const spec::Problem& problem, check::Precision precision,
               check::Certificate& certificate) {
  const net::Network& network = problem.network;
  const check::GridNetwork grid(network, precision);
  std::vector<check::Range> hull(grid.elements());
  check::BlockRanges<Integer> ranges(grid);
  check::LeafWalk walk(certificate.claims, problem.box);
  while (const auto job = walk.next()) {
    check::LeafState state(grid.elements());
    for (std::size_t i = 0; i < job->box.size(); ++i)
      state[i].value = check::input_range(job->box[i], precision.values);
    for (std::size_t b = 1; b < grid.blocks(); ++b) ranges.bound(b, state);
    for (std::size_t e = grid.inputs(); e < grid.elements(); ++e) {
      const check::Range& z = state[e].before;
      if (job->index == 0) hull[e] = z;
      hull[e] = {std::min(hull[e].lower, z.lower), std::max(hull[e].upper, z.upper)};
    }
  }
  for (std::size_t b = 1; b < grid.blocks(); ++b) {
    certificate.roles.emplace_back();
    for (std::size_t i = 0; i < grid.size(b); ++i)
      certificate.roles.back().push_back(random_role(random, network.block(b).activation[i],
                                                     b + 1 == grid.blocks(),
                                                     hull[grid.starts[b] + i]));
  }
}

// Most norms, as doubles estimate them.
void add_norms(Random& random, const net::Network& network, check::Certificate& certificate) {
  const range::FloatNetwork real = range::to_float(network);
  const error::Norms norms = error::operator_norms(real);
  for (std::size_t b = 1; b < network.block_count(); ++b)
    for (std::size_t k = 0; k < norms[b - 1].size(); ++k)
      if (random.chance(85))
        certificate.norms.push_back({b, network.block(b).sources[k].block,
                                     num::exact_value(norms[b - 1][k]) + num::power_of_two(-10)});
}

void add_enumerated(Random& random, const net::Network& network, check::SplitTree& tree) {
  const auto below = [&](std::size_t end) {
    return static_cast<std::size_t>(random.between(0, static_cast<int>(end) - 1));
  };
  for (auto& node : tree) {
    auto* leaf = std::get_if<check::Leaf>(&node);
    if (leaf == nullptr || random.chance(40)) continue;
    const int count = random.between(1, 5);
    for (int n = 0; n < count; ++n) {
      const std::size_t block = 1 + below(network.block_count() - 1);
      leaf->enumerated.push_back({block, below(network.size(block))});
    }
  }
}

// Where input i is worth looking at in this range.
std::vector<Rational> candidates(const Interval& range, const spec::InputConvention& convention,
                                 int lsb, Random& random) {
  std::vector<Rational> result;
  const Rational ulp = num::power_of_two(lsb);
  const auto add = [&](const Rational& x) {
    if (range.contains(x)) result.push_back(x);
  };
  if (convention.fraction_bits) {
    const int grid = -*convention.fraction_bits;
    const Integer first = num::ceil_to(range.lower(), grid);
    const Integer last = num::floor_to(range.upper(), grid);
    if (first > last) return {};
    const Rational step = num::power_of_two(grid);
    for (Integer n = first; n <= last && n <= first + 5; ++n) add(Rational(n) * step);
    for (Integer n = last; n > first + 5 && n > last - 3; --n) add(Rational(n) * step);
    for (int k = 0; k < 3; ++k) {
      // A rounding cell and the grid points around its lower edge.
      const Integer code =
          random.between(num::floor_to(range.lower(), lsb), num::ceil_to(range.upper(), lsb));
      const Rational edge = (Rational(code) + Rational(1, 2)) * ulp;
      add(Rational(num::floor_to(edge, grid)) * step);
      add(Rational(Integer(num::ceil_to(edge, grid) - 1)) * step);
    }
    return result;
  }
  add(range.lower());
  add(range.upper());
  add((range.lower() + range.upper()) / 2);
  add(range.lower() + (range.upper() - range.lower()) * Rational(random.between(0, 97), 97));
  for (int k = 0; k < 2; ++k) {
    const Integer code =
        random.between(num::floor_to(range.lower(), lsb), num::ceil_to(range.upper(), lsb));
    const Rational edge = (Rational(code) + Rational(1, 2)) * ulp;
    add(edge);
    add(edge - num::power_of_two(-40));
    add(Rational(code) * ulp);
  }
  return result;
}

Integer shifted_left(const Integer& x, long shift) {
  return x << static_cast<unsigned long>(shift);
}

}  // namespace

RandomPair random_pair(std::uint64_t seed) {
  Random random(seed);
  const std::size_t inputs = random.chance(60) ? 1 : random.between(2, 3);
  spec::Problem problem{random_network(random, inputs), {}, {}, spec::OutOfRange::clamp, {}, {}};
  for (std::size_t i = 0; i < inputs; ++i) add_input(random, problem);
  if (random.chance(30)) problem.out_of_range = spec::OutOfRange::none;
  const std::size_t outputs = problem.network.output_count();
  problem.functionals = semantics::output_bounds(outputs, {num::power_of_two(300)});
  spec::Functional functional{{}, num::power_of_two(300)};
  for (std::size_t o = 0; o < outputs; ++o)
    functional.coefficients.push_back(random_rational(random, 2));
  problem.functionals.push_back(std::move(functional));

  const std::vector<int> no_grid(inputs, 0);
  check::Certificate certificate;
  // Precision is chosen after the roles: they must hold for the coarsest.
  net::Network implemented = problem.network;
  if (random.chance(60)) {
    certificate.claims.clear();
    add_subtree(random, no_grid, problem.box, 2, certificate.claims);
    add_roles(random, problem, {check::kMinPrecision, check::kMinPrecision}, certificate);
    implemented =
        std::get<net::Network>(check::rewrite(problem.network, problem.box, certificate.roles));
  }
  certificate.design = random_design_near(random, problem, implemented);
  // The coarsest grids that hold the design, or finer ones.
  check::Precision& precision = certificate.precision;
  precision = {check::kMaxPrecision, check::kMinPrecision};
  while (check::check_precision(certificate.design, precision)) ++precision.weights;
  precision.values = check::kMinPrecision;
  while (check::check_precision(certificate.design, precision)) ++precision.values;
  if (random.chance(30)) precision.values += random.between(1, 40);
  if (random.chance(50)) precision.weights += random.between(1, 50);
  std::vector<int> lsb;
  for (const design::Input& input : certificate.design.inputs) lsb.push_back(input.format.lsb);
  certificate.tree.clear();
  add_subtree(random, lsb, problem.box, 3, certificate.tree);
  add_norms(random, implemented, certificate);
  add_enumerated(random, implemented, certificate.tree);
  return {std::move(problem), std::move(implemented), std::move(certificate)};
}

std::vector<std::vector<Rational>> points(const RandomPair& pair, const spec::Box& box,
                                          Random& random, std::size_t limit) {
  std::vector<std::vector<Rational>> axes;
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < box.size(); ++i) {
    axes.push_back(candidates(box[i], pair.problem.inputs[i],
                              pair.certificate.design.inputs[i].format.lsb, random));
    combinations *= axes.back().size();
  }
  std::vector<std::vector<Rational>> result;
  for (std::size_t n = 0; n < std::min(combinations, limit); ++n) {
    std::size_t rest = n;
    std::vector<Rational> x;
    for (const std::vector<Rational>& axis : axes) {
      // All combinations if they are few, otherwise random ones.
      const std::size_t k =
          combinations <= limit
              ? rest % axis.size()
              : static_cast<std::size_t>(random.between(0, static_cast<int>(axis.size()) - 1));
      rest /= axis.size();
      x.push_back(axis[k]);
    }
    result.push_back(std::move(x));
  }
  return result;
}

RealRun run_network(const net::Network& network, const std::vector<Rational>& x) {
  RealRun run{{{}}, {x}};
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    std::vector<Rational> before = block.bias, value;
    for (std::size_t i = 0; i < block.size(); ++i) {
      for (const net::Source& source : block.sources)
        for (const net::Entry& entry : source.weights.row(i))
          before[i] += entry.value * run.value[source.block][entry.column];
      const bool off = block.activation[i] == Activation::relu && before[i] < Rational(0);
      value.push_back(off ? Rational(0) : before[i]);
    }
    run.before.push_back(std::move(before));
    run.value.push_back(std::move(value));
  }
  return run;
}

ImplementedRun run_design(const design::Design& design, const std::vector<Rational>& x) {
  ImplementedRun run;
  run.codes.emplace_back();
  run.value.emplace_back();
  run.before.emplace_back();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const design::Input& input = design.inputs[i];
    const Rational ulp = num::power_of_two(input.format.lsb);
    Integer code = num::floor(x[i] / ulp + Rational(1, 2));
    if (design.clamp) code = std::clamp(code, input.code_min, input.code_max);
    run.codes[0].push_back(code);
    run.value[0].push_back(Rational(code) * ulp);
  }
  for (const design::Block& block : design.blocks) {
    std::vector<Integer> codes;
    std::vector<Rational> values, before;
    std::vector<RowSums> sums;
    for (const design::Row& row : block.rows) {
      const long r = static_cast<long>(row.output.lsb) - row.accumulator_lsb;
      const Integer start = r > 0 ? Integer(row.bias + shifted_left(1, r - 1)) : row.bias;
      RowSums sum{start, std::min(start, Integer(0)), std::max(start, Integer(0))};
      for (const design::Term& term : row.terms) {
        const Integer product =
            shifted_left(term.weight * run.codes[term.source][term.index], term.shift);
        sum.final_sum += product;
        (product < 0 ? sum.least_subset : sum.most_subset) += product;
      }
      // The half ulp is part of the final sum already.
      const Integer pre = r > 0 ? num::floor(Rational(sum.final_sum) / num::power_of_two(r))
                                : shifted_left(sum.final_sum, -r);
      const bool off = row.activation == Activation::relu && pre < 0;
      const Rational ulp = num::power_of_two(row.output.lsb);
      codes.push_back(off ? Integer(0) : pre);
      values.push_back(Rational(codes.back()) * ulp);
      before.push_back(Rational(pre) * ulp);
      sums.push_back(std::move(sum));
    }
    run.codes.push_back(std::move(codes));
    run.value.push_back(std::move(values));
    run.before.push_back(std::move(before));
    run.sums.push_back(std::move(sums));
  }
  return run;
}

}  // namespace certifix::test
