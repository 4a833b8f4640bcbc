#include "certifix/emit/gappa/cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/emit/gappa/forms.hpp"

namespace certifix::emit {
namespace {

using num::Integer;
using num::Interval;
using num::Rational;

// Ends that are no dyadic numbers are moved outwards to one.
constexpr int kBoxGrid = -100;

// An element in one case: its names in the script ("" for 0) and its forms.
struct Element {
  std::string real_name;
  std::string name;
  RealForm real;
  ErrorForm error;  // implemented - real
};

// A ReLU whose two pre-activations have different signs: its error e lies between 0 and delta = p -
// z. With real_on (z >= 0 >= p) e = -z = delta - p, otherwise (p >= 0 >= z) e = p = delta + z.
struct Mixed {
  bool real_on;
  std::string z, p;
  ErrorForm delta;
};

// One case as far as it has been followed.
struct State {
  std::vector<Mixed> mixed;                    // in the order of the blocks
  std::vector<std::vector<Element>> elements;  // by block
  FormRanges ranges;
  GappaCase script;
};

Rational outward(const Rational& x, bool up) {
  const Integer& d = x.denominator();
  if (d == Integer(1) << static_cast<unsigned long>(num::bit_length(d) - 1)) return x;
  return num::scaled(Rational(up ? num::ceil_to(x, kBoxGrid) : num::floor_to(x, kBoxGrid)),
                     kBoxGrid);
}

// An end of an interval may not stand in parentheses.
std::string bare(const Rational& x) {
  const std::string text = number(x);
  return text.front() == '(' ? text.substr(1, text.size() - 2) : text;
}

Rational weight_value(const design::Design& design, const design::Row& row,
                      const design::Term& term) {
  return num::scaled(Rational(term.weight),
                     term.shift + row.accumulator_lsb - design.lsb(term.source, term.index));
}

// The same error with every mixed ReLU's e written from the end, 0 or delta, that leaves a
// remainder of known sign: >= 0 for a lower bound, <= 0 for an upper one.
ErrorForm towards(bool lower, ErrorForm form, const std::vector<Mixed>& mixed) {
  for (std::size_t m = mixed.size(); m-- > 0;) {
    const Mixed& relu = mixed[m];
    const std::string& atom = relu.real_on ? relu.z : relu.p;
    const auto found = form.atoms.find(atom);
    if (found == form.atoms.end()) continue;
    const Rational weight = relu.real_on ? -found->second : found->second;  // of e
    if ((weight.sign() > 0) == (relu.real_on == lower)) {
      form.atoms.erase(found);
      add(form, weight, relu.delta);
      form.atoms[relu.real_on ? relu.p : relu.z] += relu.real_on ? -weight : weight;
    }
  }
  return form;
}

class Analysis {
 public:
  Analysis(const check::Subject& subject, std::size_t limit) : subject_(subject), limit_(limit) {}

  GappaCases run() {
    result_.reach.resize(subject_.problem.functionals.size());
    State state;
    add_inputs(state);
    follow(std::move(state), 1, 0);
    return std::move(result_);
  }

 private:
  const design::Design& design() const { return subject_.design; }
  std::size_t inputs() const { return design().inputs.size(); }
  RealForm zero() const { return {0, std::vector<Rational>(inputs())}; }
  ErrorForm no_error() const { return {zero(), {}}; }

  static std::string difference(const Element& pre) { return pre.name + " - " + pre.real_name; }
  static void define(State& state, const std::string& name, const std::string& value) {
    state.script.definitions.push_back(name + " = " + value + ";");
  }
  static void hint(State& state, const std::string& from, const std::string& to) {
    state.script.hints.push_back(from + " -> " + to + ";");
  }

  // The name of a text that is more than a name already.
  static std::string named(State& state, const std::string& name, const std::string& text) {
    if (text.find(' ') == std::string::npos) return text;
    define(state, name, text);
    return name;
  }

