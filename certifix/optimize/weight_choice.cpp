#include "certifix/optimize/weight_choice.hpp"

#include <algorithm>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/signed_digits.hpp"

namespace certifix::optimize {

WeightPlaces weight_places(const Subject& subject) {
  const net::Network& network = subject.problem().network;
  WeightPlaces places;
  std::size_t next = 0;
  for (std::size_t b = 0; b < network.block_count(); ++b) {
    places.start.push_back(next);
    next += subject.network().size(b);
  }
  places.outputs = places.start.back();
  places.readers.resize(next);
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    for (std::size_t i = 0; i < block.size(); ++i) {
      WeightPlaces::Row row{b, i, {}};
      for (std::size_t s = 0; s < block.sources.size(); ++s) {
        const double* near = subject.network().block(b).sources[s].row(i);
        for (const net::Entry& entry : block.sources[s].weights.row(i)) {
          const std::size_t element = places.start[block.sources[s].block] + entry.column;
          row.terms.push_back({s, entry.column, element, near[entry.column]});
          places.readers[element].push_back({places.rows.size(), row.terms.size() - 1});
        }
      }
      places.rows.push_back(std::move(row));
    }
  }
  return places;
}

Plan weight_plan(const Subject& subject, const WeightPlaces& places, const WeightChoice& choice) {
  Plan plan = uniform_plan(subject, 0, 0, 0);
  for (std::size_t i = 0; i < plan.input_lsb.size(); ++i)
    plan.input_lsb[i] = input_lsb(subject.problem(), i, choice.lsb[i]);
  for (BlockPlan& block : plan.blocks) block.value.resize(block.weight_lsb.size());
  for (std::size_t r = 0; r < places.rows.size(); ++r) {
    const WeightPlaces::Row& row = places.rows[r];
    BlockPlan& block = plan.blocks[row.block - 1];
    block.output_lsb[row.index] = choice.lsb[places.output_of(r)];
    const int lsb = row_lsb(choice.value[r]);
    block.weight_lsb[row.index].assign(row.terms.size(), lsb);
    block.value[row.index] = choice.value[r];
  }
  return plan;
}

WeightChoice weight_choice(const WeightPlaces& places, const Plan& plan) {
  WeightChoice choice;
  choice.lsb = plan.input_lsb;
  for (std::size_t r = 0; r < places.rows.size(); ++r) {
    const WeightPlaces::Row& row = places.rows[r];
    const BlockPlan& block = plan.blocks[row.block - 1];
    choice.lsb.push_back(block.output_lsb[row.index]);
    if (!block.value.empty()) {
      choice.value.push_back(block.value[row.index]);
      continue;
    }
    choice.value.emplace_back();
    for (std::size_t t = 0; t < row.terms.size(); ++t)
      choice.value.back().push_back(
          nearest_multiple(row.terms[t].weight, block.weight_lsb[row.index][t]));
  }
  choice.slope.assign(places.rows.size(), kKept);
  return choice;
}

void apply(const WeightChange& change, WeightChoice& choice) {
  for (const RowChange& row : change.rows)
    for (const auto& [term, value] : row.values) choice.value[row.row][term] = value;
  if (change.grid) choice.lsb[change.grid->first] = change.grid->second;
  if (change.slope) choice.slope[change.slope->first] = change.slope->second;
}

WeightChange inverse(const WeightChange& change, const WeightChoice& choice) {
  WeightChange result = change;
  for (RowChange& row : result.rows)
    for (auto& [term, value] : row.values) value = choice.value[row.row][term];
  if (result.grid) result.grid->second = choice.lsb[result.grid->first];
  if (result.slope) result.slope->second = choice.slope[result.slope->first];
  return result;
}

int row_lsb(const std::vector<double>& values) {
  int lsb = 0;
  bool any = false;
  for (const double v : values) {
    if (v == 0) continue;
    lsb = any ? std::min(lsb, lowest_bit(v)) : lowest_bit(v);
    any = true;
  }
  return lsb;
}

int row_width(const std::vector<double>& values) {
  const int lsb = row_lsb(values);
  int width = 0;
  for (const double v : values)
    if (v != 0) width = std::max(width, width_at(v, lsb));
  return width;
}

Tops tops(const WeightPlaces& places, const design::Design& design) {
  Tops result;
  for (const design::Input& input : design.inputs) result.push_back(input.format.msb + 1);
  for (const WeightPlaces::Row& row : places.rows)
    result.push_back(design.blocks[row.block - 1].rows[row.index].output.msb + 1);
  return result;
}

double term_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                 const cost::Model& cost, std::size_t r, std::size_t t, int row_width) {
  const double value = choice.value[r][t];
  if (value == 0) return 0;
  const std::size_t e = places.rows[r].terms[t].element;
  const int bits = std::max(1, top[e] - choice.lsb[e]);
  const cost::Linear linear = cost::multiplication(cost, row_width, signed_digits(value));
  return linear.fixed + linear.per_value_bit * bits +
         (cost.table ? cost.table->at(row_width, bits) : 0);
}

double row_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                const cost::Model& cost, std::size_t r) {
  const int width = row_width(choice.value[r]);
  double result = 0;
  for (std::size_t t = 0; t < choice.value[r].size(); ++t)
    result += term_cost(places, choice, top, cost, r, t, width);
  return result;
}

double output_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                   const cost::Model& cost, std::size_t element) {
  if (element < places.outputs) return 0;
  return cost::output_bit(cost) * std::max(1, top[element] - choice.lsb[element]);
}

double total_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                  const cost::Model& cost) {
  double result = 0;
  for (std::size_t r = 0; r < places.rows.size(); ++r)
    result += row_cost(places, choice, top, cost, r) +
              output_cost(places, choice, top, cost, places.output_of(r));
  return result;
}

}  // namespace certifix::optimize
