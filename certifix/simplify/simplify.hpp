// The door of the simplification stage: a network and its box in, a smaller network that computes
// exactly the same on that box out, with the claims that justify it.
//
//   const Simplified s = simplify(problem.network, problem.box);
//   evaluate(s.network, x)            // == evaluate(problem.network, x), for every x of the box
//   rewrite(f, box, s.claims)         // == s.network
//   s.statistics.affine_on_box()      // no relu is left
//
// Dead neurons go, linear ones are bypassed where that saves multiplications, constant inputs
// become biases (the rule: certifix/simplify/rewrite.hpp). The claims are about the real network f
// alone; an implementation of s.network no longer has the neurons.
//
// Stability is proven from ranges in doubles rounded outward on every leaf of s.tree, which is a
// single leaf unless cutting the box proves more neurons stable and saves multiplications by that.
// The claims hold on the whole box; the checker proves them again on the same leaves.
#pragma once

#include <cstddef>

#include "certifix/check/certificate.hpp"
#include "certifix/net/network.hpp"
#include "certifix/simplify/choose.hpp"
#include "certifix/simplify/rewrite.hpp"
#include "certifix/simplify/stability.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::simplify {

struct Statistics {
  std::size_t multiplications_before = 0;
  std::size_t multiplications_after = 0;
  // Of f's relu neurons; dead + linear + unstable is their number.
  std::size_t dead = 0;
  std::size_t linear = 0;
  std::size_t unstable = 0;  // not proven stable
  // The linear ones by role: bypassed, and those that stay as affine neurons if anything reads
  // them.
  std::size_t bypassed = 0;
  std::size_t affine = 0;
  std::size_t relus_left = 0;  // in the new network
  std::size_t leaves = 1;      // of the tree that proves the claims

  bool affine_on_box() const { return relus_left == 0; }

  friend bool operator==(const Statistics&, const Statistics&) = default;
};

struct Simplified {
  net::Network network;
  Claims claims;
  check::SplitTree tree;  // on every leaf of it, the ranges of f prove the claims
  Statistics statistics;
};

struct Options {
  Extent extent = Extent::full;
  // The tree has at most so many leaves; fewer for large networks, whose ranges take longer to
  // check. 1: the box is not cut.
  std::size_t leaves = 256;
  // Floating-point operations that the search for the tree may take, about; twice as many with
  // the final attempt to make it smaller.
  std::size_t work = 100'000'000;
};

// Without extent there are no claims: s.network is f itself, with its constant inputs.
Simplified simplify(const net::Network& f, const spec::Box& box, const Options& options = {});

// What rewriting f to g by claims that hold where `pre` encloses f's pre-activations has done.
Statistics statistics(const net::Network& f, const net::Network& g, const Claims& claims,
                      const PreRanges& pre);

}  // namespace certifix::simplify
