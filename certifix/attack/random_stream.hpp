// Pseudo-random numbers that are the same on every platform and for every number of threads: each
// piece of work has its own stream, named by (seed, stage, index). The generator is splitmix64
// (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). The
// distributions of <random> are not used, since their output is up to the library.
#pragma once

#include <cstdint>

namespace certifix::attack {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stage, std::uint64_t index)
      : state_(mix(mix(mix(seed + kStep) + stage) + index)) {}

  std::uint64_t bits() { return mix(state_ += kStep); }
  // Uniform in [0, n), n >= 1; the bias is below 2^-64 * n.
  std::uint64_t below(std::uint64_t n) {
    __extension__ typedef unsigned __int128 Wide;
    return static_cast<std::uint64_t>((static_cast<Wide>(bits()) * n) >> 64);
  }
  // Uniform in [low, high]; the difference must be below 2^63.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    return low + static_cast<std::int64_t>(below(span + 1));
  }
  bool coin() { return (bits() >> 63) != 0; }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15u;
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace certifix::attack