  void add_inputs(State& state) {
    state.elements.emplace_back();
    for (std::size_t i = 0; i < inputs(); ++i) {
      const Interval& side = subject_.problem.box[i];
      const auto grid = subject_.problem.inputs[i].fraction_bits;
      const int lsb = design().inputs[i].format.lsb;
      const bool exact = grid && lsb <= -*grid;
      const std::string x = "x" + std::to_string(i);
      state.ranges.box.emplace_back(outward(side.lower(), false), outward(side.upper(), true));
      const Interval& shown = state.ranges.box.back();
      state.script.given.push_back(
          fmt::format("{} in [{}, {}]", x, bare(shown.lower()), bare(shown.upper())));
      if (grid) state.script.given.push_back(fmt::format("@FIX({}, {})", x, -*grid));
      Element element{x, x, zero(), no_error()};
      element.real.x[i] = 1;
      if (!exact) {
        define(state, "s" + std::to_string(i), x + " + " + number(num::power_of_two(lsb - 1)));
        element.name = "xh" + std::to_string(i);
        const auto step = grid ? std::optional(std::min(-*grid, lsb - 1)) : std::nullopt;
        round(state, element, "s" + std::to_string(i), lsb, step);
      }
      state.elements[0].push_back(std::move(element));
    }
  }

  // Defines the element as `sum`, a value with half an ulp (of this grid, if it has one), rounded
  // down; adds what this does to its error.
  void round(State& state, Element& element, const std::string& sum, int lsb,
             std::optional<int> grid) {
    define(state, element.name, fmt::format("fixed<{},dn>({})", lsb, sum));
    const std::string atom = fmt::format("({} - {})", element.name, sum);
    element.error.real.constant += num::power_of_two(lsb - 1);
    element.error.atoms[atom] = 1;
    const Rational step = grid ? num::power_of_two(std::min(*grid, lsb)) : Rational(0);
    state.ranges.atoms.emplace(atom, Interval(step - num::power_of_two(lsb), 0));
  }

  // From row `row` of block `block` on.
  void follow(State state, std::size_t block, std::size_t row) {
    const net::Network& network = subject_.implemented;
    if (block == network.block_count()) return close(state);
    if (row == 0) state.elements.emplace_back();
    if (row == network.size(block)) return follow(std::move(state), block + 1, 0);
    const bool is_relu = network.block(block).activation[row] == net::Activation::relu;
    Element pre = pre_activation(state, block, row, is_relu);
    if (!is_relu) {
      state.elements.back().push_back(std::move(pre));
      return follow(std::move(state), block, row + 1);
    }
    branch(std::move(state), pre, block, row);
  }

  // The row before its activation, rounded; its names are defined and hinted at.
  Element pre_activation(State& state, std::size_t block, std::size_t row, bool is_relu) {
    const net::Block& real = subject_.implemented.block(block);
    const design::Row& implemented = design().blocks[block - 1].rows[row];
    const std::string id = fmt::format("_{}_{}", block, row);
    Element pre{"z" + id, "p" + id, zero(), no_error()};

    pre.real.constant = real.bias[row];
    SumText sum(real.bias[row]);
    bool is_composed = false;
    for (const net::Source& source : real.sources)
      for (const net::Entry& entry : source.weights.row(row)) {
        const Element& read = state.elements[source.block][entry.column];
        add(pre.real, entry.value, read.real);
        if (!read.real_name.empty()) sum.add(entry.value, read.real_name);
        is_composed = is_composed || source.block > 0;
      }
    define(state, pre.real_name, sum.text());
    if (is_composed && is_relu) hint(state, pre.real_name, text(ErrorForm{pre.real, {}}));

    // error = implemented - real, with implemented = sum of w^ (real_s + error_s) + b^ + rounding.
    const Rational bias = num::scaled(Rational(implemented.bias), implemented.accumulator_lsb);
    pre.error.real.constant = bias;
    SumText accumulator(bias);
    for (const design::Term& t : implemented.terms) {
      const Rational weight = weight_value(design(), implemented, t);
      const Element& read = state.elements[t.source][t.index];
      add(pre.error.real, weight, read.real);
      add(pre.error, weight, read.error);
      if (!read.name.empty()) accumulator.add(weight, read.name);
    }
    add(pre.error.real, -1, pre.real);
    define(state, "a" + id, accumulator.text());
    if (implemented.output.lsb > implemented.accumulator_lsb) {
      define(state, "s" + id,
             fmt::format("a{} + {}", id, number(num::power_of_two(implemented.output.lsb - 1))));
      round(state, pre, "s" + id, implemented.output.lsb, implemented.accumulator_lsb);
    } else {
      pre.name = "a" + id;
    }
    return pre;
  }

