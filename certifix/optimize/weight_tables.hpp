// What rounding the weights of one block alone does to the bounds, by the better of two roundings:
// each weight to its nearest value, or with errors that cancel (compensated_rows.hpp). Depends on
// nothing else of a design, so one search computes it once.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/rounded_weights.hpp"
#include "certifix/optimize/subject.hpp"

namespace certifix::optimize {

class WeightTables {
 public:
  WeightTables(const Subject& subject, const LeafSet& leaves);

  // Leaves with bounds of their own in the models: the worst ones; what is violated on others is
  // for the joint analysis.
  std::size_t modelled() const;

  struct Entry {
    std::vector<double> error;  // relative to the bound, [leaf and functional], functionals fastest
    Rounding rounding = Rounding::nearest;
  };
  // The weights of block b on 2^-bits.
  const Entry& at(std::size_t b, int bits);

  // A plan whose blocks have one weight grid each, with the values of the better rounding.
  Plan rounded(Plan plan);

  // error / bound of functional f.
  double relative(std::size_t f, double error) const;

 private:
  std::vector<double> errors(std::size_t b, int bits, Rounding rounding) const;

  const Subject& subject_;
  const LeafSet& leaves_;
  // [b - 1]: whether the first attempt to compensate gained anything; empty: not tried yet.
  std::vector<std::optional<bool>> worthwhile_;
  std::map<std::pair<std::size_t, int>, Entry> known_;
};

}  // namespace certifix::optimize
