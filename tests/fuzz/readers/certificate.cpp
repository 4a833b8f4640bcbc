// certificate.txt: what is accepted is the one canonical text of its value.
#include "../harness.hpp"
#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  require(certify::certificate_text(check::read_certificate(bytes)) == bytes,
          "the text is not canonical");
}
