#include "certifix/optimize/weight_goals.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "certifix/optimize/signed_digits.hpp"

namespace certifix::optimize {
namespace {

using Terms = std::vector<WeightPlaces::Term>;

// The position of the term that reads an element; terms.size() if there is none.
std::size_t term_of(const Terms& terms, std::size_t element) {
  // Terms are in the order of elements.
  const auto found = std::lower_bound(
      terms.begin(), terms.end(), element,
      [](const WeightPlaces::Term& term, std::size_t wanted) { return term.element < wanted; });
  return found != terms.end() && found->element == element
             ? static_cast<std::size_t>(found - terms.begin())
             : terms.size();
}

// The replaced row that a term reads, if it does.
std::optional<std::size_t> replaced(const WeightPlaces& places, const std::vector<double>& slope,
                                    const WeightPlaces::Term& term) {
  if (term.element < places.inputs()) return std::nullopt;
  const std::size_t row = term.element - places.inputs();
  return slope[row] == kKept ? std::nullopt : std::optional(row);
}

}  // namespace

std::vector<double> goals(const WeightPlaces& places, const std::vector<double>& slope,
                          std::size_t r) {
  const Terms& terms = places.rows[r].terms;
  std::vector<double> result(terms.size());
  if (slope[r] != kKept) return result;
  std::vector<std::pair<std::size_t, std::size_t>> through;  // (replaced row, term that reads it)
  for (std::size_t t = 0; t < terms.size(); ++t) {
    result[t] = terms[t].weight;
    if (const auto row = replaced(places, slope, terms[t])) through.emplace_back(*row, t);
  }
  // The last first: what it reads may be replaced as well.
  std::sort(through.rbegin(), through.rend());
  for (const auto& [row, t] : through) {
    const double factor = result[t] * slope[row];
    result[t] = 0;
    if (factor == 0) continue;
    for (const WeightPlaces::Term& term : places.rows[row].terms)
      result[term_of(terms, term.element)] += factor * term.weight;
  }
  return result;
}

bool replaceable(const Subject& subject, const WeightPlaces& places, std::size_t r) {
  const WeightPlaces::Row& row = places.rows[r];
  if (subject.network().block(row.block).activation[row.index] != net::Activation::relu)
    return false;
  const std::vector<WeightPlaces::Reader>& readers = places.readers[places.output_of(r)];
  return !readers.empty() && !row.terms.empty() &&
         std::all_of(readers.begin(), readers.end(), [&](const WeightPlaces::Reader& reader) {
           const Terms& terms = places.rows[reader.row].terms;
           return std::all_of(row.terms.begin(), row.terms.end(), [&](const auto& term) {
             return term_of(terms, term.element) < terms.size();
           });
         });
}

double chord_slope(num::Enclosure z) {
  if (z.upper <= 0) return 0;
  return z.lower >= 0 ? 1 : z.upper / (z.upper - z.lower);
}

WeightChange replacement(const WeightPlaces& places, const WeightChoice& choice, std::size_t r,
                         double slope, const std::vector<double>& reach) {
  std::vector<double> slopes = choice.slope;
  slopes[r] = slope;
  WeightChange result;
  result.slope = {r, slope};
  // Values move only where goals do.
  const auto follow = [&](std::size_t row, int lsb) {
    const std::vector<double> before = goals(places, choice.slope, row);
    const std::vector<double> after = goals(places, slopes, row);
    RowChange change{row, {}};
    for (std::size_t t = 0; t < after.size(); ++t)
      if (after[t] != before[t]) change.values.emplace_back(t, nearest_multiple(after[t], lsb));
    if (!change.values.empty()) result.rows.push_back(std::move(change));
  };
  const double widest = *std::max_element(reach.begin(), reach.end());
  follow(r, choice.lsb[places.output_of(r)] - (widest > 0 ? std::ilogb(widest) : 0));
  for (const WeightPlaces::Reader& reader : places.readers[places.output_of(r)])
    if (choice.slope[reader.row] == kKept) follow(reader.row, row_lsb(choice.value[reader.row]));
  return result;
}

}  // namespace certifix::optimize
