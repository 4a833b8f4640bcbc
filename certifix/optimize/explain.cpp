#include "certifix/optimize/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "certifix/cost/cost.hpp"
#include "certifix/optimize/prove.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

constexpr int kDigits = 2;                  // of a bound that is recommended
constexpr std::array kRaises = {1, 2, 8};   // times that bound, until it is reached
constexpr int kWidenings = 4;               // of limits, until they suffice
constexpr std::size_t kTriedLeaves = 1000;  // at least,
constexpr std::size_t kTriedTimes = 64;     // and this many times what is allowed
constexpr std::size_t kTimesLeaves = 4;
constexpr int kFinerInputs = 64;  // bits more of the inputs, at most
constexpr int kWidestInC = 64;
constexpr std::size_t kListed = 16;  // bounds of outputs in a sentence

// What a trial asks for.
struct Asked {
  std::vector<spec::Functional> functionals;
  spec::Limits limits;
  std::optional<std::vector<int>> input_bits;
  std::optional<std::size_t> leaves;
};

Rational upward(double ratio, const Rational& bound) {
  return num::exact_value(num::next_up(ratio)) * bound;
}

int widest_word(const design::Design& design) {
  int width = cost::measure(design).max_word_bits();
  for (const design::Row& row : design.blocks.back().rows)
    width = std::max(width, row.output.width());
  return width;
}

int widest_accumulator(const design::Design& design) {
  return cost::measure(design).max_accumulator_bits;
}

// "1", "1, 2 and 5"
std::string list(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (std::size_t k = 0; k < numbers.size(); ++k)
    text += fmt::format("{}{}", k == 0 ? "" : k + 1 == numbers.size() ? " and " : ", ", numbers[k]);
  return text;
}

std::string option(const std::vector<int>& bits) {
  const bool equal = std::all_of(bits.begin(), bits.end(), [&](int b) { return b == bits[0]; });
  std::string text = fmt::format("{}", bits[0]);
  for (std::size_t k = 1; !equal && k < bits.size(); ++k) text += fmt::format(",{}", bits[k]);
  return text;
}

std::string too_short(std::string_view what, int bits) {
  return fmt::format("{} of at most {} bit{} are too short", what, bits, bits == 1 ? "" : "s");
}

class Explanation {
 public:
  Explanation(const spec::Problem& problem, const simplify::Simplified& simplified, Run& run,
              const Reach& within)
      : problem_(problem), simplified_(simplified), run_(run), within_(within) {
    asked_ = {run.subject().problem().functionals, run.subject().problem().limits,
              run.options().input_bits, run.options().leaves};
  }

  Unreachable make() {
    smallest();
    for (const auto& remedy : {&Explanation::more_leaves, &Explanation::finer_inputs,
                               &Explanation::wider_words, &Explanation::wider_accumulators})
      if (!run_.cancelled()) (this->*remedy)();
    if (culprits_.empty() && !run_.cancelled()) both_widths();
    if (culprits_.empty() && !run_.cancelled()) everything();
    if (!run_.cancelled()) larger_bounds();
    result_.reason = reason();
    result_.remedy = remedy();
    return std::move(result_);
  }

 private:
  bool one_bound() const {
    return std::all_of(
        problem_.functionals.begin(), problem_.functionals.end(),
        [&](const spec::Functional& f) { return f.bound == problem_.functionals[0].bound; });
  }

  Reach trial(const Asked& asked) {
    const Subject subject(run_.subject(), asked.functionals, asked.limits);
    Options how = run_.options();
    how.input_bits = asked.input_bits;
    how.leaves = asked.leaves;
    if (how.progress)
      how.progress = [this](std::string_view, std::string_view detail) {
        run_.options().progress("explain", detail);
      };
    Run other(subject, how);
    return reach(other);
  }

  bool reached(const Asked& asked) { return trial(asked).met; }

