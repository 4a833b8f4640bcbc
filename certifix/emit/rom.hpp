// Constant tables of integers, as C99 and C++ both read them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/emit/program.hpp"

namespace certifix::emit {

// intN_t or uintN_t.
struct CType {
  int bits = 8;  // 8, 16, 32 or 64
  bool is_signed = true;

  std::string name() const;
  CodeRange range() const;
  std::size_t bytes() const { return static_cast<std::size_t>(bits / 8); }

  friend bool operator==(const CType&, const CType&) = default;
};

// The narrowest type that holds the range, signed if both fit (signed operands multiply faster).
// The range must fit 64 bits.
CType narrowest(const CodeRange& range);

// Definitions of constant tables, and what they take in the memory of the target.
struct Tables {
  std::string text;
  std::size_t bytes = 0;

  Tables& operator+=(const Tables& other);
};

// "static const int8_t name[3] = {1, 2, 3};" in the type given, or in the narrowest one.
Tables table(const CType& type, const std::string& name, const std::vector<num::Integer>& values);
Tables table(const std::string& name, const std::vector<num::Integer>& values);
// Indices are unsigned.
Tables index_table(const std::string& name, const std::vector<std::size_t>& values);
// The tables of a part, its weights in a type that holds them: weight<suffix>, and column<suffix>,
// start<suffix>, shift<suffix> where it is sparse.
Tables part_tables(const std::string& suffix, const Part& part, const CType& weights);
// The tables that a layer's rows differ in: right<b>, left<b>, relu<b>.
Tables row_tables(const Layer& layer, std::size_t b);

}  // namespace certifix::emit
