// The writers of the single C files; see c_source.hpp.
#pragma once

#include <string>
#include <vector>

#include "certifix/emit/c/c_program.hpp"
#include "certifix/emit/options.hpp"
#include "certifix/emit/rom.hpp"
#include "certifix/emit/vectors.hpp"

namespace certifix::emit {

// The tables of one layer, and of the box (input_min, input_max).
Tables layer_tables(const CProgram& c, std::size_t b);
Tables box_tables(const CProgram& c);
// What comes after the names of a part's tables: block and source.
std::string part_suffix(std::size_t b, const Part& part);
// The type of a counter up to `largest`.
std::string index_type(std::size_t largest);

// Pairs of 16-bit operands (c_pairs.cpp). Whether part p of layer b has a path for the DSP
// instructions of Arm cores; what that path needs at the top of the file; and the path itself:
// `total` += the products of a row of `columns` weights and codes.
bool multiplies_pairs(const CProgram& c, std::size_t b, std::size_t p);
std::string pair_support(const CProgram& c);
std::string pair_loop(const CType& sum, const std::string& total, const std::string& weights,
                      const std::string& codes, std::size_t columns);

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
