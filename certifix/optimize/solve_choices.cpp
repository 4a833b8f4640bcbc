#include "certifix/optimize/solve_choices.hpp"

#include <fmt/format.h>

#include <utility>

#include "certifix/optimize/choice_bound.hpp"
#include "certifix/optimize/choice_descent.hpp"

namespace certifix::optimize {

std::optional<Selection> solve_choices(const ChoiceModel& model, Selection from, double work,
                                       double close, const SearchOptions& options) {
  Selection start = ChoiceDescent(model).repair(std::move(from));
  if (!selection_fits(model, start)) return std::nullopt;
  ChoiceBound found = bound_choices(model, std::move(start), work, close);
  if (options.progress && found.cost > 0)
    options.progress(
        fmt::format("model solved, gap {:.1f} %", 100 * (found.cost - found.lower) / found.cost));
  return std::move(found.best);
}

}  // namespace certifix::optimize
