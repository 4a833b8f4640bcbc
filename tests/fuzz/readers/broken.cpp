// A reader that does what no reader may: the test of the harness itself.
#include <new>

#include "../harness.hpp"
#include "certifix/base/error.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  if (bytes == "memory") throw std::bad_alloc();
  if (bytes == "bug") throw Bug(__FILE__, __LINE__, "an invariant does not hold");
  if (bytes == "usage") throw Error(ErrorCode::usage, "not an error of input");
  if (bytes == "escape") throw Error(ErrorCode::malformed_model, "\x1b[2J");
  if (bytes == "promise") require(false, "a promise is not kept");
}
