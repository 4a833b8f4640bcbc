// A ChoiceModel solved for a search, which has a choice to begin with.
#pragma once

#include <optional>

#include "certifix/optimize/choice_model.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// The cheapest choice that fits, or one as near to it as `work` and `close` of bound_choices()
// allow; shows how near. Nothing if `from` cannot be repaired to one that fits.
std::optional<Selection> solve_choices(const ChoiceModel& model, Selection from, double work,
                                       double close, const SearchOptions& options);

}  // namespace certifix::optimize
