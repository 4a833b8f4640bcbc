// The JSON that attack and info print; report.json is report's.
#pragma once

#include <string>

#include "certifix/attack/attack.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/import/import.hpp"

namespace certifix::cli {

std::string attack_json(const attack::Result& result, const check::Accepted& accepted,
                        bool is_broken);
std::string info_json(const std::string& model, const import::ModelSummary& summary);

}  // namespace certifix::cli
