// The writers of the single C files; see c_source.hpp.
#pragma once

#include <string>
#include <vector>

#include "certifix/emit/c/c_program.hpp"
#include "certifix/emit/options.hpp"
#include "certifix/emit/vectors.hpp"

namespace certifix::emit {

std::string c_header(const CProgram& c, const std::vector<std::string>& statement);
std::string c_body(const CProgram& c);
// Doubles in, doubles out, around the integer function.
std::string c_real_header(const CProgram& c);
std::string c_real_body(const CProgram& c);
// Test bench, its table, and a Makefile that compiles and runs it.
std::string c_bench(const CProgram& c);
std::string c_vectors(const CProgram& c, const TestVectors& vectors);
std::string c_makefile(const CProgram& c, bool float_wrapper);

}  // namespace certifix::emit
