// The parts that reports in JSON share.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "certifix/cost/cost.hpp"
#include "certifix/report/layer.hpp"

namespace certifix::report {

using Json = nlohmann::ordered_json;  // fields in the order in which they are written

std::string text(const Json& json);  // the whole document, with a final newline
Json cost_json(const cost::Cost& cost);
Json range_json(const RealRange& range);
Json layer_json(const Layer& layer, bool is_input);

}  // namespace certifix::report
