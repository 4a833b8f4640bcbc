// Choices for walks to start from, beside the best so far: where single changes do not lead.
#pragma once

#include <memory>
#include <vector>

#include "certifix/optimize/weight_bounds.hpp"

namespace certifix::optimize {

// One bit more for every value and grid: about half the error. inputs_fixed: not for inputs'.
void refine(const Subject& subject, const WeightPlaces& places, bool inputs_fixed,
            WeightBounds& bounds);

// To replace a neuron is to spend a part of the bound at once, which pays only after everything
// else has become finer. So these starts have neurons replaced that take up to a quarter, a half,
// three quarters of the limit, those first that save most for what they take, and all the rest
// refined until the uses are within the limit. None where nothing can be replaced; `from` is at the
// choice that they are made of.
std::vector<std::unique_ptr<WeightBounds>> replaced_starts(
    const Subject& subject, const WeightPlaces& places, const range::Ranges& hull,
    bool inputs_fixed, const WeightBounds& from, const Tops& top, const cost::Model& cost,
    double limit);

}  // namespace certifix::optimize
