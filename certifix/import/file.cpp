#include "certifix/import/file.hpp"

#include <fstream>
#include <system_error>

#include "certifix/import/limits.hpp"

namespace certifix::import {
namespace {

[[noreturn]] void cannot_read(const std::filesystem::path& path, const std::string& why) {
  throw Error(ErrorCode::cannot_read, "cannot read the file: " + why, Origin{path.string(), ""},
              "check its name and permissions");
}

std::uintmax_t regular_size(const std::filesystem::path& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) cannot_read(path, "it does not exist");
  if (!std::filesystem::is_regular_file(status)) cannot_read(path, "it is not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (failure) cannot_read(path, failure.message());
  return size;
}

void refuse_other_kinds(const std::filesystem::path& path, const std::string& bytes,
                        ErrorCode malformed) {
  const auto refuse = [&](const char* sentence, const char* remedy) {
    throw Error(malformed, sentence, Origin{path.string(), "byte 0"}, remedy);
  };
  if (bytes.empty()) refuse("the file is empty", "copy or export it again");
  if (bytes.starts_with("version https://git-lfs"))
    refuse("the file is a Git LFS pointer, not the file itself", "fetch it with 'git lfs pull'");
  if (bytes.starts_with("\x1f\x8b"))
    refuse("the file is compressed", "unpack it with gunzip first");
  if (bytes.starts_with("PK\x03\x04"))
    refuse("the file is a zip archive", "unpack it, or export the model to ONNX");
  if (bytes.starts_with("\x89HDF"))
    refuse("the file is an HDF5 model", "export the model to ONNX (tf2onnx)");
}

}  // namespace

std::string read_part(const std::filesystem::path& path, std::uint64_t offset,
                      std::uint64_t length) {
  const std::uintmax_t size = regular_size(path);
  if (offset > size || length > size - offset)
    cannot_read(path, "it has " + std::to_string(size) + " bytes, but " + std::to_string(length) +
                          " from byte " + std::to_string(offset) + " on are needed");
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(length, '\0');
  if (!stream || !stream.seekg(static_cast<std::streamoff>(offset)) ||
      !stream.read(bytes.data(), static_cast<std::streamsize>(length)))
    cannot_read(path, "the system refuses");
  return bytes;
}

std::string read_file(const std::filesystem::path& path, ErrorCode malformed) {
  const std::uintmax_t size = regular_size(path);
  if (size > kMaxFileBytes)
    throw Error(ErrorCode::file_too_large,
                "the file has " + std::to_string(size) + " bytes; at most " +
                    std::to_string(kMaxFileBytes) + " are read",
                Origin{path.string(), ""}, "use a smaller network");
  std::string bytes = read_part(path, 0, size);
  refuse_other_kinds(path, bytes, malformed);
  return bytes;
}

std::string ending(const std::filesystem::path& path) {
  std::string result = path.extension().string();
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace certifix::import
