#include "certifix/check/statement.hpp"

#include <algorithm>

namespace certifix::check {
namespace {

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// A unit vector bounds one output.
std::string functional_name(const spec::Functional& functional, std::size_t number) {
  const auto& c = functional.coefficients;
  const auto is_zero = [](const num::Rational& x) { return x.sign() == 0; };
  const auto first = std::find_if_not(c.begin(), c.end(), is_zero);
  if (first != c.end() && *first == 1 && std::all_of(first + 1, c.end(), is_zero))
    return "output " + std::to_string(first - c.begin());
  return "functional " + std::to_string(number);
}

}  // namespace

std::string statement(const Accepted& accepted) {
  const spec::Problem& problem = accepted.subject->problem;
  const Theorem& theorem = accepted.theorem;
  std::string out = "proven: every x in the box of '" + problem.network.name() + "' (" +
                    counted(problem.box.size(), "input");
  out += problem.out_of_range == spec::OutOfRange::clamp ? ", clamped to it) has\n" : ") has\n";
  for (std::size_t k = 0; k < theorem.proven.size(); ++k)
    out += "  " + functional_name(problem.functionals[k], k) +
           ": error <= " + num::decimal_up(theorem.proven[k]) + " (bound " +
           num::decimal_down(problem.functionals[k].bound) + ")\n";
  out += "and no overflow: words of at most " + std::to_string(theorem.max_word) +
         " bits, accumulators of at most " + std::to_string(theorem.max_accumulator) + " bits.\n";
  return out + "Checked on " +
         (theorem.leaves == 1 ? "1 leaf" : std::to_string(theorem.leaves) + " leaves") + ".\n";
}

std::string statement(const Rejected& rejected) {
  return "rejected: " + std::string(id(rejected.rule)) + ": " +
         std::string(sentence(rejected.rule)) + "\n  at " + rejected.where + ": " +
         rejected.detail + "\n";
}

}  // namespace certifix::check
