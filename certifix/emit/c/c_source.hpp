// C99 for microcontrollers: integers only, no libc beyond <stdint.h>, no heap, constant tables.
//
// Private to certifix/emit (and its tests): the one way out of the tool is emit() in
// certifix/emit/emit.hpp, which takes a design that the checker has proven.
#pragma once

#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/options.hpp"

namespace certifix::emit {

// c/<name>.h, c/<name>.c, the float wrapper c/<name>_real.{h,c}, and a self-checking test bench:
// c/<name>_test.c, c/<name>_vectors.h, c/Makefile. `statement`: what was proven, for the comment at
// the top of the header, one line each.
//
// The code relies on what was proven: with codes inside the box (any codes if the design clamps) no
// signed operation overflows. Throws Error (target_refused) when an accumulator or a code is wider
// than 64 bits.
std::vector<File> c_files(const design::Design& design, const std::vector<std::string>& statement,
                          const EmitOptions& options);

}  // namespace certifix::emit
