// How formats and numbers are written for readers of emitted code. The two customary notations of
// fixed-point formats each appear in one function, here.
#pragma once

#include <string>

#include "certifix/emit/program.hpp"
#include "certifix/num/exact/fixed_format.hpp"

namespace certifix::emit {

// Qm.n: m integer bits (the sign bit not counted) and n fractional bits, so that the signed width
// is 1 + m + n; UQm.n without a sign bit. Either number may be negative.
//   {true, 3, -12} -> "Q3.12"      {false, 3, -12} -> "UQ4.12"
std::string q_notation(const num::FixedFormat& format);

// The fixed<W, I> of HLS libraries: W bits, I of them before the binary point, the sign bit
// counted; I may be negative or above W.
//   {true, 3, -12} -> "fixed<16, 4>"      {false, 3, -12} -> "ufixed<16, 4>"
std::string hls_notation(const num::FixedFormat& format);

// "codes -2048..2047, value = code * 2^-12, -0.5..0.499755": the decimals are the outermost codes'
// values to six digits, for orientation.
std::string describe_codes(const CodeRange& range, int lsb);

}  // namespace certifix::emit