  // The range of an error, with the hints by which Gappa finds it.
  static Interval bound(State& state, const std::string& name, const ErrorForm& error) {
    const ErrorForm low = towards(true, error, state.mixed);
    const ErrorForm high = towards(false, error, state.mixed);
    hint(state, name, text(low));
    if (text(high) != text(low)) hint(state, name, text(high));
    return {range(low, state.ranges).lower(), range(high, state.ranges).upper()};
  }

  // All cases of the signs of a ReLU's two pre-activations that its ranges leave.
  void branch(State state, const Element& pre, std::size_t block, std::size_t row) {
    const Interval z = range(pre.real, state.ranges);
    const Interval error = bound(state, difference(pre), pre.error);
    const Interval p = {z.lower() + error.lower(), z.upper() + error.upper()};
    const auto splits = [](const Interval& v) {
      return v.lower().sign() < 0 && v.upper().sign() > 0;
    };
    for (const bool real_on : {true, false}) {
      if (!splits(z) && real_on != (z.lower().sign() >= 0)) continue;
      for (const bool on : {true, false}) {
        if (!splits(p) && on != (p.lower().sign() >= 0)) continue;
        State next = state;
        (splits(z) ? next.script.given : next.script.signs)
            .push_back(pre.real_name + (real_on ? " >= 0" : " <= 0"));
        (splits(p) ? next.script.given : next.script.signs)
            .push_back(pre.name + (on ? " >= 0" : " <= 0"));
        next.elements.back().push_back(activated(next, pre, real_on, on, error));
        follow(std::move(next), block, row + 1);
      }
    }
  }

  Element activated(State& state, const Element& pre, bool real_on, bool on,
                    const Interval& error) {
    if (real_on && on) return pre;
    Element off{"", "", zero(), no_error()};
    if (!real_on && !on) return off;
    const Rational up = std::max(Rational(0), error.upper());
    const Rational down = std::min(Rational(0), error.lower());
    if (real_on) {
      off.real_name = pre.real_name;
      off.real = pre.real;
      off.error.atoms[pre.real_name] = -1;
      state.ranges.atoms.emplace(pre.real_name, Interval(0, -down));
      state.ranges.atoms.emplace(pre.name, Interval(down, 0));
    } else {
      off.name = pre.name;
      off.error.atoms[pre.name] = 1;
      state.ranges.atoms.emplace(pre.name, Interval(0, up));
      state.ranges.atoms.emplace(pre.real_name, Interval(-up, 0));
    }
    state.mixed.push_back({real_on, pre.real_name, pre.name, pre.error});
    return off;
  }

  void close(State& state) {
    if (result_.cases.size() == limit_)
      throw Error(ErrorCode::target_refused,
                  fmt::format("Gappa would have to look at more than {} cases of signs", limit_),
                  Origin{subject_.problem.network.name(), ""},
                  "choose a smaller box or network: each ReLU whose sign changes on the box takes "
                  "up to four cases");
    const std::vector<Element>& outputs = state.elements.back();
    for (std::size_t k = 0; k < subject_.problem.functionals.size(); ++k) {
      const spec::Functional& functional = subject_.problem.functionals[k];
      ErrorForm error = no_error();
      SumText real, implemented;
      for (std::size_t o = 0; o < outputs.size(); ++o) {
        const Rational& c = functional.coefficients[o];
        add(error, c, outputs[o].error);
        if (!outputs[o].real_name.empty()) real.add(c, outputs[o].real_name);
        if (!outputs[o].name.empty()) implemented.add(c, outputs[o].name);
      }
      state.script.errors.push_back(
          fmt::format("{} - {}", named(state, fmt::format("yh_{}", k), implemented.text()),
                      named(state, fmt::format("y_{}", k), real.text())));
      const Interval reached = bound(state, state.script.errors.back(), error);
      result_.reach[k] = std::max({result_.reach[k], -reached.lower(), reached.upper()});
    }
    result_.cases.push_back(std::move(state.script));
  }

  const check::Subject& subject_;
  std::size_t limit_;
  GappaCases result_;
};

}  // namespace

GappaCases gappa_cases(const check::Subject& subject, std::size_t limit) {
  std::size_t rows = 0;
  for (const design::Block& block : subject.design.blocks) rows += block.rows.size();
  if (rows > kMaxGappaRows)
    throw Error(ErrorCode::target_refused,
                fmt::format("the design has {} neurons; scripts for Gappa have at most {}", rows,
                            kMaxGappaRows),
                Origin{subject.problem.network.name(), ""}, "this target is for small networks");
  return Analysis(subject, limit).run();
}

}  // namespace certifix::emit
