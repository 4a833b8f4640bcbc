// Inputs of `certifix run`, two in a row.
#include "certifix/cli/csv.hpp"
#include "../harness.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  for (const cli::CsvRow& row : cli::parse_csv(bytes, 2, "input"))
    require(row.values.size() == 2, "a row of another length");
}
