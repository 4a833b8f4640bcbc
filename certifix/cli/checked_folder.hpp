// The way every command gets at a design: the folder is read and checked again. There is no other.
#pragma once

#include <string>

#include "certifix/check/verify.hpp"

namespace certifix::cli {

class ProgressLine;

// Throws Error: cannot_read, malformed_problem, malformed_certificate, rejected_certificate.
check::Accepted check_folder(const std::string& folder, unsigned threads, ProgressLine& progress);

}  // namespace certifix::cli
