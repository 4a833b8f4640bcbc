// How much a file may ask for. Far above every network the tool can prove something about, and low
// enough that no file makes the importer hang or fill the memory. Beyond them: file_too_large or
// too_large.
#pragma once

#include <cstddef>
#include <cstdint>

namespace certifix::import {

inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 28;  // 256 MiB, one file
inline constexpr std::size_t kMaxNumbers = 2'000'000;  // numbers in a model; elements of a tensor
inline constexpr std::size_t kMaxInputs = 200'000;     // elements of a model's input: 256 x 256 x 3
inline constexpr std::size_t kMaxParts = 1'000'000;    // names, nodes, attributes of an ONNX file
inline constexpr std::size_t kMaxWork = 100'000'000;   // exact operations of one import
inline constexpr long kMaxNumberBits = 1 << 16;  // numerator or denominator (problem.txt's limit)
inline constexpr int kMaxDecimalExponent = 400;  // of a decimal literal, either sign
inline constexpr std::size_t kMaxRank = 8;       // dimensions of a tensor
inline constexpr std::size_t kMaxNesting = 64;   // depth of JSON, s-expressions

}  // namespace certifix::import
