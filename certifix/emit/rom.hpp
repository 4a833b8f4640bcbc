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

  friend bool operator==(const CType&, const CType&) = default;
};

// The narrowest type that holds the range, signed if both fit (signed operands multiply faster).
// The range must fit 64 bits.
CType narrowest(const CodeRange& range);

// "static const int8_t name[3] = {1, 2, 3};" in the type given, or in the narrowest one.
std::string table(const CType& type, const std::string& name,
                  const std::vector<num::Integer>& values);
std::string table(const std::string& name, const std::vector<num::Integer>& values);
// Indices are unsigned.
std::string index_table(const std::string& name, const std::vector<std::size_t>& values);
// The tables of a part: weight<suffix>, and column<suffix>, start<suffix>, shift<suffix> where it
// is sparse.
std::string part_tables(const std::string& suffix, const Part& part);
// The tables that a layer's rows differ in: right<b>, left<b>, relu<b>.
std::string row_tables(const Layer& layer, std::size_t b);

}  // namespace certifix::emit
