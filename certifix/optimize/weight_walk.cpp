#include "certifix/optimize/weight_walk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace certifix::optimize {
namespace {

double largest(const std::vector<double>& uses) {
  return *std::max_element(uses.begin(), uses.end());
}

// Of the terms that a change changes, and an output's bits.
double own_cost(const WeightChange& change, const WeightPlaces& places, const WeightChoice& choice,
                const Tops& top, const cost::Model& cost, const std::vector<int>& widths) {
  double sum = 0;
  for (const RowChange& row : change.rows)
    for (const auto& [t, value] : row.values)
      sum += term_cost(places, choice, top, cost, row.row, t, widths[row.row]);
  if (change.grid) {
    const std::size_t e = change.grid->first;
    for (const WeightPlaces::Reader& reader : places.readers[e])
      sum += term_cost(places, choice, top, cost, reader.row, reader.term, widths[reader.row]);
    sum += output_cost(places, choice, top, cost, e);
  }
  return sum;
}

// Of all terms of the rows whose width a change has changed, against what they cost at the old
// widths.
double width_cost(const WeightChange& change, const WeightPlaces& places,
                  const WeightChoice& choice, const Tops& top, const cost::Model& cost,
                  const std::vector<int>& widths) {
  double sum = 0;
  for (const RowChange& row : change.rows) {
    const int width = row_width(choice.value[row.row]);
    if (width == widths[row.row]) continue;
    for (std::size_t t = 0; t < choice.value[row.row].size(); ++t)
      sum += term_cost(places, choice, top, cost, row.row, t, width) -
             term_cost(places, choice, top, cost, row.row, t, widths[row.row]);
  }
  return sum;
}

}  // namespace

Walked walk(std::unique_ptr<WeightBounds> bounds, const WeightPlaces& places,
            const WeightMoves& moves, const Tops& top, const cost::Model& cost,
            const WeightWalk& how) {
  std::mt19937 random(how.seed);
  const auto uniform = [&] { return (static_cast<double>(random()) + 0.5) * 0x1p-32; };
  const std::vector<double> uses = bounds->uses({});
  double paid = total_cost(places, bounds->choice(), top, cost);
  double energy = Barrier{how.limit}.of(uses);  // in units of mu
  Walked best{bounds->choice(),
              std::isfinite(energy) ? paid : std::numeric_limits<double>::infinity(),
              largest(uses)};
  std::vector<int> widths;  // of the rows
  for (const std::vector<double>& row : bounds->choice().value) widths.push_back(row_width(row));
  for (std::size_t step = 0; step < how.steps; ++step) {
    if (how.cancelled && how.cancelled()) break;
    const double heat =
        how.first_heat * std::pow(how.last_heat / how.first_heat,
                                  static_cast<double>(step) / static_cast<double>(how.steps));
    const double mu = how.price * heat;
    std::vector<WeightChange> changes = moves.changes(random() % moves.units(), bounds->choice());
    if (changes.empty()) continue;
    const WeightChange& change = changes[random() % changes.size()];
    const double allowed = -heat * std::log(uniform());

    const WeightChange back = inverse(change, bounds->choice());
    const double before = own_cost(change, places, bounds->choice(), top, cost, widths);
    bounds->apply(change);
    const double more = own_cost(change, places, bounds->choice(), top, cost, widths) - before +
                        width_cost(change, places, bounds->choice(), top, cost, widths);
    // Not even an error of 0 would be worth it: the analysis need not be asked.
    if (more > mu * energy + allowed) {
      bounds->apply(back);
      continue;
    }
    const Barrier barrier{how.limit, energy + (allowed - more) / mu};
    const std::vector<double> next = bounds->uses(barrier);
    const double next_energy = barrier.of(next);
    if (next.empty() || !std::isfinite(next_energy) || next_energy > barrier.most) {
      bounds->apply(back);
      continue;
    }
    energy = next_energy;
    paid += more;
    for (const RowChange& row : change.rows)
      widths[row.row] = row_width(bounds->choice().value[row.row]);
    if (paid < best.cost) best = {bounds->choice(), paid, largest(next)};
  }
  return best;
}

}  // namespace certifix::optimize
