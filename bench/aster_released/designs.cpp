#include "bench/aster_released/designs.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::aster_released {
namespace {

using design::AccumulatorMode;
using design::Design;
using design::Row;
using net::Activation;
using num::FixedFormat;
using num::Integer;
using num::Rational;

constexpr int kAmple = 64;
constexpr int kFinerInput = 8;

FixedFormat stored(int integer, int lsb, Widths widths) {
  return {true, (widths == Widths::ample ? kAmple : integer) - 1, lsb};
}

// Two's complement width of `integer` bits before the point and -lsb behind.
int width(int integer, int lsb, Widths widths) {
  return std::max(1, (widths == Widths::ample ? kAmple : integer) - lsb);
}

spec::Problem problem(net::Network network, const spec::Box& box, std::optional<int> grid,
                      const Rational& eps) {
  const std::size_t outputs = network.output_count();
  return {std::move(network),
          box,
          {box.size(), {grid}},
          spec::OutOfRange::clamp,
          semantics::output_bounds(outputs, {eps}),
          {}};
}

std::vector<design::Input> inputs(const spec::Problem& problem, int lsb) {
  std::vector<design::Input> result;
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    Rational low = problem.box[i].lower();
    Rational high = problem.box[i].upper();
    if (const std::optional<int> grid = problem.inputs[i].fraction_bits) {
      low = num::scaled(Rational(num::ceil_to(low, -*grid)), -*grid);
      high = num::scaled(Rational(num::floor_to(high, -*grid)), -*grid);
    }
    const Integer first = num::round_half_up(low, lsb);
    const Integer last = num::round_half_up(high, lsb);
    result.push_back({FixedFormat::smallest(first, last, lsb), first, last});
  }
  return result;
}

// Sets accumulator and bias of a row that truncates its exact sum to `output_lsb`. `bias` is on the
// grid 2^accumulator_lsb.
void truncate(Row& row, int accumulator_lsb, Integer bias) {
  row.accumulator_lsb = accumulator_lsb;
  const int r = row.output.lsb - accumulator_lsb;
  row.bias = std::move(bias);
  if (r > 0) row.bias -= Integer(1) << (r - 1);
}

// The equal network with a row for each operation, and its design, grown together.
class Faithful {
 public:
  Faithful(const net::Network& network, const std::vector<LayerFormats>& formats, Widths widths)
      : network_(network), formats_(formats), widths_(widths) {}

  void truncated_inputs(std::size_t count, int grid, int fraction) {
    std::vector<std::vector<net::Entry>> weights;
    std::vector<Row> rows;
    for (std::size_t i = 0; i < count; ++i) {
      weights.push_back({{i, 1}});
      Row row;
      row.terms.push_back({0, i, 1, 0});
      row.output = stored(formats_[0].source[i].integer, -fraction, widths_);
      truncate(row, -grid, 0);
      row.accumulator_width = width(formats_[0].source[i].integer, -grid, widths_);
      rows.push_back(std::move(row));
    }
    add("inputs", net::Matrix::sparse(count, weights), std::vector<Rational>(count),
        std::vector<Activation>(count, Activation::identity), std::move(rows));
  }

  void layer(std::size_t i) {
    const std::size_t source = blocks_.size();
    const net::Block& block = network_.block(i + 1);
    const std::string name = std::to_string(i + 1);
    const auto product_count = products(i, source, name);
    dots(i, product_count, name);
    results(i, block, name);
  }

  net::Network network() && {
    return {network_.name(), network_.input_count(), std::move(blocks_)};
  }
  std::vector<design::Block>& rows() { return design_blocks_; }

 private:
  void add(std::string name, net::Matrix weights, std::vector<Rational> bias,
           std::vector<Activation> activation, std::vector<Row> rows) {
    net::Block block{name, {}, std::move(bias), std::move(activation), {}};
    block.sources.push_back({blocks_.size(), std::move(weights)});
    blocks_.push_back(std::move(block));
    design_blocks_.push_back({std::move(name), std::move(rows)});
  }

  // One row per stored weight. Returns how many each neuron has.
  std::vector<std::size_t> products(std::size_t i, std::size_t source, const std::string& name) {
    const LayerFormats& f = formats_[i];
    const net::Matrix& matrix = network_.block(i + 1).sources[0].weights;
    // What is stored of a source has the grid of its result: further bits are zeros.
    const int source_lsb = i == 0 ? -f.source[0].fraction() : -formats_[i - 1].result.fraction();
    std::vector<std::size_t> counts;
    std::vector<std::vector<net::Entry>> weights;
    std::vector<Row> rows;
    for (std::size_t j = 0; j < matrix.rows(); ++j) {
      counts.push_back(matrix.row(j).size());
      for (const net::Entry& entry : matrix.row(j)) {
        const std::size_t l = entry.column;
        weights.push_back({entry});
        const int weight_lsb = -f.weight[l].fraction();
        const Integer code = num::floor_to(entry.value, weight_lsb);
        Row row;
        if (code != 0) row.terms.push_back({source, l, code, 0});
        row.output = stored(f.product[l].integer, -f.product[l].fraction(), widths_);
        truncate(row, weight_lsb + source_lsb, 0);
        row.accumulator_width =
            width(f.weight[l].integer + f.source[l].integer, weight_lsb + source_lsb, widths_);
        rows.push_back(std::move(row));
      }
    }
    const std::size_t count = rows.size();
    add("products_" + name, net::Matrix::sparse(network_.size(i), weights),
        std::vector<Rational>(count), std::vector<Activation>(count, Activation::identity),
        std::move(rows));
    return counts;
  }

