// HLS C++: one looped source for ap_fixed (Vitis, Vivado), ac_fixed (Catapult and others) and
// sc_fixed (SystemC), which differ by a one-line type header.
//
// Private to certifix/emit (and its tests): the one way out of the tool is emit() in
// certifix/emit/emit.hpp, which takes a design that the checker has proven.
//
// The source computes with codes, in fixed<W, W>: formats without fractional bits. A code's bits
// are those of the fixed<W, I> named in the comments, so a port connects bit by bit; and the rows
// of one array may then differ in format, which one fixed<W, I> could not express. Overflow wraps
// and quantization truncates (free in hardware): the proof makes saturation needless, and half an
// ulp is part of each bias.
#pragma once

#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/options.hpp"

namespace certifix::emit {

// hls/<name>.hpp, hls/<name>.cpp, hls/types_{ap,ac,sc}.hpp, hls/<name>_test.cpp,
// hls/<name>_vectors.hpp, hls/run_vitis.tcl and hls/Makefile (SystemC). `statement`: what was
// proven, one line each.
//
// Accumulators may have any width. Throws Error (target_refused) when a code or a weight is wider
// than 64 bits.
std::vector<File> hls_files(const design::Design& design, const std::vector<std::string>& statement,
                            const EmitOptions& options);

}  // namespace certifix::emit
