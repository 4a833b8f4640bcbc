#include "certifix/optimize/weight_starts.hpp"

#include <algorithm>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/signed_digits.hpp"
#include "certifix/optimize/weight_goals.hpp"

namespace certifix::optimize {
namespace {

constexpr double kParts[] = {0.25, 0.5, 0.75};  // of the limit, for what is replaced
constexpr int kFine = 24;                       // bits that make all other errors vanish
constexpr int kRefinements = 6;

struct Replaced {
  std::size_t row;
  double slope;
  double worth;  // cost saved for each part of the limit, about
};

double largest(const WeightBounds& bounds) {
  const std::vector<double> uses = bounds.uses({});
  return *std::max_element(uses.begin(), uses.end());
}

// Every value and grid by so many bits finer.
void refine_by(const Subject& subject, const WeightPlaces& places, bool inputs_fixed, int bits,
               WeightBounds& bounds) {
  const WeightChoice before = bounds.choice();
  for (std::size_t r = 0; r < places.rows.size(); ++r) {
    const std::vector<double> goal = goals(places, before.slope, r);
    const int lsb = row_lsb(before.value[r]) - bits;
    RowChange change{r, {}};
    for (std::size_t t = 0; t < goal.size(); ++t)
      change.values.emplace_back(t, nearest_multiple(goal[t], lsb));
    bounds.apply({.rows = {std::move(change)}});
  }
  for (std::size_t e = 0; e < places.elements(); ++e) {
    const int lsb = before.lsb[e] - bits;
    if (e < places.inputs() && (inputs_fixed || input_lsb(subject.problem(), e, lsb) != lsb))
      continue;
    bounds.apply({.rows = {}, .grid = std::pair(e, lsb)});
  }
}

WeightChange replacing(const WeightPlaces& places, const WeightChoice& choice, std::size_t r,
                       double slope) {
  // Its own values become 0: how fine they would be does not matter.
  return replacement(places, choice, r, slope, std::vector<double>(places.rows[r].terms.size(), 1));
}

// What each replacement is worth by itself, the best first.
std::vector<Replaced> ranked(const Subject& subject, const WeightPlaces& places,
                             const range::Ranges& hull, const WeightBounds& from,
                             const WeightBounds& fine, const Tops& top, const cost::Model& cost,
                             double limit) {
  const WeightChoice& choice = from.choice();
  std::vector<int> widths;
  for (const std::vector<double>& row : choice.value) widths.push_back(row_width(row));
  const double floor = largest(fine);
  std::vector<Replaced> result;
  for (std::size_t r = 0; r < places.rows.size(); ++r) {
    if (choice.slope[r] != kKept || !replaceable(subject, places, r)) continue;
    double saved = row_cost(places, choice, top, cost, r);
    for (const WeightPlaces::Reader& reader : places.readers[places.output_of(r)])
      saved += term_cost(places, choice, top, cost, reader.row, reader.term, widths[reader.row]);
    const double chord = chord_slope(hull.pre[places.rows[r].block][places.rows[r].index]);
    for (const double slope : {0.0, chord}) {
      const std::unique_ptr<WeightBounds> trial = fine.copy();
      trial->apply(replacing(places, trial->choice(), r, slope));
      const double use = std::max(largest(*trial) - floor, 1e-6 * limit);
      if (use < kParts[2] * limit) result.push_back({r, slope, saved / use});
    }
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Replaced& x, const Replaced& y) { return x.worth > y.worth; });
  return result;
}

}  // namespace

void refine(const Subject& subject, const WeightPlaces& places, bool inputs_fixed,
            WeightBounds& bounds) {
  refine_by(subject, places, inputs_fixed, 1, bounds);
}

std::vector<std::unique_ptr<WeightBounds>> replaced_starts(
    const Subject& subject, const WeightPlaces& places, const range::Ranges& hull,
    bool inputs_fixed, const WeightBounds& from, const Tops& top, const cost::Model& cost,
    double limit) {
  const std::unique_ptr<WeightBounds> fine = from.copy();
  refine_by(subject, places, inputs_fixed, kFine, *fine);
  std::vector<std::vector<Replaced>> sets;
  const std::vector<Replaced> candidates =
      ranked(subject, places, hull, from, *fine, top, cost, limit);
  for (const double part : kParts) {
    std::unique_ptr<WeightBounds> joint = fine->copy();
    std::vector<Replaced> taken;
    for (const Replaced& candidate : candidates) {
      if (joint->choice().slope[candidate.row] != kKept) continue;
      std::unique_ptr<WeightBounds> next = joint->copy();
      next->apply(replacing(places, next->choice(), candidate.row, candidate.slope));
      if (largest(*next) > part * limit) continue;
      taken.push_back(candidate);
      joint = std::move(next);
    }
    if (taken.size() > (sets.empty() ? 0 : sets.back().size())) sets.push_back(std::move(taken));
  }
  std::vector<std::unique_ptr<WeightBounds>> result;
  for (const std::vector<Replaced>& set : sets) {
    std::unique_ptr<WeightBounds> start = from.copy();
    for (const Replaced& r : set) start->apply(replacing(places, start->choice(), r.row, r.slope));
    for (int k = 0; k < kRefinements && largest(*start) >= limit; ++k)
      refine(subject, places, inputs_fixed, *start);
    if (largest(*start) < limit) result.push_back(std::move(start));
  }
  return result;
}

}  // namespace certifix::optimize
