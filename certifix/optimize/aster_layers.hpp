// What the founding paper (Lohar, Jeangoudoux, Volkova, Darulova, "Sound Mixed Fixed-Point
// Quantization of Neural Networks", ACM TECS 22(5s), 2023) knows about a layer before it chooses
// formats: one interval a layer, from interval arithmetic, and the integer bits that hold it.
//
// Layer i is block i of a chain: it reads block i - 1 and nothing else.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/net/network.hpp"
#include "certifix/num/exact/interval.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// Ranges of the real network, exact.
struct AsterLayer {
  std::size_t rows = 0;     // k, neurons
  std::size_t columns = 0;  // n, elements read
  num::Interval source;     // hull over the elements read
  num::Interval weights;    // hull over the matrix, zeros included
  num::Interval biases;
  num::Interval dot;         // n * (weights * source)
  num::Interval result;      // dot + biases
  num::Interval activation;  // what the next layer reads
};

// Element i - 1 is layer i. Throws Error (not_in_this_version) for a network that is no chain.
std::vector<AsterLayer> aster_layers(const net::Network& network, const spec::Box& box);

num::Rational magnitude(const num::Interval& interval);  // max(|lower|, |upper|)
// U(r), the integer bits of magnitudes up to r, sign not counted: the bit length of floor(r), so
// that r < 2^U(r). A signed format has I(r) = U(r) + 1.
int integer_bits(const num::Rational& r);
// ceil(log2 n), n >= 1.
int ceil_log2(std::size_t n);

}  // namespace certifix::optimize
