#include "certifix/cli/checked_folder.hpp"

#include <utility>
#include <variant>

#include "certifix/cli/terminal.hpp"
#include "certifix/statement/proof_files.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::cli {

check::Accepted check_folder(const std::string& folder, unsigned threads, ProgressLine& progress) {
  const statement::ProofFiles files = statement::read_proof_files(folder);
  progress.show("check", folder);
  check::Verdict verdict = check::verify(files.problem, files.certificate, threads);
  progress.clear();
  if (const auto* rejected = std::get_if<check::Rejected>(&verdict))
    throw statement::rejection(*rejected, folder);
  return std::get<check::Accepted>(std::move(verdict));
}

}  // namespace certifix::cli
