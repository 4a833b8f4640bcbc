#include "promises.hpp"

#include <algorithm>

#include "certifix/attack/attack.hpp"
#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "certifix/num/exact/rational.hpp"
#include "harness.hpp"

namespace certifix::fuzz {
namespace {

using num::Integer;
using num::Rational;

constexpr std::size_t kMostWritten = 20'000;  // inputs and rows

std::size_t rows(const net::Network& network) {
  std::size_t sum = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b) sum += network.size(b);
  return sum;
}

// The point a fraction of the way from the lower to the upper end of a side; on a declared grid,
// the next point of it below, or the first one of the box.
Rational point_of(const num::Interval& side, const spec::InputConvention& convention,
                  const Rational& fraction) {
  const Rational x = side.lower() + fraction * (side.upper() - side.lower());
  if (!convention.fraction_bits) return x;
  const long lsb = -*convention.fraction_bits;
  const Integer code = std::max<Integer>(num::floor_to(x, lsb), num::ceil_to(side.lower(), lsb));
  return num::scaled(Rational(code), lsb);
}

}  // namespace

void require_readable(const net::Network& network) {
  const std::size_t inputs = network.input_count();
  // A few bytes declare an image of 200,000 inputs: its text takes seconds under the sanitizers,
  // and says nothing that a smaller one does not.
  if (inputs + rows(network) > kMostWritten) return;
  std::vector<Rational> first(network.output_count());
  first[0] = 1;
  const spec::Problem problem{network,
                              spec::Box(inputs, num::Interval(0, 1)),
                              std::vector<spec::InputConvention>(inputs),
                              spec::OutOfRange::clamp,
                              {{first, Rational(1)}},
                              {}};
  const std::string text = certify::problem_text(problem);
  require(certify::problem_text(check::read_problem(text)) == text,
          "an imported network is another one to the checker");
}

void require_true(const check::Accepted& accepted) {
  const spec::Problem& problem = accepted.subject->problem;
  for (const Rational& fraction : {Rational(0), Rational(1, 3), Rational(1, 2), Rational(1)}) {
    std::vector<Rational> x;
    for (std::size_t i = 0; i < problem.box.size(); ++i)
      x.push_back(point_of(problem.box[i], problem.inputs[i], fraction));
    require(!attack::replay(problem, accepted.subject->design, {x}).broken(),
            "an accepted theorem is false");
  }
}

}  // namespace certifix::fuzz
