#include "certifix/check/operator_norm.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace certifix::check {
namespace {

constexpr long kBits = 18;  // of the rounded weights n_ij
// Of the smaller side, and of entries: the proof takes a time of about the fourth power of the one,
// and memory for the other.
constexpr std::size_t kMostOfSide = 256;
constexpr std::size_t kMostEntries = 10'000'000;

using IntegerMatrix = std::vector<std::vector<Integer>>;

// w~ by rows, or by columns where these are fewer.
IntegerMatrix smaller_side(const GridNetwork& network, const Norm& claim) {
  const std::size_t rows = network.size(claim.block), columns = network.size(claim.source);
  const std::size_t first = network.starts[claim.source];
  const bool by_rows = rows <= columns;
  IntegerMatrix result(std::min(rows, columns),
                       std::vector<Integer>(std::max(rows, columns), Integer(0)));
  for (std::size_t i = 0; i < rows; ++i) {
    for (const Edge& edge : network.row(network.starts[claim.block] + i).weights) {
      if (edge.element < first || edge.element >= first + columns) continue;
      const std::size_t j = edge.element - first;
      (by_rows ? result[i][j] : result[j][i]) = edge.weight;
    }
  }
  return result;
}

// The most bits of a weight; 0 if all are 0.
long widest(const IntegerMatrix& weights) {
  long bits = 0;
  for (const auto& row : weights)
    for (const Integer& w : row) bits = std::max(bits, num::bit_length(w));
  return bits;
}

// The upper triangle of q I - n n^T.
IntegerMatrix shifted_gram(const IntegerMatrix& n, const Integer& q) {
  IntegerMatrix result(n.size(), std::vector<Integer>(n.size(), Integer(0)));
  for (std::size_t i = 0; i < n.size(); ++i) {
    for (std::size_t j = i; j < n.size(); ++j) {
      Integer& sum = result[i][j];
      for (std::size_t k = 0; k < n[i].size(); ++k) add_product(sum, n[i][k], n[j][k]);
      sum = i == j ? Integer(q - sum) : Integer(-sum);
    }
  }
  return result;
}

// Sylvester's criterion for a symmetric matrix given by its upper triangle. After step k of
// Bareiss' elimination the pivot a[k][k] is the leading principal minor of order k + 1; every
// division is exact.
bool is_positive_definite(IntegerMatrix a) {
  Integer last_pivot = 1;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const Integer& pivot = a[k][k];
    if (pivot <= 0) return false;
    for (std::size_t i = k + 1; i < a.size(); ++i) {
      for (std::size_t j = i; j < a.size(); ++j) {
        mpz_ptr entry = a[i][j].get_mpz_t();
        mpz_mul(entry, entry, pivot.get_mpz_t());
        mpz_submul(entry, a[k][i].get_mpz_t(), a[k][j].get_mpz_t());
        mpz_divexact(entry, entry, last_pivot.get_mpz_t());
      }
    }
    last_pivot = pivot;
  }
  return true;
}

}  // namespace

bool norm_is_proven(const GridNetwork& network, const Norm& claim) {
  const std::size_t rows = network.size(claim.block), columns = network.size(claim.source);
  const std::size_t entries = rows * columns;
  if (std::min(rows, columns) > kMostOfSide || entries > kMostEntries) return false;
  IntegerMatrix n = smaller_side(network, claim);
  const long bits = widest(n);
  if (bits == 0) return true;                       // the norm is 0
  const long k = bits - network.precision.weights;  // the least one with |w~| < 2^k
  const Rational rounding = num::scaled(ceil_sqrt(Integer(entries)), k - kBits - 1);  // F
  const Rational t = num::scaled(claim.sigma - rounding, kBits - k);
  if (t.sign() <= 0) return false;
  for (auto& row : n)
    for (Integer& w : row) w = num::round_half_up(w, bits - kBits);
  return is_positive_definite(shifted_gram(n, num::floor(t * t)));
}

std::optional<Rejected> check_operator_norms(const GridNetwork& network,
                                             const std::vector<Norm>& claims) {
  for (const Norm& claim : claims)
    if (!norm_is_proven(network, claim))
      return Rejected{
          Rule::operator_norm,
          "block " + std::to_string(claim.block) + " source " + std::to_string(claim.source),
          "the norm " + num::decimal_down(claim.sigma) + " is not proven"};
  return std::nullopt;
}

}  // namespace certifix::check
