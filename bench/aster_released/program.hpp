// The released arithmetic, bit for bit: ap_fixed with its default modes. Every constant, product,
// partial sum and result is truncated towards minus infinity to its format and wraps.
//
// Example:
//   const Program program(network, formats);
//   program.run(x, y);                   // y as doubles, for searching
//   program.run_exact(x);                // the same as exact rationals
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/aster_released/formats.hpp"
#include "certifix/net/network.hpp"

namespace certifix::aster_released {

class Program {
 public:
  // Throws Bug when a product of two formats needs more than 126 bits.
  Program(const net::Network& network, std::vector<LayerFormats> formats);

  std::size_t input_count() const { return formats_.front().source.size(); }
  int input_fraction() const { return formats_.front().source.front().fraction(); }
  std::size_t output_count() const { return layers_.back().size(); }

  // x: one finite double an input. y: one an output, rounded to nearest from up to 64 bits.
  void run(std::span<const double> x, std::span<double> y) const;
  std::vector<num::Rational> run_exact(std::span<const double> x) const;

 private:
  struct Weight {
    std::size_t column;
    std::int64_t code;
  };
  struct Row {
    std::vector<Weight> weights;
    std::int64_t bias;
    bool relu;
  };

  std::vector<std::int64_t> run_codes(std::span<const double> x) const;

  std::vector<LayerFormats> formats_;
  std::vector<std::vector<Row>> layers_;
};

}  // namespace certifix::aster_released
