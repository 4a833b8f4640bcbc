// The bit-exact executor: what a design computes, as docs/design-semantics.md defines it. Emitted
// code is compared with it; attack searches with it; the trusted checker shares nothing with it.
//
// Two paths that give the same integers:
//   run       arbitrary precision, always available, refuses any value that leaves its width;
//   run_fast  machine words, for many evaluations; available when fast().
//
// Example: 2 inputs, 1 output.
//   const Executor executor(design);
//   const std::vector<Integer> x = executor.quantize({Rational(7, 10), Rational(-1)});
//   const std::vector<Integer> y = executor.run(x);                // output codes
//   executor.output_value(y[0], 0);                                // y[0] * 2^lsb, exactly
//   if (executor.fast()) executor.run_fast(codes, outputs);        // 2 n codes in, n codes out
//
// All members are const and keep no state: one Executor serves any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::executor {

class FastProgram;

class Executor {
 public:
  // Throws Bug when the wiring is not that of a design (a term reads no earlier element, a shift is
  // negative).
  explicit Executor(design::Design design);
  ~Executor();
  Executor(const Executor&);
  Executor(Executor&&) noexcept;
  Executor& operator=(const Executor&);
  Executor& operator=(Executor&&) noexcept;

  const design::Design& design() const { return design_; }
  std::size_t input_count() const { return design_.size(0); }
  std::size_t output_count() const { return design_.size(design_.blocks.size()); }

  // The code of the real value x at input i: floor(x / 2^lsb + 1/2), then saturated to
  // [code_min, code_max] if the design clamps.
  num::Integer quantize_input(const num::Rational& x, std::size_t i) const;
  std::vector<num::Integer> quantize(std::span<const num::Rational> x) const;
  // The exact value of a code of output o.
  num::Rational output_value(const num::Integer& code, std::size_t o) const;

  // The output codes for one vector of input codes. A design that clamps takes any codes; another
  // throws Error (malformed_inputs) for a code outside [code_min, code_max]. Throws Bug when a
  // value does not fit its declared width, which a verified design makes impossible:
  //   exact mode    any sum of some of {bias + half ulp, products};
  //   modular mode  the final sum;      both: the output code.
  std::vector<num::Integer> run(std::span<const num::Integer> codes) const;
  // The codes of every block; element 0 are the input codes after clamping.
  std::vector<std::vector<num::Integer>> run_blocks(std::span<const num::Integer> codes) const;

  // Whether run_fast may be called: every code fits 64 signed bits, every weight << shift too, and
  // every sum of products over the declared ranges fits 128.
  bool fast() const { return fast_ != nullptr; }
  // n vectors at once: codes holds n * input_count() codes, vector after vector, outputs receives
  // n * output_count(). True when every value fitted its declared width (final sums and codes; the
  // input codes too if the design does not clamp); false means a broken proof, or codes outside the
  // box of a design that does not clamp: ask run() for the place. Outputs are then unspecified.
  bool run_fast(std::span<const std::int64_t> codes, std::span<std::int64_t> outputs) const;

 private:
  design::Design design_;
  std::shared_ptr<const FastProgram> fast_;
};

}  // namespace certifix::executor
