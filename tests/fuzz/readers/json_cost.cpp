// Cost models: no cost is below 0 or infinite.
#include <cmath>

#include "../harness.hpp"
#include "certifix/import/readers.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  const cost::Model model = import::read_json_cost(bytes, "input");
  for (const double weight : model.weight)
    require(std::isfinite(weight) && weight >= 0, "a weight that is no cost");
}
