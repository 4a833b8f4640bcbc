// From a sum to the code that it gives, in Verilog: cut at the block's bit, low bits cleared that
// the row's format does not have.
#pragma once

#include <string>

#include "certifix/emit/verilog/folded/circuit.hpp"

namespace certifix::emit::folded {

// `width` bits of the sum in `signal[base + SUM - 1 : base]`, from bit `low` of the sum, with
// copies of its sign above its end.
std::string sum_bits(const Circuit& circuit, const std::string& signal, int base, int low,
                     int width);

// The word that a sum gives, by the number of its cut.
std::string cut_word(const Circuit& circuit, const std::string& sum, const std::string& number);

// A word with the low bits cleared that are not in `keep`, a signal with the kept_bits of a row.
std::string masked(const Circuit& circuit, const std::string& word, const std::string& keep);

}  // namespace certifix::emit::folded
