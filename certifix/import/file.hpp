// The bytes of a file, within limits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "certifix/base/error.hpp"

namespace certifix::import {

// The whole file. Throws Error: cannot_read for what is not a readable regular file (a folder, a
// pipe, a device), file_too_large beyond kMaxFileBytes, and `malformed` for a file that is
// visibly something else (empty, a Git LFS pointer, a compressed archive), with the remedy for it.
std::string read_file(const std::filesystem::path& path, ErrorCode malformed);

// The bytes [offset, offset + length) of a regular file; cannot_read where it has fewer.
std::string read_part(const std::filesystem::path& path, std::uint64_t offset,
                      std::uint64_t length);

// The ending in lower case: ".onnx".
std::string ending(const std::filesystem::path& path);

}  // namespace certifix::import