  // What the nearest design is proven to reach, by the checker.
  void smallest() {
    if (!within_.design || !std::isfinite(within_.design->judged.candidate.ratio)) return;
    const Judged& judged = within_.design->judged;
    const std::optional<split::Tree>& tree = within_.design->tree;
    const std::vector<Leaf> leaves =
        tree ? all_leaves(*tree) : std::vector<Leaf>{{run_.subject().box(), std::nullopt}};
    const std::size_t worst =
        std::max_element(judged.values.begin(), judged.values.end()) - judged.values.begin();
    const Shares shares = optimize::shares(run_.subject(), judged.candidate, leaves[worst]);
    result_.dominated_by = dominating(shares);
    spec::Problem relaxed = problem_;
    for (spec::Functional& functional : relaxed.functionals)
      functional.bound = upward(std::max(1.0, judged.candidate.ratio), functional.bound);
    auto proof = run_.watch().stage("explain", [&] {
      return prove(relaxed, certificate(run_.subject(), simplified_, judged, tree),
                   run_.options().threads);
    });
    const auto* proven = std::get_if<Proof>(&proof);
    if (proven == nullptr) return;
    result_.smallest_bounds = proven->accepted.theorem.proven;
    result_.smallest_bound =
        *std::max_element(result_.smallest_bounds.begin(), result_.smallest_bounds.end());
  }

  // Who allows few leaves is not kept waiting for as many as there could be.
  std::size_t most_leaves() const {
    return std::min(run_.subject().leaf_budget(),
                    std::max(kTriedLeaves, kTriedTimes * asked_.leaves.value_or(1)));
  }

  void more_leaves() {
    const std::size_t most = most_leaves();
    if (!asked_.leaves || *asked_.leaves >= most) return;
    Asked asked = asked_;
    asked.leaves = most;
    const Reach other = trial(asked);
    if (!other.met) return;
    // Fewer may do: what that design took, and twice as many until they do.
    for (std::size_t leaves = other.design->tree ? other.design->tree->leaves.size() : 1;
         leaves < most; leaves *= 2) {
      asked.leaves = std::max(leaves, *asked_.leaves + 1);
      if (reached(asked)) break;
      asked.leaves = most;
    }
    result_.remedies.leaves = asked.leaves;
    culprits_.push_back(*asked_.leaves == 1 ? "one leaf is too few"
                                            : fmt::format("{} leaves are too few", *asked_.leaves));
  }

  void finer_inputs() {
    if (!asked_.input_bits) return;
    Asked asked = asked_;
    const auto finer = [&](int more) {
      std::vector<int> bits = *asked_.input_bits;
      for (int& b : bits) b += more;
      asked.input_bits = std::move(bits);
      return reached(asked);
    };
    int enough = 1;
    while (enough <= kFinerInputs && !finer(enough)) enough *= 2;
    if (enough > kFinerInputs) return;
    int few = enough / 2;  // not enough
    while (enough - few > 1) {
      const int middle = (few + enough) / 2;
      (finer(middle) ? enough : few) = middle;
    }
    (void)finer(enough);
    result_.remedies.input_bits = asked.input_bits;
    culprits_.push_back(
        fmt::format("inputs with {} fractional bits are too coarse", option(*asked_.input_bits)));
  }

  // Limits that a design found without them keeps, and with which it is found too.
  std::optional<spec::Limits> enough(Asked asked, bool word, bool accumulator) {
    const spec::Limits given = asked.limits;
    if (word) asked.limits.word.reset();
    if (accumulator) asked.limits.accumulator.reset();
    const Reach other = trial(asked);
    if (!other.met) return std::nullopt;
    const design::Design& design = other.design->judged.candidate.design;
    if (word) asked.limits.word = std::max(*given.word, widest_word(design));
    if (accumulator)
      asked.limits.accumulator = std::max(*given.accumulator, widest_accumulator(design));
    for (int more = 0; more < kWidenings; ++more) {
      const Reach now = trial(asked);
      if (now.met) return fewest(std::move(asked), given, now, word, accumulator);
      if (word) ++*asked.limits.word;
      if (accumulator) *asked.limits.accumulator += 2;
    }
    return std::nullopt;
  }

