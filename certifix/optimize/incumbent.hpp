// The best design of a search so far.
#pragma once

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// Starts with a design that meets the target and the limits. subject and options outlive it.
class Incumbent {
 public:
  Incumbent(const Subject& subject, const SearchOptions& options, Candidate first);

  const Candidate& candidate() const { return candidate_; }
  double cost() const { return cost_; }  // objective()

  // Takes the candidate's place if that meets the target and the limits and is cheaper, and reports
  // it as progress.
  bool offer(const Candidate& candidate);

 private:
  const Subject& subject_;
  const SearchOptions& options_;
  Candidate candidate_;
  double cost_;
};

}  // namespace certifix::optimize
