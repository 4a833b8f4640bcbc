// Solution files of solvers, of both forms: values for every column, or a sentence.
#include "../harness.hpp"
#include "certifix/milp/solution_text.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  static const milp::Model model = [] {
    milp::Model choices{"choices"};
    milp::add_choice(choices, "y", {8, 12, 16});
    milp::add_choice(choices, "z", {1, 2});
    return choices;
  }();
  const auto result = milp::parse_solution(model, bytes);
  if (const auto* solution = std::get_if<milp::Solution>(&result))
    require(solution->values.empty() || solution->values.size() == model.columns.size(),
            "values of another number of columns");
}