  // The smallest of one limit, by bisection; asked is reached (`how`), `given` is not. What needs
  // many more leaves is left alone: to find that out takes long.
  spec::Limits fewest(Asked asked, const spec::Limits& given, const Reach& how, bool word,
                      bool accumulator) {
    spec::Limits enough = asked.limits;
    if (word == accumulator) return enough;
    const auto limit = [&](spec::Limits& limits) -> int& {
      return word ? *limits.word : *limits.accumulator;
    };
    const std::optional<std::size_t> leaves = asked.leaves;
    const std::size_t taken = how.design->tree ? how.design->tree->leaves.size() : 1;
    asked.leaves = std::min(leaves.value_or(run_.budget()), kTimesLeaves * taken + 16);
    const spec::Limits sure = enough;
    spec::Limits few = given;
    while (limit(enough) - limit(few) > 1 && !run_.cancelled()) {
      limit(asked.limits) = (limit(few) + limit(enough)) / 2;
      (reached(asked) ? enough : few) = asked.limits;
    }
    asked.leaves = leaves;
    asked.limits = enough;
    return enough == sure || reached(asked) ? enough : sure;
  }

  void wider_words() {
    if (!asked_.limits.word) return;
    const std::optional<spec::Limits> limits = enough(asked_, true, false);
    if (!limits) return;
    result_.remedies.word = limits->word;
    culprits_.push_back(too_short("words", *asked_.limits.word));
  }

  void wider_accumulators() {
    if (!asked_.limits.accumulator || result_.remedies.word) return;
    const std::optional<spec::Limits> limits = enough(asked_, false, true);
    if (!limits) return;
    result_.remedies.accumulator = limits->accumulator;
    culprits_.push_back(too_short("accumulators", *asked_.limits.accumulator));
  }

  void both_widths() {
    if (!asked_.limits.word || !asked_.limits.accumulator) return;
    const std::optional<spec::Limits> limits = enough(asked_, true, true);
    if (limits) need(*limits);
  }

  void need(const spec::Limits& limits) {
    result_.remedies.together = true;
    if (limits.word && *limits.word > *asked_.limits.word) {
      result_.remedies.word = limits.word;
      culprits_.push_back(too_short("words", *asked_.limits.word));
    }
    if (limits.accumulator && *limits.accumulator > *asked_.limits.accumulator) {
      result_.remedies.accumulator = limits.accumulator;
      culprits_.push_back(too_short("accumulators", *asked_.limits.accumulator));
    }
  }

  // No single remedy helps: all limits at once, as far as they were given.
  void everything() {
    Asked asked = asked_;
    const std::size_t most = most_leaves();
    const bool leaves = asked_.leaves && *asked_.leaves < most;
    if (leaves) asked.leaves = most;
    if (!leaves && !asked_.input_bits) return;  // tried before
    asked.input_bits.reset();
    Asked free = asked;
    free.limits = {};
    const Reach other = trial(free);
    if (!other.met) return;
    if (asked_.input_bits) {
      asked.input_bits.emplace();
      for (std::size_t i = 0; i < problem_.box.size(); ++i)
        asked.input_bits->push_back(
            std::max((*asked_.input_bits)[asked_.input_bits->size() == 1 ? 0 : i],
                     -other.design->judged.candidate.design.inputs[i].format.lsb));
    }
    if (leaves && other.design->tree) {
      const std::size_t taken = other.design->tree->leaves.size();
      asked.leaves = std::clamp(2 * taken, *asked_.leaves + 1, most);
    }
    const std::optional<spec::Limits> limits =
        enough(asked, asked.limits.word.has_value(), asked.limits.accumulator.has_value());
    if (!limits) return;
    if (leaves) {
      result_.remedies.leaves = *asked.leaves;
      culprits_.push_back(fmt::format("{} leaves are too few", *asked_.leaves));
    }
    if (asked_.input_bits) {
      result_.remedies.input_bits = asked.input_bits;
      culprits_.push_back(
          fmt::format("inputs with {} fractional bits are too coarse", option(*asked_.input_bits)));
    }
    need(*limits);
  }

