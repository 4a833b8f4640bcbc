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
          places.readers[element].push_back(places.rows.size());
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
  return choice;
}

void apply(const WeightChange& change, WeightChoice& choice) {
  for (const auto& [term, value] : change.values) choice.value[change.row][term] = value;
  if (change.grid) choice.lsb[change.grid->first] = change.grid->second;
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

double row_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                const cost::Model& cost, std::size_t r) {
  const std::vector<double>& values = choice.value[r];
  const int width = row_width(values);
  double result = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (values[t] == 0) continue;
    const std::size_t e = places.rows[r].terms[t].element;
    const int bits = std::max(1, top[e] - choice.lsb[e]);
    const cost::Linear linear = cost::multiplication(cost, width, signed_digits(values[t]));
    result += linear.fixed + linear.per_value_bit * bits;
    if (cost.table) result += cost.table->at(width, bits);
  }
  const std::size_t out = places.output_of(r);
  if (out >= places.outputs) result += cost::output_bit(cost) * (top[out] - choice.lsb[out]);
  return result;
}

double total_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                  const cost::Model& cost) {
  double result = 0;
  for (std::size_t r = 0; r < places.rows.size(); ++r)
    result += row_cost(places, choice, top, cost, r);
  return result;
}

}  // namespace certifix::optimize
