// JSON models: the checker reads what is imported.
#include "../harness.hpp"
#include "../promises.hpp"
#include "certifix/import/readers.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  const import::LayeredModel model = import::read_json_model(bytes, "input");
  require(model.summary.supported(), "imported, but not supported");
  require_readable(model.imported.network);
}
