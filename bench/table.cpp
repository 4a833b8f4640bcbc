#include "bench/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/aligned.hpp"

namespace certifix::bench {
namespace {

std::string seconds(double value) { return fmt::format("{:.2f}", value); }

std::string stages(const Row& row, const char* separator) {
  std::string text;
  for (const auto& [stage, value] : row.stage_seconds)
    text += (text.empty() ? "" : separator) + fmt::format("{} {:.2f}", stage, value);
  return text;
}

Line table_line(const Row& row, const References& references) {
  const Job& job = row.job;
  const bool neuron = job.method == "certifix";
  const bool layer = job.method == "certifix-layer";
  const auto prototype = [&](const char* column) {
    return references.prototype(job.network, job.error, column);
  };
  std::string method = job.method + (job.setting.empty() ? "" : " " + job.setting);
  Line line{job.network, job.error, std::move(method)};
  if (row.verified()) {
    line.insert(
        line.end(),
        {fmt::format("{}", row.cost.area), fmt::format("{}", row.cost.weight_bits),
         fmt::format("{}", row.cost.multiplications), fmt::format("{}", row.cost.max_word_bits()),
         fmt::format("{}", row.cost.max_accumulator_bits), fmt::format("{}", row.cost.paper_cost),
         row.proven, row.found, fmt::format("{:.2f}", row.found_to_proven)});
  } else {
    line.push_back(name(row.status));
    line.resize(12);
  }
  line.insert(line.end(),
              {seconds(row.quantize_seconds), seconds(row.check_seconds),
               layer    ? prototype("proto_layer_area")
               : neuron ? prototype("proto_neuron_area")
                        : std::string(),
               neuron || job.method == "aster" ? prototype("paper_area") : std::string(),
               references.paper_cost(job.network, job.error, job.setting), stages(row, ", ")});
  return line;
}

std::string settings_cell(const Row* row, const std::string& paper) {
  std::string here = "-";
  if (row != nullptr)
    here = row->verified() ? fmt::format("{}", row->cost.paper_cost) : name(row->status);
  return here + (paper.empty() ? "" : " / " + paper);
}

}  // namespace

const Row* find(const std::vector<Row>& rows, const Job& job) {
  const auto place =
      std::find_if(rows.begin(), rows.end(), [&job](const Row& row) { return row.job == job; });
  return place == rows.end() ? nullptr : &*place;
}

const Row* find_own(const std::vector<Row>& rows, const std::string& network,
                    const std::string& error, const std::string& method) {
  const Row* simplified = find(rows, {network, error, method, ""});
  if (simplified != nullptr) return simplified;
  const Row* without_dead = find(rows, {network, error, method, kDeadOnly});
  return without_dead != nullptr ? without_dead : find(rows, {network, error, method, kNoSimplify});
}

const Row* cheapest_aster(const std::vector<Row>& rows, const std::string& network,
                          const std::string& error, const std::string& settings) {
  const Row* best = nullptr;
  for (const char setting : settings) {
    const Row* row = find(rows, {network, error, "aster", std::string(1, setting)});
    if (row != nullptr && row->verified() && (best == nullptr || row->cost.area < best->cost.area))
      best = row;
  }
  return best;
}

std::vector<std::pair<std::string, std::string>> cases(const std::vector<Row>& rows) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const Row& row : rows) {
    const std::pair<std::string, std::string> item(row.job.network, row.job.error);
    if (std::find(result.begin(), result.end(), item) == result.end()) result.push_back(item);
  }
  return result;
}

std::string table(const std::vector<Row>& rows, const References& references) {
  std::vector<Line> lines = {{"network", "error", "method", "area", "weight bits", "mult", "word",
                              "acc", "paper cost", "proven", "found", "f/p", "quantize s",
                              "check s", "prototype", "paper area", "printed cost", "stages s"}};
  for (const auto& [network, error] : cases(rows)) {
    for (const char* method : {"certifix", "certifix-layer", "uniform"})
      if (const Row* row = find_own(rows, network, error, method))
        lines.push_back(table_line(*row, references));
    const Row* aster = cheapest_aster(rows, network, error, "AB");
    for (const char* setting : {"B", "A"})
      if (aster == nullptr) aster = find(rows, {network, error, "aster", setting});
    if (aster != nullptr) lines.push_back(table_line(*aster, references));
  }
  return aligned(lines, 3);
}

std::string settings_table(const std::vector<Row>& rows, const References& references) {
  std::vector<Line> lines = {{"network", "error", "A", "B", "C", "D", ""}};
  for (const auto& [network, error] : cases(rows)) {
    Line line{network, error};
    bool any = false;
    for (const char* setting : {"A", "B", "C", "D"}) {
      const Row* row = find(rows, {network, error, "aster", setting});
      any = any || row != nullptr;
      line.push_back(settings_cell(row, references.paper_cost(network, error, setting)));
    }
    line.emplace_back();
    if (any) lines.push_back(std::move(line));
  }
  return lines.size() == 1 ? std::string() : aligned(lines, 2);
}

std::string csv(const std::vector<Row>& rows, const References& references) {
  std::string text =
      "network,error,method,setting,status,smallest_bound,multiplications,weight_bits,area,"
      "csd_digits,adder_bits,paper_cost,max_word_bits,max_accumulator_bits,leaves,error_proven,"
      "error_found,evaluations,import_s,quantize_s,check_s,attack_s,stages_s,proto_layer_area,"
      "proto_neuron_area,paper_area,paper_printed_cost\n";
  for (const Row& row : rows) {
    const Job& job = row.job;
    text += fmt::format("{},{},{},{},{},{},", job.network, job.error, job.method, job.setting,
                        name(row.status), row.smallest_bound);
    if (row.verified())
      text +=
          fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},", row.cost.multiplications,
                      row.cost.weight_bits, row.cost.area, row.cost.csd_digits, row.cost.adder_bits,
                      row.cost.paper_cost, row.cost.max_word_bits(), row.cost.max_accumulator_bits,
                      row.leaves, row.proven, row.found, row.evaluations);
    else
      text += std::string(12, ',');
    text += fmt::format("{:.3f},{:.3f},{:.3f},{:.3f},{},", row.import_seconds, row.quantize_seconds,
                        row.check_seconds, row.attack_seconds, stages(row, "; "));
    const auto prototype = [&](const char* column) {
      return references.prototype(job.network, job.error, column);
    };
    text += fmt::format("{},{},{},{}\n", prototype("proto_layer_area"),
                        prototype("proto_neuron_area"), prototype("paper_area"),
                        references.paper_cost(job.network, job.error, job.setting));
  }
  return text;
}

std::string json(const std::vector<Row>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows) all.push_back(nlohmann::ordered_json::parse(to_json_text(row)));
  return all.dump(1) + "\n";
}

}  // namespace certifix::bench
