// Chapter 7 of docs/soundness.md: rules on form, decided once, before anything is computed.
#pragma once

#include <optional>
#include <string>

#include "certifix/check/certificate.hpp"
#include "certifix/check/verify.hpp"

namespace certifix::check {

// Each rule is silent (nothing) or says where it fails. They are applied in this order; a rule may
// rely on those before it.
// `network` is what the design implements (R-REWRITE).
std::optional<Rejected> check_shape(const net::Network& network, const design::Design& design);
std::optional<Rejected> check_references(const net::Network& network,
                                         const Certificate& certificate);
std::optional<Rejected> check_wiring(const design::Design& design);
std::optional<Rejected> check_input_convention(const spec::Problem& problem);
std::optional<Rejected> check_input_codes(const spec::Problem& problem,
                                          const design::Design& design);
std::optional<Rejected> check_clamp(const spec::Problem& problem, const design::Design& design);
std::optional<Rejected> check_input_format(const design::Design& design);
std::optional<Rejected> check_precision(const design::Design& design, Precision precision);
std::optional<Rejected> check_limits(const spec::Limits& limits, const design::Design& design);
// `name` is that of the tree in the certificate.
std::optional<Rejected> check_cuts(const spec::Problem& problem, const SplitTree& tree,
                                   const std::string& name);

// All of them, in this order.
std::optional<Rejected> check_form(const spec::Problem& problem, const net::Network& network,
                                   const Certificate& certificate);

// "block 2 row 7", counting blocks from 1 (0 is the input) and rows from 0.
std::string row_name(std::size_t block, std::size_t row);

// The widest weight, activation or input in bits, and the widest accumulator.
int widest_word(const design::Design& design);
int widest_accumulator(const design::Design& design);

}  // namespace certifix::check
