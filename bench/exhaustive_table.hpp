// What the exhaustive mode found, as text.
#pragma once

#include <string>
#include <vector>

#include "bench/exhaustive.hpp"

namespace certifix::bench {

struct ExhaustiveRow {
  std::string network;
  std::string error;  // as given: "1e-3"
  Extent extent;
  std::vector<num::Rational> proven;  // per output
  std::vector<WorstCorner> worst;     // per output
  double seconds = 0;                 // of the enumeration
};

// Whether an error is above its proven bound, which a correct tool makes impossible.
bool broken(const ExhaustiveRow& row);
// The largest |error| / proven bound over the outputs.
num::Rational tightness(const ExhaustiveRow& row);

// For people: the extent, a line per output, and the two answers: no error above its proven bound;
// whether the worst is at least 0.95 of it.
std::string exhaustive_text(const ExhaustiveRow& row);
// For programs and for replay: exact numbers, as num::text() writes them.
std::string exhaustive_csv(const std::vector<ExhaustiveRow>& rows);

}  // namespace certifix::bench
