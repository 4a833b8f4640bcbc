// certificate.txt about the example of docs/certificate-format.md: what is accepted is true.
#include "../../certificates/documented_example.hpp"
#include "../harness.hpp"
#include "../promises.hpp"
#include "certifix/check/verify.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  static const std::string problem = test::documented_problem();
  const check::Verdict verdict = check::verify(problem, bytes);
  if (const auto* accepted = std::get_if<check::Accepted>(&verdict)) require_true(*accepted);
}
