#include "certifix/emit/gappa/gappa_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/gappa/cases.hpp"
#include "certifix/emit/gappa/forms.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::emit {
namespace {

using num::Rational;

// Gappa's intervals are rounded outward at this many bits; so is what it is asked to prove.
constexpr int kPrecision = 128;
// Gappa passes over what improves a bound by less than its threshold, 1e-6 here.
constexpr int kRoomBits = 14;
constexpr int kBoundBits = 24;  // of a bound that is not the problem's own

// The problem's bound where the cases prove it, otherwise what they prove, rounded up.
Rational provable(const spec::Functional& functional, const Rational& reach,
                  const std::string& network) {
  const Rational with_room = reach * (Rational(1) + num::power_of_two(-kRoomBits));
  if (with_room <= functional.bound) return functional.bound;
  if (with_room > Rational(2) * functional.bound)
    throw Error(ErrorCode::target_refused,
                fmt::format("on the box as a whole, cases of signs prove an error of {} only",
                            num::decimal_up(reach)),
                Origin{network, ""}, "quantize with --leaves 1, so that the box needs no parts");
  const long lsb = num::bit_length(num::floor(with_room)) - kBoundBits;
  return num::scaled(Rational(num::ceil_to(with_room, lsb)), lsb);
}

// A decimal or dyadic constant, since Gappa takes no quotient here; rounded down where that is
// another number.
std::string bound_text(const Rational& bound) {
  const std::string text = statement::readable(bound);
  if (text.find_first_of("/p") == std::string::npos) return text;
  const long lsb = -4 * kBoundBits;
  return number(num::scaled(Rational(num::floor_to(bound, lsb)), lsb));
}

std::string comment(const spec::Problem& problem, const std::vector<std::string>& statement,
                    const std::vector<Rational>& bounds, std::size_t index, std::size_t count) {
  std::string text = fmt::format(
      "#@ -Eprecision={} -Echange-threshold=1e-6 -Eno-auto-dichotomy\n# Proven if gappa ends with "
      "exit code 0: case {} of "
      "{} "
      "of this theorem, apart from widths,\n# against the network as simplified for the box.\n#\n",
      kPrecision, index + 1, count);
  for (const std::string& line : statement) text += "# " + comment_text(line) + "\n";
  for (std::size_t k = 0; k < bounds.size(); ++k)
    if (bounds[k] != problem.functionals[k].bound)
      text +=
          fmt::format("#\n# Error {} is proven here within {} only, since the box is not split.\n",
                      k, num::decimal_up(bounds[k]));
  return text +
         "#\n# z: pre-activation of the network; a, s, p: accumulator of the design, with half an "
         "ulp, "
         "rounded\n\n";
}

std::string script(const GappaCase& one, const std::vector<Rational>& bounds) {
  std::string text;
  for (const std::string& line : one.definitions) text += line + "\n";
  std::vector<std::string> goals = one.signs;
  for (std::size_t k = 0; k < one.errors.size(); ++k)
    goals.push_back(fmt::format("|{}| <= {}", one.errors[k], bound_text(bounds[k])));
  text += fmt::format("\n{{ {}\n  -> {} }}\n\n", fmt::join(one.given, " /\\\n  "),
                      fmt::join(goals, " /\\\n     "));
  for (const std::string& line : one.hints) text += line + "\n";
  return text;
}

constexpr std::string_view kMakefile =
    "# make: has Gappa prove every case. make -j N: N at a time.\n"
    "proofs := $(patsubst %.gappa,%.proven,$(wildcard *.gappa))\n"
    "all: $(proofs)\n\n"
    "%.proven: %.gappa\n"
    "\tgappa $<\n"
    "\ttouch $@\n\n"
    "clean:\n"
    "\trm -f *.proven\n\n"
    ".PHONY: all clean\n";

}  // namespace

std::vector<File> gappa_files(const check::Subject& subject,
                              const std::vector<std::string>& statement) {
  const spec::Problem& problem = subject.problem;
  const std::string& name = problem.network.name();
  const GappaCases all = gappa_cases(subject, kMaxGappaCases);
  std::vector<Rational> bounds;
  for (std::size_t k = 0; k < problem.functionals.size(); ++k)
    bounds.push_back(provable(problem.functionals[k], all.reach[k], name));
  std::vector<File> files{{"gappa/Makefile", std::string(kMakefile)}};
  for (std::size_t n = 0; n < all.cases.size(); ++n)
    files.push_back(
        {fmt::format("gappa/{}_{}.gappa", identifier(name), n + 1),
         comment(problem, statement, bounds, n, all.cases.size()) + script(all.cases[n], bounds)});
  return files;
}

}  // namespace certifix::emit
