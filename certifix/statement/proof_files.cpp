#include "certifix/statement/proof_files.hpp"

#include <array>
#include <fstream>

#include "certifix/base/error.hpp"

namespace certifix::statement {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (file) {
    file.read(buffer.data(), buffer.size());
    text.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxBytes)
      throw Error(ErrorCode::file_too_large, "the file has more than 1 GiB", Origin{path, ""});
  }
  if (!file.eof())
    throw Error(ErrorCode::cannot_read, "the file cannot be read", Origin{path, ""},
                "name a folder that 'certifix quantize --out' has written");
  return text;
}

}  // namespace

ProofFiles read_proof_files(const std::string& folder) {
  return {read(folder + "/problem.txt"), read(folder + "/certificate.txt")};
}

}  // namespace certifix::statement
