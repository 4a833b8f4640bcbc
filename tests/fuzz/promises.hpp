// What holds of everything that a reader accepts.
#pragma once

#include <string>

#include "certifix/check/verify.hpp"
#include "certifix/net/network.hpp"

namespace certifix::fuzz {

// The problem about an imported network is one that the checker reads, and reads as the same.
void require_readable(const net::Network& network);

// The theorem of an accepted pair holds at some points of its box: exact errors within the bounds,
// every value within its width.
void require_true(const check::Accepted& accepted);

}  // namespace certifix::fuzz
