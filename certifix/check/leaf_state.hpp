// What is known about each element on one leaf, filled in block by block.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/check/grid.hpp"

namespace certifix::check {

// The set of slopes lambda of R-PAIR, e = lambda delta: {0}, {1}, or all of [0, 1].
enum class Slope { zero, one, unstable };

// How back-substitution replaces the activation a of a row by its z (R-BACKSUBSTITUTION):
//   linear   a = z
//   dead     a = 0
//   crossing a <= upper_slope z + upper_offset, and a >= z or a >= 0
struct Relaxation {
  enum class Kind { linear, dead, crossing } kind = Kind::linear;
  Integer upper_slope;
  Integer upper_offset;
  bool lower_is_z = false;
};

struct Element {
  // The real network.
  Range before;  // z, rows only
  Range value;   // a
  Integer tau;   // |theta| <= tau, rows only
  Relaxation relaxation;
  // The implementation against it. All but codes hold for every admissible choice of slopes.
  Range own;          // db + rho - theta of a row: what it adds whatever it reads
  Range source;       // S = D + rho of a row
  Range accumulator;  // delta without the row's own rounding
  Range delta;        // of a row
  Slope slope = Slope::unstable;
  Range error;  // e
  Range codes;  // n, ordinary integers
};

struct LeafState {
  explicit LeafState(std::size_t elements) : element(elements) {}
  Element& operator[](std::size_t e) { return element[e]; }
  const Element& operator[](std::size_t e) const { return element[e]; }

  std::vector<Element> element;     // by number
  std::vector<Integer> error_norm;  // of the finished blocks: E_b of R-NORM, units of u
};

}  // namespace certifix::check
