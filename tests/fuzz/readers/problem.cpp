// problem.txt: what is accepted is the one canonical text of its value.
#include "../harness.hpp"
#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  require(certify::problem_text(check::read_problem(bytes)) == bytes, "the text is not canonical");
}
