// Rounding a row of weights so that a quadratic form of their errors becomes small.
#pragma once

#include <cstddef>
#include <vector>

namespace certifix::optimize {

// A symmetric positive semidefinite matrix.
class QuadraticForm {
 public:
  explicit QuadraticForm(std::size_t size) : size_(size), entries_(size * size) {}

  std::size_t size() const { return size_; }
  double at(std::size_t i, std::size_t j) const { return entries_[i * size_ + j]; }
  // Adds factor x x^T.
  void add_square(const double* x, double factor) {
    for (std::size_t i = 0; i < size_; ++i) {
      const double scaled = factor * x[i];
      if (scaled == 0) continue;
      for (std::size_t j = 0; j < size_; ++j) entries_[i * size_ + j] += scaled * x[j];
    }
  }

 private:
  std::size_t size_;
  std::vector<double> entries_;
};

// Codes from which no step of one ulp, nor any pair of them, makes d^T Q d + 2 g^T d smaller, where
// d is the change of the values from where the codes start; at most two ulps from the weights.
// Weights that are 0 stay 0.
std::vector<double> descend(const QuadraticForm& form, std::vector<double> half_gradient,
                            const std::vector<double>& weights, const std::vector<double>& ulps,
                            std::vector<double> codes);

}  // namespace certifix::optimize
