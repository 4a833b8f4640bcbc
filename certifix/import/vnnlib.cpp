// Boxes from VNN-LIB 1.0.
//
// A formula is reduced to the smallest box that its atoms show by themselves: an atom bounds one
// input, `and` intersects, `or` takes the hull of what is not empty. The result contains every
// input that satisfies the formula, and equals it for one conjunction of bounds; for disjunctions
// there is a warning. What mentions an output variable says nothing about the inputs: passed over,
// with a warning.
#include <map>
#include <utility>

#include "certifix/import/limits.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/import/s_expression.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

using num::Rational;

struct Bound {
  Rational value;
  std::size_t position;  // of the atom, in the file
};
struct Range {
  std::optional<Bound> lower;
  std::optional<Bound> upper;
  bool is_empty() const { return lower && upper && lower->value > upper->value; }
};
// The inputs that have a bound. A region with an empty range is empty.
using Region = std::map<std::size_t, Range>;

bool is_empty(const Region& region) {
  for (const auto& [input, range] : region)
    if (range.is_empty()) return true;
  return false;
}

void raise(std::optional<Bound>& lower, const Bound& bound) {
  if (!lower || bound.value > lower->value) lower = bound;
}
void reduce(std::optional<Bound>& upper, const Bound& bound) {
  if (!upper || bound.value < upper->value) upper = bound;
}

void intersect(Region& a, const Region& b) {
  for (const auto& [input, range] : b) {
    Range& mine = a[input];
    if (range.lower) raise(mine.lower, *range.lower);
    if (range.upper) reduce(mine.upper, *range.upper);
  }
}

// The hull: a bound that one side lacks is lost.
Region hull(const Region& a, const Region& b) {
  Region result;
  for (const auto& [input, left] : a) {
    const auto found = b.find(input);
    if (found == b.end()) continue;
    const Range& right = found->second;
    Range range;
    if (left.lower && right.lower)
      range.lower = left.lower->value < right.lower->value ? left.lower : right.lower;
    if (left.upper && right.upper)
      range.upper = left.upper->value > right.upper->value ? left.upper : right.upper;
    result[input] = range;
  }
  return result;
}

