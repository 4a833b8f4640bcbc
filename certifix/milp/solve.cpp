#include "certifix/milp/solve.hpp"

#include <Cbc_C_Interface.h>
#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <csignal>
#include <memory>
#include <mutex>

#include "certifix/base/error.hpp"

namespace certifix::milp {
namespace {

struct DeleteModel {
  void operator()(void* model) const { Cbc_deleteModel(model); }
};
using CbcModel = std::unique_ptr<void, DeleteModel>;

// CBC's main routine installs a handler for SIGINT.
class KeepInterruptHandler {
 public:
  KeepInterruptHandler() { sigaction(SIGINT, nullptr, &saved_); }
  ~KeepInterruptHandler() { sigaction(SIGINT, &saved_, nullptr); }
  KeepInterruptHandler(const KeepInterruptHandler&) = delete;
  KeepInterruptHandler& operator=(const KeepInterruptHandler&) = delete;

 private:
  struct sigaction saved_ = {};
};

double cbc_number(double x) { return std::clamp(x, -DBL_MAX, DBL_MAX); }

void set(void* cbc, const char* name, const std::string& value) {
  Cbc_setParameter(cbc, name, value.c_str());
}

// The matrix by columns, as CBC takes it.
CbcModel load(const Model& model) {
  const std::size_t n = model.columns.size();
  std::vector<CoinBigIndex> start(n + 1, 0);
  for (const Row& row : model.rows)
    for (const Coefficient& c : row.coefficients) ++start[c.column + 1];
  for (std::size_t j = 0; j < n; ++j) start[j + 1] += start[j];
  std::vector<CoinBigIndex> next(start.begin(), start.end() - 1);
  std::vector<int> index(static_cast<std::size_t>(start[n]));
  std::vector<double> value(index.size());
  std::vector<double> row_lower;
  std::vector<double> row_upper;
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    for (const Coefficient& c : model.rows[i].coefficients) {
      const auto at = static_cast<std::size_t>(next[c.column]++);
      index[at] = static_cast<int>(i);
      value[at] = c.value;
    }
    row_lower.push_back(cbc_number(model.rows[i].lower));
    row_upper.push_back(cbc_number(model.rows[i].upper));
  }
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> objective;
  for (const Column& column : model.columns) {
    lower.push_back(cbc_number(column.lower));
    upper.push_back(cbc_number(column.upper));
    objective.push_back(column.objective);
  }
  // One more column, an integer fixed at 0: without integers CBC takes another way, which is not
  // silent and calls unbounded models infeasible.
  start.push_back(start.back());
  for (std::vector<double>* zero : {&lower, &upper, &objective}) zero->push_back(0);
  CbcModel cbc(Cbc_newModel());
  Cbc_loadProblem(cbc.get(), static_cast<int>(n + 1), static_cast<int>(model.rows.size()),
                  start.data(), index.data(), value.data(), lower.data(), upper.data(),
                  objective.data(), row_lower.data(), row_upper.data());
  for (std::size_t j = 0; j < n; ++j)
    if (model.columns[j].integer) Cbc_setInteger(cbc.get(), static_cast<int>(j));
  Cbc_setInteger(cbc.get(), static_cast<int>(n));
  return cbc;
}

// CBC does not take a model without columns: its rows compare 0 with their bounds.
Solution solve_empty(const Model& model) {
  const bool holds = violation_at(model, {}) <= 0;
  return holds ? Solution{Status::optimal, {}, 0, 0}
               : Solution{Status::infeasible, {}, 0, kInfinity};
}

}  // namespace

Solution solve(const Model& model, const Limits& limits) {
  check(model);
  CERTIFIX_CHECK(limits.threads >= 1 && limits.nodes >= 1, "limits are positive");
  if (model.columns.empty()) return solve_empty(model);

  static std::mutex turn;
  const std::lock_guard lock(turn);
  const KeepInterruptHandler keep;
  const CbcModel cbc = load(model);
  set(cbc.get(), "log", "0");
  set(cbc.get(), "maxNodes", std::to_string(std::min(limits.nodes, 1'000'000'000L)));
  set(cbc.get(), "ratioGap", fmt::format("{}", limits.relative_gap));
  set(cbc.get(), "allowableGap", "0");
  if (limits.branching_alone) {
    set(cbc.get(), "cuts", "off");
    set(cbc.get(), "heuristics", "off");
  }
  if (limits.seconds) {
    set(cbc.get(), "timeMode", "elapsed");
    set(cbc.get(), "seconds", fmt::format("{}", *limits.seconds));
  }
  if (limits.threads > 1) set(cbc.get(), "threads", std::to_string(100 + limits.threads));
  if (Cbc_solve(cbc.get()) < 0) return {};

  Solution solution;
  if (Cbc_isProvenInfeasible(cbc.get()) != 0) {
    solution.status = Status::infeasible;
    solution.bound = kInfinity;
    return solution;
  }
  const bool optimal = Cbc_isProvenOptimal(cbc.get()) != 0;
  const bool stopped = Cbc_status(cbc.get()) == 1;
  if (!optimal && !stopped) return {};
  solution.status = optimal ? Status::optimal : Status::limit;
  solution.bound = Cbc_getBestPossibleObjValue(cbc.get());
  const double* values = Cbc_bestSolution(cbc.get());
  if (values == nullptr) return optimal ? Solution{} : solution;
  solution.values.assign(values, values + model.columns.size());
  for (std::size_t j = 0; j < model.columns.size(); ++j)
    if (model.columns[j].integer) solution.values[j] = std::nearbyint(solution.values[j]);
  if (violation_at(scaled_rows(model), solution.values) > kTolerance) return {};
  solution.objective = objective_at(model, solution.values);
  return solution;
}

}  // namespace certifix::milp
