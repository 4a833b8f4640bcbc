// problem.txt, and certificate.txt behind it: what is accepted is true.
#include <algorithm>

#include "../harness.hpp"
#include "../promises.hpp"
#include "certifix/check/verify.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find("certifix-certificate"), bytes.size());
  const check::Verdict verdict = check::verify(bytes.substr(0, end), bytes.substr(end));
  if (const auto* accepted = std::get_if<check::Accepted>(&verdict)) require_true(*accepted);
}
