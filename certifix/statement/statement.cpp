#include "certifix/statement/statement.hpp"

#include <algorithm>

namespace certifix::statement {

using num::Rational;

namespace {

constexpr std::size_t kListed = 16;  // inputs and outputs that are written out

std::string quantity(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string interval(const num::Interval& x) {
  return "[" + readable(x.lower()) + ", " + readable(x.upper()) + "]";
}

// "x in [-1, 1] x [0, 2]", or the first of many.
std::string box(const spec::Problem& problem) {
  std::string text;
  const std::size_t listed = std::min(problem.box.size(), kListed);
  for (std::size_t i = 0; i < listed; ++i) text += (i ? " x " : "") + interval(problem.box[i]);
  if (listed < problem.box.size())
    text += " x ... (all " + std::to_string(problem.box.size()) + " intervals are in problem.txt)";
  return text;
}

std::string grid(const spec::InputConvention& input) {
  return input.fraction_bits ? "a multiple of 2^" + std::to_string(-*input.fraction_bits)
                             : std::string("real");
}

bool same_grid(const spec::Problem& problem) {
  return std::all_of(problem.inputs.begin(), problem.inputs.end(),
                     [&](const auto& input) { return input == problem.inputs[0]; });
}

// What stands between "For every" and the design: which x.
std::string inputs(const spec::Problem& problem) {
  const spec::InputConvention& first = problem.inputs[0];
  if (same_grid(problem) && !first.fraction_bits) return "real x in " + box(problem);
  std::string text = "x in " + box(problem);
  if (same_grid(problem)) return text + " with every input " + grid(first);
  for (std::size_t i = 0; i < std::min(problem.inputs.size(), kListed); ++i)
    text += (i ? ", x_" : " with x_") + std::to_string(i) + " " + grid(problem.inputs[i]);
  return text + (problem.inputs.size() > kListed ? ", the others as in problem.txt" : "");
}

// "y_0" for a unit vector, "y_0 - y_1" and so on in general.
std::string combination(const spec::Functional& functional) {
  std::string text;
  for (std::size_t o = 0; o < functional.coefficients.size(); ++o) {
    const Rational& c = functional.coefficients[o];
    if (c.sign() == 0) continue;
    const std::string factor = num::abs(c) == Rational(1) ? "" : readable(num::abs(c)) + " ";
    const std::string sign =
        c.sign() < 0 ? (text.empty() ? "-" : " - ") : (text.empty() ? "" : " + ");
    text += sign + factor + "y_" + std::to_string(o);
  }
  return text.empty() ? "0" : text;
}

std::string bounds(const spec::Problem& problem) {
  const bool same =
      std::all_of(problem.functionals.begin(), problem.functionals.end(),
                  [&](const auto& f) { return f.bound == problem.functionals[0].bound; });
  std::string text;
  const std::size_t count = problem.functionals.size();
  for (std::size_t k = 0; k < std::min(count, kListed); ++k) {
    text += (k ? ", " : "") + combination(problem.functionals[k]);
    if (!same) text += " by at most " + readable(problem.functionals[k].bound);
  }
  if (count > kListed) text += ", ... (all " + std::to_string(count) + " are in problem.txt)";
  return same ? "at most " + readable(problem.functionals[0].bound) + " in " + text : text;
}

// An output's own bound: the smallest of the functionals that are plus or minus its unit vector.
std::optional<Rational> output_bound(const spec::Problem& problem, std::size_t output) {
  std::optional<Rational> smallest;
  for (const spec::Functional& functional : problem.functionals) {
    bool unit = num::abs(functional.coefficients[output]) == Rational(1);
    for (std::size_t o = 0; o < functional.coefficients.size(); ++o)
      unit = unit && (o == output || functional.coefficients[o].sign() == 0);
    if (unit && (!smallest || functional.bound < *smallest)) smallest = functional.bound;
  }
  return smallest;
}

// "2 inputs, 3 layers of 25, 25, 1, 700 weights".
std::string shape(const net::Network& network) {
  std::string text = quantity(network.input_count(), "input") + ", " +
                     quantity(network.block_count() - 1, "layer") + " of";
  for (std::size_t b = 1; b < network.block_count(); ++b)
    text += (b > 1 ? ", " : " ") + std::to_string(network.size(b));
  return text + ", " + quantity(net::multiplication_count(network), "weight");
}

}  // namespace

std::string promise(const spec::Problem& problem) {
  const bool clamp = problem.out_of_range == spec::OutOfRange::clamp;
  std::string text = "For every " + inputs(problem) + ", the fixed-point design of network '" +
                     problem.network.name() +
                     "' differs from the network evaluated in real numbers by " + bounds(problem) +
                     ", and no value that is used overflows its declared width";
  const bool grid = std::any_of(problem.inputs.begin(), problem.inputs.end(),
                                [](const auto& input) { return input.fraction_bits.has_value(); });
  if (!clamp) {
    text += "; nothing is promised outside the box.";
  } else if (grid) {
    text +=
        "; such an x outside the box counts as the nearest such point of the box, to which the "
        "design clamps it.";
  } else {
    text +=
        "; x outside the box counts as the nearest point of the box, to which the design "
        "clamps it.";
  }
  return text;
}

std::string readable(const Rational& x) {
  const std::string up = num::decimal_up(x, 17);
  return up == num::decimal_down(x, 17) ? up : num::text(x);
}

std::string theorem(const check::Accepted& accepted) {
  const spec::Problem& problem = accepted.subject->problem;
  std::string text = promise(problem) + "\n\n";
  text += "network      " + problem.network.name() + ": " + shape(problem.network) + "\n";
  if (accepted.theorem.simplified)
    text += "simplified   " + shape(accepted.subject->implemented) + "; equal on the box\n";
  for (std::size_t k = 0; k < problem.functionals.size(); ++k)
    text += "error        " + combination(problem.functionals[k]) + ": proven at most " +
            num::decimal_up(accepted.theorem.proven[k]) + ", promised " +
            readable(problem.functionals[k].bound) + "\n";
  text += "widths       words up to " + quantity(accepted.theorem.max_word, "bit") +
          ", accumulators up to " + quantity(accepted.theorem.max_accumulator, "bit") + "\n";
  text += "split        " + quantity(accepted.theorem.leaves, "part") + " of the box\n";
  return text;
}

Error rejection(const check::Rejected& rejected, const std::string& folder) {
  return Error(ErrorCode::rejected_certificate,
               "rule " + std::string(check::id(rejected.rule)) + " fails (" +
                   std::string(check::sentence(rejected.rule)) + "): " + rejected.detail,
               Origin{folder + "/certificate.txt", rejected.where},
               "docs/soundness.md explains the rule; 'certifix quantize' makes a new certificate");
}

std::optional<Error> weaker_than(const spec::Problem& problem, const std::vector<Rational>& asked,
                                 const std::string& folder) {
  const std::size_t outputs = problem.network.output_count();
  if (asked.size() != 1 && asked.size() != outputs)
    throw Error(ErrorCode::usage,
                "--error has " + quantity(asked.size(), "bound") + ", the network " +
                    quantity(outputs, "output"),
                {}, "give one bound for all outputs, or one for each");
  for (std::size_t o = 0; o < outputs; ++o) {
    const Rational& limit = asked[asked.size() == 1 ? 0 : o];
    const std::optional<Rational> promised = output_bound(problem, o);
    const std::string name = "output " + std::to_string(o);
    if (!promised || *promised > limit)
      return Error(ErrorCode::rejected_certificate,
                   name +
                       (promised ? " is promised within " + readable(*promised)
                                 : std::string(" has no bound of its own")) +
                       ", asked for is " + readable(limit),
                   Origin{folder + "/problem.txt", name},
                   "quantize again with --error " + readable(limit));
  }
  return std::nullopt;
}

std::vector<Rational> parse_bounds(std::string_view text) {
  std::vector<Rational> bounds;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string literal(text.substr(0, comma));
    const std::optional<Rational> bound = num::parse_decimal(literal);
    if (!bound || bound->sign() <= 0)
      throw Error(ErrorCode::usage, "--error: '" + literal + "' is not a bound", {},
                  "give decimal numbers above 0, one for all outputs or one for each: "
                  "--error 0.001 or --error 1e-3,0.5");
    bounds.push_back(*bound);
    if (comma == std::string_view::npos) return bounds;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace certifix::statement
