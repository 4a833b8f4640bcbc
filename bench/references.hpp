// Figures of others that the benchmark prints beside its own. They are read, never recomputed:
//   prototype_results.csv         a numpy prototype of the method, and of the paper's method
//   aster/aster_paper_results.csv the founding paper's printed numbers
//   uniform_bits.csv              fractional bits for which a prototype proved a bound
// A missing file leaves the figures empty.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace certifix::bench {

class References {
 public:
  explicit References(const std::filesystem::path& benchmarks);

  // A column of prototype_results.csv as printed there; empty where there is none.
  std::string prototype(const std::string& network, const std::string& error,
                        const std::string& column) const;
  // The paper's Table 4: the cost at a setting (A, B, C, D) as printed, "inf" for infeasible; empty
  // where it prints none.
  std::string paper_cost(const std::string& network, const std::string& error,
                         const std::string& setting) const;
  // The fractional bits of uniform_bits.csv; empty where there are none.
  std::string uniform_bits(const std::string& network, const std::string& error) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::string> prototype_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> paper_;
  std::map<std::pair<std::string, std::string>, std::string> uniform_bits_;
};

}  // namespace certifix::bench
