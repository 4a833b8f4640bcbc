// The two files of a design's folder that a proof consists of.
#pragma once

#include <string>

namespace certifix::statement {

struct ProofFiles {
  std::string problem;      // the bytes of FOLDER/problem.txt
  std::string certificate;  // the bytes of FOLDER/certificate.txt
};

// Throws Error: cannot_read, file_too_large (over 1 GiB).
ProofFiles read_proof_files(const std::string& folder);

}  // namespace certifix::statement
