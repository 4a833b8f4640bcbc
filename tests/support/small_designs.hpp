// Designs that are small enough to follow by hand.
#pragma once

#include <utility>
#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::test {

inline constexpr auto kRelu = net::Activation::relu;
inline constexpr auto kIdentity = net::Activation::identity;

// On the grid 0, with an exact accumulator of 32 bits.
inline design::Row small_row(std::vector<design::Term> terms, num::Integer bias,
                             net::Activation activation, num::FixedFormat output) {
  design::Row result;
  result.activation = activation;
  result.terms = std::move(terms);
  result.bias = std::move(bias);
  result.accumulator_width = 32;
  result.output = output;
  return result;
}

// One input of 8 bits, not clamped; h = relu(x - 16), y = h + x.
inline design::Design skip_design() {
  design::Design design;
  design.name = "skip";
  design.clamp = false;
  design.inputs = {{{true, 7, 0}, -100, 100}};
  design.blocks = {
      {"hidden", {small_row({{0, 0, 1, 0}}, -16, kRelu, {false, 6, 0})}},
      {"output", {small_row({{0, 0, 1, 0}, {1, 0, 1, 0}}, 0, kIdentity, {true, 8, 0})}}};
  return design;
}

}  // namespace certifix::test
