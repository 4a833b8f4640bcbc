#include "bench/row.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "certifix/base/error.hpp"

namespace certifix::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kStatuses = {Status::verified, Status::unreachable, Status::infeasible,
                                  Status::no_grid,  Status::limit,       Status::failed};

struct CostField {
  const char* name;
  std::int64_t cost::Cost::*member;
};
constexpr std::array kCostFields = {CostField{"multiplications", &cost::Cost::multiplications},
                                    CostField{"weight_bits", &cost::Cost::weight_bits},
                                    CostField{"bias_bits", &cost::Cost::bias_bits},
                                    CostField{"area", &cost::Cost::area},
                                    CostField{"csd_digits", &cost::Cost::csd_digits},
                                    CostField{"adder_bits", &cost::Cost::adder_bits},
                                    CostField{"paper_cost", &cost::Cost::paper_cost},
                                    CostField{"clamped_inputs", &cost::Cost::clamped_inputs}};

Json cost_json(const cost::Cost& cost) {
  Json json;
  for (const CostField& field : kCostFields) json[field.name] = cost.*field.member;
  json["max_weight_bits"] = cost.max_weight_bits;
  json["max_activation_bits"] = cost.max_activation_bits;
  json["max_accumulator_bits"] = cost.max_accumulator_bits;
  return json;
}

cost::Cost read_cost(const Json& json) {
  cost::Cost cost;
  for (const CostField& field : kCostFields) json.at(field.name).get_to(cost.*field.member);
  json.at("max_weight_bits").get_to(cost.max_weight_bits);
  json.at("max_activation_bits").get_to(cost.max_activation_bits);
  json.at("max_accumulator_bits").get_to(cost.max_accumulator_bits);
  return cost;
}

}  // namespace

std::string Job::key() const {
  return network + "_" + error + "_" + method + (setting.empty() ? "" : "_" + setting);
}

std::string name(Status status) {
  switch (status) {
    case Status::verified:
      return "verified";
    case Status::unreachable:
      return "unreachable";
    case Status::infeasible:
      return "infeasible";
    case Status::no_grid:
      return "no grid point";
    case Status::limit:
      return "time limit";
    case Status::failed:
      return "failed";
  }
  throw Bug(__FILE__, __LINE__, "unknown status");
}

std::string to_json_text(const Row& row) {
  Json json;
  json["network"] = row.job.network;
  json["error"] = row.job.error;
  json["method"] = row.job.method;
  json["setting"] = row.job.setting;
  json["status"] = name(row.status);
  json["reason"] = row.reason;
  json["smallest_bound"] = row.smallest_bound;
  if (row.verified()) {
    json["cost"] = cost_json(row.cost);
    json["leaves"] = row.leaves;
    if (row.uniform_bits) json["uniform_bits"] = *row.uniform_bits;
    json["error_proven"] = row.proven;
    json["error_found"] = row.found;
    json["found_to_proven"] = row.found_to_proven;
    json["evaluations"] = row.evaluations;
    json["worst_input"] = row.worst_input;
    json["broken"] = row.broken;
  }
  Json& seconds = json["seconds"];
  seconds["import"] = row.import_seconds;
  seconds["quantize"] = row.quantize_seconds;
  seconds["stages"] = Json::array();
  for (const auto& [stage, value] : row.stage_seconds)
    seconds["stages"].push_back({{"stage", stage}, {"seconds", value}});
  seconds["check"] = row.check_seconds;
  seconds["attack"] = row.attack_seconds;
  return json.dump(1) + "\n";
}

Row from_json_text(const std::string& text, const std::string& file) {
  try {
    const Json json = Json::parse(text);
    Row row;
    json.at("network").get_to(row.job.network);
    json.at("error").get_to(row.job.error);
    json.at("method").get_to(row.job.method);
    json.at("setting").get_to(row.job.setting);
    bool known = false;
    for (const Status status : kStatuses)
      if (json.at("status") == name(status)) row.status = status, known = true;
    if (!known)
      throw Error(ErrorCode::malformed_inputs, "unknown status", Origin{file, ""},
                  "remove the file and measure the row again");
    json.at("reason").get_to(row.reason);
    json.at("smallest_bound").get_to(row.smallest_bound);
    if (row.verified()) {
      row.cost = read_cost(json.at("cost"));
      json.at("leaves").get_to(row.leaves);
      if (json.contains("uniform_bits")) row.uniform_bits = json.at("uniform_bits").get<int>();
      json.at("error_proven").get_to(row.proven);
      json.at("error_found").get_to(row.found);
      json.at("found_to_proven").get_to(row.found_to_proven);
      json.at("evaluations").get_to(row.evaluations);
      json.at("worst_input").get_to(row.worst_input);
      json.at("broken").get_to(row.broken);
    }
    const Json& seconds = json.at("seconds");
    seconds.at("import").get_to(row.import_seconds);
    seconds.at("quantize").get_to(row.quantize_seconds);
    for (const Json& stage : seconds.at("stages"))
      row.stage_seconds.emplace_back(stage.at("stage"), stage.at("seconds"));
    seconds.at("check").get_to(row.check_seconds);
    seconds.at("attack").get_to(row.attack_seconds);
    return row;
  } catch (const Json::exception& failure) {
    throw Error(ErrorCode::malformed_inputs, failure.what(), Origin{file, ""},
                "remove the file and measure the row again");
  }
}

}  // namespace certifix::bench