  // Bounds that are reached as things are: the user's own where they are met.
  void larger_bounds() {
    if (result_.smallest_bounds.empty()) return;
    Asked asked = asked_;
    std::vector<Rational> wanted;
    const bool one = one_bound();
    for (std::size_t f = 0; f < problem_.functionals.size(); ++f) {
      const Rational& own = problem_.functionals[f].bound;
      wanted.push_back(one ? *result_.smallest_bound : std::max(own, result_.smallest_bounds[f]));
    }
    for (const int raise : kRaises) {
      for (std::size_t f = 0; f < wanted.size(); ++f) {
        const Rational& own = problem_.functionals[f].bound;
        Rational& bound = asked.functionals[f].bound;
        bound = wanted[f] > own
                    ? *num::parse_decimal(num::decimal_up(Rational(raise) * wanted[f], kDigits))
                    : own;
      }
      if (run_.cancelled()) return;
      if (!reached(asked)) continue;
      for (const spec::Functional& functional : asked.functionals)
        result_.remedies.bounds.push_back(functional.bound);
      return;
    }
  }

  std::string reason() const {
    std::string text;
    for (std::size_t k = 0; k < culprits_.size(); ++k)
      text += (k == 0 ? "" : result_.remedies.together ? ", and " : "; ") + culprits_[k];
    const Rational& first = problem_.functionals[0].bound;
    std::vector<std::size_t> broken;
    for (std::size_t f = 0; f < result_.smallest_bounds.size(); ++f)
      if (result_.smallest_bounds[f] > problem_.functionals[f].bound) broken.push_back(f);
    const bool some = broken.size() < problem_.functionals.size() && !broken.empty();
    const std::string bound =
        one_bound() ? fmt::format("the bound {}", num::decimal_up(first)) : "the bounds";
    const std::string of =
        some && broken.size() <= kListed
            ? fmt::format(" of output{} {}", broken.size() == 1 ? "" : "s", list(broken))
            : "";
    if (text.empty())
      text = fmt::format("no design within the limits is proven to meet {}{}{}", bound, of,
                         within_.limit.empty() ? "" : ": " + within_.limit);
    else
      text += fmt::format(" for {}{}", bound, of);
    if (!result_.smallest_bound) return text;
    if (one_bound() || !some || broken.size() > kListed)
      return text + fmt::format("; the smallest bound reached is {}",
                                num::decimal_up(*result_.smallest_bound));
    for (const std::size_t f : broken)
      text += fmt::format("; output {} was to stay within {}, and the smallest bound reached is {}",
                          f, num::decimal_up(problem_.functionals[f].bound),
                          num::decimal_up(result_.smallest_bounds[f]));
    return text;
  }

  std::string remedy() const {
    const Remedies& r = result_.remedies;
    std::vector<std::string> ways;
    if (r.leaves) ways.push_back(fmt::format("--leaves {}", *r.leaves));
    if (r.input_bits) ways.push_back("--input-bits " + option(*r.input_bits));
    if (r.word) ways.push_back(fmt::format("--max-word {}", *r.word));
    if (r.accumulator) ways.push_back(fmt::format("--max-accumulator {}", *r.accumulator));
    std::string text;
    for (const std::string& way : ways)
      text += (text.empty() ? "" : r.together ? " " : ", or ") + way;
    if (!ways.empty()) text += ways.size() > 1 && r.together ? " reach it together" : " reaches it";
    if (std::max(r.word.value_or(0), r.accumulator.value_or(0)) > kWidestInC)
      text += fmt::format(" (C ends at {} bits: --target hls or verilog)", kWidestInC);
    if (!r.bounds.empty()) {
      text += text.empty() ? "" : "; ";
      if (one_bound())
        text += fmt::format("--error {} is reached as it is", num::decimal_up(r.bounds[0]));
      else if (r.bounds.size() <= kListed) {
        std::string all;
        for (const Rational& bound : r.bounds)
          all += (all.empty() ? "" : ",") + num::decimal_up(bound, 17);
        text += fmt::format("--error {} is reached as it is", all);
      } else {
        text += "larger bounds for the outputs named";
      }
    }
    if (text.empty())
      text = "a larger --error, a larger --max-word or --max-accumulator, or a smaller --box";
    return text;
  }

  const spec::Problem& problem_;
  const simplify::Simplified& simplified_;
  Run& run_;
  const Reach& within_;
  Asked asked_;
  std::vector<std::string> culprits_;  // "words of at most 12 bits are too short"
  Unreachable result_;
};

}  // namespace

Unreachable explain(const spec::Problem& problem, const simplify::Simplified& simplified, Run& run,
                    const Reach& within) {
  return Explanation(problem, simplified, run, within).make();
}

}  // namespace certifix::optimize
