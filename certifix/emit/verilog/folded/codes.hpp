// How a sum goes on, in Verilog, and the code that it gives: cut at the block's bit, low bits
// cleared that the row's format does not have.
#pragma once

#include <string>

#include "certifix/emit/verilog/folded/circuit.hpp"

namespace certifix::emit::folded {

// What a sum is after a step: `product` added to `start` in the first step of a pass, and to the
// sum otherwise. The choice and the addition take one LUT a bit if the product is the minuend;
// synthesis orders the operands of + as it likes.
std::string accumulated(const Circuit& circuit, const std::string& product,
                        const std::string& is_first, const std::string& start,
                        const std::string& sum);

// `width` bits of the sum in `signal[base + SUM - 1 : base]`, from bit `low` of the sum, with
// copies of its sign above its end.
std::string sum_bits(const Circuit& circuit, const std::string& signal, int base, int low,
                     int width);

// The word that a sum gives, by the number of its cut.
std::string cut_word(const Circuit& circuit, const std::string& sum, const std::string& number);

// A word with the low bits cleared that are not in `keep`, a signal with the kept_bits of a row.
std::string masked(const Circuit& circuit, const std::string& word, const std::string& keep);

}  // namespace certifix::emit::folded
