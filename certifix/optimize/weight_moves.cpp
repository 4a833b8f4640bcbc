#include "certifix/optimize/weight_moves.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/signed_digits.hpp"
#include "certifix/optimize/weight_goals.hpp"

namespace certifix::optimize {
namespace {

constexpr double kNearby = 8;  // candidates: up to so many times the largest error of the row
constexpr int kFiner = 2;      // bits below the row's lowest that a single weight may bring

}  // namespace

WeightMoves::WeightMoves(const Subject& subject, const WeightPlaces& places,
                         const range::Ranges& hull, bool inputs_fixed, bool replacing)
    : subject_(subject), places_(places) {
  for (std::size_t r = 0; r < places.rows.size(); ++r) {
    const WeightPlaces::Row& row = places.rows[r];
    reach_.emplace_back();
    chord_.push_back(chord_slope(hull.pre[row.block][row.index]));
    if (replacing && replaceable(subject, places, r)) units_.push_back({Kind::neuron, r, 0});
    units_.push_back({Kind::row, r, 0});
    for (std::size_t t = 0; t < row.terms.size(); ++t) {
      const std::size_t block =
          subject.network().block(row.block).sources[row.terms[t].source].block;
      const num::Enclosure a = hull.post[block][row.terms[t].column];
      reach_.back().push_back((a.upper - a.lower) / 2);
      units_.push_back({Kind::term, r, t});
    }
  }
  for (std::size_t e = inputs_fixed ? places.inputs() : 0; e < places.elements(); ++e)
    units_.push_back({Kind::element, e, 0});
}

std::vector<WeightChange> WeightMoves::changes(std::size_t unit, const WeightChoice& choice) const {
  const Unit& u = units_[unit];
  switch (u.kind) {
    case Kind::term:
      return of_term(u.at, u.term, choice);
    case Kind::row:
      return of_row(u.at, choice);
    case Kind::element:
      return of_element(u.at, choice);
    case Kind::neuron:
      return of_neuron(u.at, choice);
  }
  throw Bug(__FILE__, __LINE__, "unknown unit");
}

std::vector<WeightChange> WeightMoves::of_term(std::size_t r, std::size_t t,
                                               const WeightChoice& choice) const {
  const std::vector<double>& values = choice.value[r];
  const std::vector<double> goal = goals(places_, choice.slope, r);
  const int lsb = row_lsb(values);
  const double half = std::ldexp(0.5, lsb);
  double borne = 0;
  for (std::size_t k = 0; k < values.size(); ++k)
    borne = std::max(borne, reach_[r][k] * std::max(half, std::fabs(values[k] - goal[k])));
  std::vector<WeightChange> result;
  for (const double value : few_digit_values(goal[t], lsb - kFiner))
    if (value != values[t] && std::fabs(value - goal[t]) * reach_[r][t] <= kNearby * borne)
      result.push_back({.rows = {{r, {{t, value}}}}});
  return result;
}

std::vector<WeightChange> WeightMoves::of_row(std::size_t r, const WeightChoice& choice) const {
  const std::vector<double>& values = choice.value[r];
  const std::vector<double> goal = goals(places_, choice.slope, r);
  std::vector<WeightChange> result;
  for (const int step : {1, -1}) {
    const int lsb = row_lsb(values) + step;
    RowChange change{r, {}};
    for (std::size_t t = 0; t < values.size(); ++t) {
      if (step > 0 && values[t] == nearest_multiple(values[t], lsb)) continue;
      const double value = nearest_multiple(goal[t], lsb);
      if (value != values[t]) change.values.emplace_back(t, value);
    }
    if (!change.values.empty()) result.push_back({.rows = {std::move(change)}});
  }
  return result;
}

std::vector<WeightChange> WeightMoves::of_element(std::size_t e, const WeightChoice& choice) const {
  std::vector<WeightChange> result;
  for (const int step : {1, -1}) {
    const int lsb = choice.lsb[e] + step;
    if (e < places_.inputs() && input_lsb(subject_.problem(), e, lsb) != lsb) continue;
    result.push_back({.rows = {}, .grid = std::pair(e, lsb)});
  }
  return result;
}

std::vector<WeightChange> WeightMoves::of_neuron(std::size_t r, const WeightChoice& choice) const {
  std::vector<WeightChange> result;
  for (const double slope : {kKept, 0.0, chord_[r]})
    if (slope != choice.slope[r] && (slope == kKept) != (choice.slope[r] == kKept))
      result.push_back(replacement(places_, choice, r, slope, reach_[r]));
  return result;
}

}  // namespace certifix::optimize
