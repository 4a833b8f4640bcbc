#include "bench/references.hpp"

#include <fstream>
#include <sstream>
#include <vector>

namespace certifix::bench {
namespace {

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result(1);
  for (const char c : line) {
    if (c == ',')
      result.emplace_back();
    else if (c != '\r')
      result.back() += c;
  }
  return result;
}

// Rows of a CSV file without quoting, each as column name -> cell.
std::vector<std::map<std::string, std::string>> read_csv(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::map<std::string, std::string>> rows;
  std::string line;
  if (!std::getline(file, line)) return rows;
  const std::vector<std::string> names = cells(line);
  while (std::getline(file, line)) {
    const std::vector<std::string> values = cells(line);
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) row[names[i]] = values[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

template <class Map>
std::string find(const Map& map, const std::string& a, const std::string& b, const std::string& c) {
  const auto place = map.find({a, b, c});
  return place == map.end() ? std::string() : place->second;
}

}  // namespace

References::References(const std::filesystem::path& benchmarks) {
  for (const auto& row : read_csv(benchmarks / "prototype_results.csv"))
    for (const auto& [column, value] : row)
      prototype_[{row.at("network"), row.at("error"), column}] = value;
  for (const auto& row : read_csv(benchmarks / "uniform_bits.csv"))
    for (const auto& [column, value] : row)
      if (column.starts_with("bits_"))
        uniform_bits_[{row.at("network"), column.substr(std::string("bits_").size())}] = value;
  // The paper does not say which of its two double pendulums is which; its scripts run the one that
  // is not robust first.
  const std::map<std::string, std::string> unnamed = {{"DoublePendV1", "DoublePendulumNonRobustNN"},
                                                      {"DoublePendV2", "DoublePendulumRobustNN"}};
  for (auto& row : read_csv(benchmarks / "aster" / "aster_paper_results.csv")) {
    if (const auto place = unnamed.find(row["benchmark"]); place != unnamed.end())
      row["repo_network"] = place->second;
    if (row["table"] == "4" && row["tool"] == "Aster" && row["metric"] == "cost")
      paper_[{row["repo_network"], row["target_error"], row["setting"]}] = row["value"];
  }
}

std::string References::prototype(const std::string& network, const std::string& error,
                                  const std::string& column) const {
  return find(prototype_, network, error, column);
}

std::string References::paper_cost(const std::string& network, const std::string& error,
                                   const std::string& setting) const {
  return find(paper_, network, error, setting);
}

std::string References::uniform_bits(const std::string& network, const std::string& error) const {
  const auto place = uniform_bits_.find({network, error});
  return place == uniform_bits_.end() ? std::string() : place->second;
}

}  // namespace certifix::bench
