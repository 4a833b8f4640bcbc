// What the search maximises: the error of every functional relative to its bound, in doubles.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "certifix/attack/real_program.hpp"
#include "certifix/attack/search_space.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::attack {

class Objective {
 public:
  // Buffers of one thread.
  struct Scratch {
    std::vector<double> real_inputs, real_outputs, real_scratch;
    std::vector<std::int64_t> codes, output_codes;
    std::vector<double> implemented;
  };

  // Keeps references to `space` and `executor`.
  Objective(const spec::Problem& problem, const SearchSpace& space,
            const executor::Executor& executor);

  std::size_t functional_count() const { return functional_count_; }

  // `points` holds any number of points, one after the other; `ratios` receives functional_count()
  // values a point: error / bound, signed; plus infinity in all of them where the design overflows.
  void ratios(std::span<const Position> points, std::span<double> ratios, Scratch& scratch) const;

 private:
  void run_implemented(std::span<const Position> points, std::size_t count, Scratch& scratch) const;
  void run_one_exactly(std::span<const Position> point, std::span<double> outputs) const;

  const SearchSpace& space_;
  const executor::Executor& executor_;
  RealProgram real_;
  std::size_t functional_count_;
  std::vector<double> coefficients_;  // functional after functional, divided by its bound
  std::vector<int> output_lsb_;
};

}  // namespace certifix::attack
