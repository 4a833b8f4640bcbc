// The largest singular value by Eigen, widened: the checker proves the figure on its own (R-NORM),
// so it must only be close from above.
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "certifix/error/float_design.hpp"

namespace certifix::error {
namespace {

// R-OPERATOR-NORM proves no norms of larger matrices.
constexpr std::size_t kMostOfSide = 256;
constexpr std::size_t kMostEntries = 10'000'000;

double operator_norm(const range::FloatSource& source, std::size_t rows) {
  if (std::min(rows, source.columns) > kMostOfSide || rows * source.columns > kMostEntries)
    return std::numeric_limits<double>::infinity();
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Matrix> w(source.weights.data(), static_cast<Eigen::Index>(rows),
                                   static_cast<Eigen::Index>(source.columns));
  const Eigen::MatrixXd gram =
      w.rows() < w.cols() ? Eigen::MatrixXd(w * w.transpose()) : Eigen::MatrixXd(w.transpose() * w);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram, Eigen::EigenvaluesOnly);
  const double largest = std::max(0.0, solver.eigenvalues().maxCoeff());
  const double unit =
      std::ldexp(1.0, std::ilogb(std::max(w.cwiseAbs().maxCoeff(), 1e-300)) + 1 - 18);
  const double rounding = unit / 2 * std::ceil(std::sqrt(static_cast<double>(w.size())));
  return std::sqrt(largest) * (1 + 1e-7) + 2 * rounding + unit * 1e-3 + 1e-300;
}

}  // namespace

Norms operator_norms(const range::FloatNetwork& network) {
  Norms result;
  for (const range::FloatBlock& block : network.blocks) {
    result.emplace_back();
    for (const range::FloatSource& source : block.sources)
      result.back().push_back(operator_norm(source, block.size()));
  }
  return result;
}

}  // namespace certifix::error
