// Boxes in VNN-LIB, for a network with two inputs.
#include "../harness.hpp"
#include "certifix/import/readers.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  const import::ImportedBox box = import::read_vnnlib(bytes, "input", 2);
  require(box.box.size() == 2, "a box of another dimension");
}
