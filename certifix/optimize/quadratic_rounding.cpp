#include "certifix/optimize/quadratic_rounding.hpp"

#include <cmath>

namespace certifix::optimize {
namespace {

constexpr double kFarthest = 2;  // ulps from the weight
constexpr int kSweeps = 50;

// The form, held by half its gradient, under changes of single entries.
class Descent {
 public:
  Descent(const QuadraticForm& form, std::vector<double> half_gradient)
      : form_(form), half_gradient_(std::move(half_gradient)) {}

  double change(std::size_t j, double step) const {
    return step * (2 * half_gradient_[j] + step * form_.at(j, j));
  }
  double change(std::size_t i, double a, std::size_t j, double b) const {
    return change(i, a) + change(j, b) + 2 * a * b * form_.at(i, j);
  }
  void move(std::size_t j, double step) {
    for (std::size_t i = 0; i < half_gradient_.size(); ++i)
      half_gradient_[i] += step * form_.at(j, i);
  }

 private:
  const QuadraticForm& form_;
  std::vector<double> half_gradient_;
};

}  // namespace

std::vector<double> descend(const QuadraticForm& form, std::vector<double> half_gradient,
                            const std::vector<double>& weights, const std::vector<double>& ulps,
                            std::vector<double> codes) {
  const std::size_t n = weights.size();
  Descent descent(form, std::move(half_gradient));
  const auto allowed = [&](std::size_t j, double step) {
    return weights[j] != 0 && std::fabs(codes[j] + step - weights[j] / ulps[j]) <= kFarthest;
  };
  const auto move = [&](std::size_t j, double step) {
    codes[j] += step;
    descent.move(j, step * ulps[j]);
  };
  bool moved = true;
  for (int sweep = 0; sweep < kSweeps && moved; ++sweep) {
    moved = false;
    for (std::size_t i = 0; i < n; ++i) {
      for (const double a : {-1.0, 1.0}) {
        if (!allowed(i, a)) continue;
        // The best partner, or none.
        double best = descent.change(i, a * ulps[i]);
        std::size_t partner = n;
        double partner_step = 0;
        for (std::size_t j = 0; j < n; ++j) {
          for (const double b : {-1.0, 1.0}) {
            if (j == i || !allowed(j, b)) continue;
            const double change = descent.change(i, a * ulps[i], j, b * ulps[j]);
            if (change < best) {
              best = change;
              partner = j;
              partner_step = b;
            }
          }
        }
        // Rounding noise must not keep it busy.
        if (best >= -1e-9 * form.at(i, i) * ulps[i] * ulps[i]) continue;
        move(i, a);
        if (partner < n) move(partner, partner_step);
        moved = true;
      }
    }
  }
  return codes;
}

}  // namespace certifix::optimize
