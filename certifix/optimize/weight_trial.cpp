#include "certifix/optimize/weight_trial.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/optimize/signed_digits.hpp"

namespace certifix::optimize {

WeightTrial::WeightTrial(const Subject& subject, const WeightPlaces& places, const LeafSet& leaves,
                         std::vector<std::size_t> probed, WeightChoice choice,
                         error::FloatDesign image)
    : subject_(subject),
      places_(places),
      leaves_(leaves),
      probed_(std::move(probed)),
      choice_(std::move(choice)),
      image_(std::move(image)) {
  for (const spec::Functional& functional : subject.problem().functionals)
    bounds_.push_back(num::enclose(functional.bound).upper);
}

void WeightTrial::apply(const WeightChange& change) {
  optimize::apply(change, choice_);
  for (const RowChange& changed : change.rows) {
    const WeightPlaces::Row& row = places_.rows[changed.row];
    for (const auto& [t, value] : changed.values) {
      const WeightPlaces::Term& term = row.terms[t];
      error::DifferenceSource& source = image_.blocks[row.block - 1].sources[term.source];
      const std::size_t at = row.index * source.columns + term.column;
      source.implemented[at] = value;
      source.difference[at] = value - term.weight;
    }
    refresh_row(changed.row);
  }
  if (change.grid) {
    const std::size_t e = change.grid->first;
    if (e < places_.inputs())
      image_.input_error[e] = error::input_rounding(subject_.problem().inputs[e], choice_.lsb[e]);
    else
      refresh_row(e - places_.inputs());
    for (const WeightPlaces::Reader& reader : places_.readers[e]) refresh_row(reader.row);
  }
}

// Rounding and bias, as realize() would choose them.
void WeightTrial::refresh_row(std::size_t r) {
  const WeightPlaces::Row& row = places_.rows[r];
  const std::vector<double>& values = choice_.value[r];
  const int output = choice_.lsb[places_.output_of(r)];
  const int lsb = row_lsb(values);
  int accumulator = output;
  error::DifferenceBlock& block = image_.blocks[row.block - 1];
  double middle = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const WeightPlaces::Term& term = row.terms[t];
    const error::DifferenceSource& source = block.sources[term.source];
    middle += source.difference[row.index * source.columns + term.column] *
              leaves_.hull.post[source.block][term.column].midpoint();
    if (values[t] != 0) accumulator = std::min(accumulator, lsb + choice_.lsb[term.element]);
  }
  block.rounding[row.index] = error::output_rounding(accumulator, output);
  middle += block.rounding[row.index].midpoint();
  const double bias = subject_.network().block(row.block).bias[row.index];
  const double difference = nearest_multiple(bias - middle, accumulator) - bias;
  block.bias_difference[row.index] = {difference, difference};
}

std::vector<double> WeightTrial::uses(const Barrier& barrier) const {
  std::vector<std::vector<num::Enclosure>> errors;
  std::vector<double> least;  // uses, if the errors of each leaf were centred for it alone
  for (const std::size_t k : probed_) {
    errors.push_back(
        error::analyze(subject_.problem(), image_, *leaves_.leaves[k].real, subject_.effort())
            .functional);
    for (std::size_t f = 0; f < bounds_.size(); ++f)
      least.push_back((errors.back()[f].upper - errors.back()[f].lower) / 2 / bounds_[f]);
    if (errors.size() < probed_.size() && barrier.of(least) > barrier.most) return {};
  }
  return centred_ratios(subject_, errors);
}

}  // namespace certifix::optimize
