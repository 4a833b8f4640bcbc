#include "certifix/base/error.hpp"

#include <utility>

namespace certifix {
namespace {

struct Entry {
  std::string_view number;
  std::string_view slug;
  ExitCode exit;
};

constexpr Entry kEntries[] = {
#define CERTIFIX_ERROR_ENTRY(name, number, slug, exit) {number, slug, ExitCode::exit},
    CERTIFIX_ERROR_CODES(CERTIFIX_ERROR_ENTRY)
#undef CERTIFIX_ERROR_ENTRY
};

const Entry& entry(ErrorCode code) { return kEntries[static_cast<int>(code)]; }

// Only the file name: a build's folder is nobody's business.
std::string_view base_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

}  // namespace

std::string_view number(ErrorCode code) { return entry(code).number; }
std::string_view slug(ErrorCode code) { return entry(code).slug; }
ExitCode exit_code(ErrorCode code) { return entry(code).exit; }

Error::Error(ErrorCode code, std::string sentence, Origin origin, std::string remedy)
    : code_(code),
      sentence_(std::move(sentence)),
      origin_(std::move(origin)),
      remedy_(std::move(remedy)) {
  text_ =
      "error[" + std::string(number(code_)) + " " + std::string(slug(code_)) + "]: " + sentence_;
  if (!origin_.file.empty() || !origin_.place.empty()) {
    const bool both = !origin_.file.empty() && !origin_.place.empty();
    text_ += "\n  --> " + origin_.file + (both ? ": " : "") + origin_.place;
  }
  if (!remedy_.empty()) text_ += "\n  help: " + remedy_;
}

Bug::Bug(const char* file, int line, std::string_view sentence)
    : std::logic_error("bug: " + std::string(base_name(file)) + ":" + std::to_string(line) + ": " +
                       std::string(sentence)) {}

}  // namespace certifix