enum class Side { input, output };
struct Variable {
  Side side;
  std::size_t index;
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file, std::size_t input_count)
      : bytes_(bytes), file_(file), input_count_(input_count) {}

  ImportedBox box() {
    Region region;
    for (const Expression& command : parse_expressions(bytes_, file_)) run(command, region);
    ImportedBox result;
    if (declared_ != input_count_)
      fail(ErrorCode::box_mismatch,
           "the file declares " + std::to_string(declared_) + " inputs, the network has " +
               std::to_string(input_count_),
           bytes_.size(), "declare X_0 to X_" + std::to_string(input_count_ - 1));
    for (std::size_t i = 0; i < input_count_; ++i) {
      const Range& range = region[i];
      const std::string name = "X_" + std::to_string(i);
      if (range.is_empty())
        fail(ErrorCode::empty_box, "no value of " + name + " satisfies its bounds",
             std::max(range.lower->position, range.upper->position),
             "correct the bounds of " + name);
      if (!range.lower || !range.upper)
        fail(ErrorCode::unbounded_box,
             name + " has no " + (range.lower ? "upper" : "lower") + " bound", declared_at_[i],
             "add (assert (" + std::string(range.lower ? "<= " : ">= ") + name + " ...))");
      result.box.emplace_back(range.lower->value, range.upper->value);
    }
    if (disjunctions_)
      result.warnings.push_back(
          file_ + ": the inputs are a disjunction; the smallest box around it is used");
    if (output_constraints_ > 0)
      result.warnings.push_back(file_ + ": " + std::to_string(output_constraints_) +
                                " constraints on outputs are not used");
    return result;
  }

 private:
  [[noreturn]] void fail(ErrorCode code, const std::string& sentence, std::size_t position,
                         const std::string& remedy) const {
    throw Error(code, sentence, Origin{file_, line_and_column(bytes_, position)}, remedy);
  }
  [[noreturn]] void unsupported(const std::string& sentence, const Expression& where) const {
    fail(ErrorCode::unsupported_box, sentence, where.position,
         "write bounds like (assert (<= X_0 0.5)), in VNN-LIB 1.0");
  }

  void run(const Expression& command, Region& region) {
    if (!command.is_list || command.items.empty() || command.items[0].is_list)
      fail(ErrorCode::malformed_box, "expected a command such as (assert ...)", command.position,
           "check that this is a VNN-LIB file");
    const std::string_view name = command.items[0].text;
    if (name == "vnnlib-version" || name == "declare-network")
      unsupported("VNN-LIB 2.0 is not supported", command);
    if (name == "declare-const" || name == "declare-fun") return declare(command);
    if (name == "set-logic" || name == "set-info" || name == "set-option" || name == "check-sat" ||
        name == "exit" || name == "get-model")
      return;
    if (name != "assert")
      unsupported("the command " + in_quotes(name) + " is not supported", command);
    if (command.items.size() != 2)
      fail(ErrorCode::malformed_box, "an assert needs one formula", command.position,
           "write (assert (<= X_0 0.5))");
    intersect(region, formula(command.items[1]));
  }

  // (declare-const X_0 Real) or (declare-fun X_0 () Real)
  void declare(const Expression& command) {
    const bool is_function = command.is("declare-fun");
    const std::size_t size = is_function ? 4 : 3;
    const bool well_formed =
        command.items.size() == size && !command.items[1].is_list &&
        !command.items.back().is_list &&
        (!is_function || (command.items[2].is_list && command.items[2].items.empty()));
    if (!well_formed)
      fail(ErrorCode::malformed_box, "a declaration needs a name and a type", command.position,
           "write (declare-const X_0 Real)");
    if (command.items.back().text != "Real")
      unsupported("the type " + in_quotes(command.items.back().text) + " is not supported",
                  command);
    const Expression& name = command.items[1];
    const auto variable = variable_named(name.text);
    if (!variable)
      unsupported(
          "the variable " + in_quotes(name.text) + " is neither an input X_i nor an output Y_i",
          name);
    if (variable->side == Side::output) return;
    if (variable->index >= input_count_)
      fail(ErrorCode::box_mismatch,
           in_quotes(name.text) + " is declared, but the network has " +
               std::to_string(input_count_) + " inputs",
           name.position, "use the box of this network");
    if (!declared_at_.emplace(variable->index, name.position).second)
      fail(ErrorCode::malformed_box, in_quotes(name.text) + " is declared twice", name.position,
           "remove one declaration");
    ++declared_;
  }

  static std::optional<Variable> variable_named(std::string_view text) {
    if (text.size() < 3 || text[1] != '_' || (text[0] != 'X' && text[0] != 'Y'))
      return std::nullopt;
    const auto index = count_value(text.substr(2));
    if (!index || (text.size() > 3 && text[2] == '0')) return std::nullopt;
    return Variable{text[0] == 'X' ? Side::input : Side::output, *index};
  }

  Region formula(const Expression& expression) {
    const std::size_t size = expression.items.size();
    if (expression.is("and")) {
      Region region;
      for (std::size_t i = 1; i < size; ++i) intersect(region, formula(expression.items[i]));
      return region;
    }
    if (expression.is("or")) {
      if (size == 1)
        fail(ErrorCode::malformed_box, "an 'or' without alternatives", expression.position,
             "remove it");
      return disjunction(expression);
    }
    if (expression.is("<=") || expression.is(">=") || expression.is("=")) {
      if (size != 3)
        fail(ErrorCode::malformed_box, "a comparison needs two sides", expression.position,
             "write (<= X_0 0.5)");
      return comparison(expression);
    }
    if (!expression.is_list || size == 0 || expression.items[0].is_list)
      fail(ErrorCode::malformed_box, "expected a formula such as (<= X_0 0.5)", expression.position,
           "check the parentheses");
    unsupported("the operator " + in_quotes(expression.items[0].text) + " is not supported",
                expression);
  }

  Region disjunction(const Expression& expression) {
    std::optional<Region> result;
    Region last;
    bool says_something = false;
    for (std::size_t i = 1; i < expression.items.size(); ++i) {
      last = formula(expression.items[i]);
      says_something = says_something || !last.empty();
      if (is_empty(last)) continue;
      result = result ? hull(*result, last) : last;
    }
    // A single alternative is no disjunction, nor is one on outputs alone.
    if (expression.items.size() > 2 && says_something) disjunctions_ = true;
    return result ? *result : last;  // all alternatives empty: so is the whole
  }

  // X_i <= c, c <= X_i, and the same with >= and =.
  Region comparison(const Expression& expression) {
    const Expression& left = expression.items[1];
    const Expression& right = expression.items[2];
    if (mentions_output(left) || mentions_output(right)) {
      ++output_constraints_;
      return {};
    }
    const auto left_input = input(left);
    const auto right_input = input(right);
    if (left_input.has_value() == right_input.has_value())
      unsupported("a comparison that is not between one input and one number", expression);
    const Bound bound{number(left_input ? right : left), expression.position};
    const bool is_upper = expression.is("<=") == left_input.has_value();
    Range range;
    if (expression.is("=") || is_upper) range.upper = bound;
    if (expression.is("=") || !is_upper) range.lower = bound;
    return {{left_input ? *left_input : *right_input, range}};
  }

  static bool mentions_output(const Expression& expression) {
    if (!expression.is_list) {
      const auto variable = variable_named(expression.text);
      return variable && variable->side == Side::output;
    }
    for (const Expression& item : expression.items)
      if (mentions_output(item)) return true;
    return false;
  }

  std::optional<std::size_t> input(const Expression& expression) const {
    if (expression.is_list) return std::nullopt;
    const auto variable = variable_named(expression.text);
    if (!variable) return std::nullopt;
    if (variable->index >= input_count_)
      fail(ErrorCode::box_mismatch,
           in_quotes(expression.text) + " is bounded, but the network has " +
               std::to_string(input_count_) + " inputs",
           expression.position, "use the box of this network");
    if (!declared_at_.contains(variable->index))
      fail(ErrorCode::malformed_box, in_quotes(expression.text) + " is not declared",
           expression.position, "add (declare-const " + printable(expression.text) + " Real)");
    return variable->index;
  }

  // A decimal, or (- decimal).
  Rational number(const Expression& expression) const {
    if (expression.is("-") && expression.items.size() == 2 && !expression.items[1].is_list)
      return -number(expression.items[1]);
    if (expression.is_list) unsupported("arithmetic on inputs is not supported", expression);
    return decimal_value(expression.text, [&] {
      return Origin{file_, line_and_column(bytes_, expression.position)};
    });
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t input_count_;
  std::size_t declared_ = 0;
  std::map<std::size_t, std::size_t> declared_at_;
  bool disjunctions_ = false;
  std::size_t output_constraints_ = 0;
};

}  // namespace

ImportedBox read_vnnlib(std::string_view bytes, const std::string& file, std::size_t input_count) {
  return Reader(bytes, file, input_count).box();
}

}  // namespace certifix::import
