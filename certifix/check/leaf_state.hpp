// What is known about each element on one leaf, filled in block by block.
#pragma once

#include <vector>

#include "certifix/check/grid.hpp"
#include "certifix/check/grid_pair.hpp"

namespace certifix::check {

// The slope lambda of R-PAIR: e = lambda delta.
enum class Slope { zero, one, unknown };

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
  // The implementation against it.
  Range source;  // S = D + rho of a row
  Slope slope = Slope::unknown;
  Range error;  // e
  Range codes;  // n, ordinary integers
};

using LeafState = std::vector<Element>;  // by element number

}  // namespace certifix::check