  void dots(std::size_t i, const std::vector<std::size_t>& counts, const std::string& name) {
    const LayerFormats& f = formats_[i];
    std::vector<std::vector<net::Entry>> weights;
    std::vector<Row> rows;
    std::size_t next = 0;
    for (const std::size_t count : counts) {
      weights.emplace_back();
      Row row;
      for (std::size_t t = 0; t < count; ++t, ++next) {
        weights.back().push_back({next, 1});
        row.terms.push_back({blocks_.size(), next, 1, 0});
      }
      row.output = stored(f.dot.integer, -f.dot.fraction(), widths_);
      truncate(row, -f.partial.back().fraction(), 0);
      row.accumulator_width =
          width(f.partial.back().integer, -f.partial.back().fraction(), widths_);
      row.accumulator_mode = AccumulatorMode::modular;
      rows.push_back(std::move(row));
    }
    const std::size_t count = rows.size();
    add("sums_" + name, net::Matrix::sparse(next, weights), std::vector<Rational>(count),
        std::vector<Activation>(count, Activation::identity), std::move(rows));
  }

  void results(std::size_t i, const net::Block& block, const std::string& name) {
    const LayerFormats& f = formats_[i];
    std::vector<std::vector<net::Entry>> weights;
    std::vector<Row> rows;
    const int dot_lsb = -f.dot.fraction();
    const int lsb = -f.result.fraction();
    const int accumulator = std::min(dot_lsb, lsb);
    for (std::size_t j = 0; j < block.size(); ++j) {
      weights.push_back({{j, 1}});
      Row row;
      row.activation = block.activation[j];
      row.terms.push_back({blocks_.size(), j, 1, dot_lsb - accumulator});
      row.output = stored(f.activation.integer, lsb, widths_);
      truncate(row, accumulator, num::floor_to(block.bias[j], lsb) << (lsb - accumulator));
      row.accumulator_width = width(f.result.integer, accumulator, widths_);
      row.accumulator_mode = AccumulatorMode::modular;
      rows.push_back(std::move(row));
    }
    add("results_" + name, net::Matrix::sparse(block.size(), weights), block.bias, block.activation,
        std::move(rows));
  }

  const net::Network& network_;
  const std::vector<LayerFormats>& formats_;
  Widths widths_;
  std::vector<net::Block> blocks_;
  std::vector<design::Block> design_blocks_;
};

}  // namespace

int faithful_input_grid(const Setting& setting) {
  return setting.options.input_fraction + (setting.exact_inputs ? 0 : kFinerInput);
}

ControlDesign plain_design(const net::Network& network, const spec::Box& box,
                           const Setting& setting, const std::vector<LayerFormats>& formats,
                           const Rational& eps, Widths widths) {
  const int fraction = setting.options.input_fraction;
  ControlDesign control{
      problem(network, box, setting.exact_inputs ? std::optional(fraction) : std::nullopt, eps),
      {network.name(), true, {}, {}}};
  Design& design = control.design;
  design.inputs = inputs(control.problem, -fraction);
  for (std::size_t i = 0; i < formats.size(); ++i) {
    const LayerFormats& f = formats[i];
    const net::Block& block = network.block(i + 1);
    const int source_lsb = i == 0 ? -fraction : -formats[i - 1].result.fraction();
    const int lsb = -f.result.fraction();
    design::Block rows{block.name, {}};
    for (std::size_t j = 0; j < block.size(); ++j) {
      Row row;
      row.activation = block.activation[j];
      row.output = stored(f.activation.integer, lsb, widths);
      row.accumulator_lsb = lsb;
      for (const net::Entry& entry : block.sources[0].weights.row(j))
        row.accumulator_lsb =
            std::min(row.accumulator_lsb, source_lsb - f.weight[entry.column].fraction());
      for (const net::Entry& entry : block.sources[0].weights.row(j)) {
        const int weight_lsb = -f.weight[entry.column].fraction();
        const Integer code = num::floor_to(entry.value, weight_lsb);
        if (code != 0)
          row.terms.push_back(
              {i, entry.column, code, weight_lsb + source_lsb - row.accumulator_lsb});
      }
      row.bias = num::floor_to(block.bias[j], lsb) << (lsb - row.accumulator_lsb);
      row.accumulator_width =
          width(std::max(f.dot.integer, f.result.integer), row.accumulator_lsb, widths);
      row.accumulator_mode = AccumulatorMode::modular;
      rows.rows.push_back(std::move(row));
    }
    design.blocks.push_back(std::move(rows));
  }
  return control;
}

ControlDesign faithful_design(const net::Network& network, const spec::Box& box,
                              const Setting& setting, const std::vector<LayerFormats>& formats,
                              const Rational& eps, Widths widths) {
  const int grid = faithful_input_grid(setting);
  Faithful faithful(network, formats, widths);
  if (!setting.exact_inputs)
    faithful.truncated_inputs(box.size(), grid, setting.options.input_fraction);
  for (std::size_t i = 0; i < formats.size(); ++i) faithful.layer(i);
  Design design{network.name(), true, {}, std::move(faithful.rows())};
  ControlDesign control{problem(std::move(faithful).network(), box, grid, eps), std::move(design)};
  control.design.inputs = inputs(control.problem, -grid);
  return control;
}

}  // namespace certifix::aster_released
