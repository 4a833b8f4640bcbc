// The complete example of docs/certificate-format.md, read from the document itself.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace certifix::test {

// The indented text of the document that begins with this line, without its indentation.
inline std::string documented_text(std::string_view first_line) {
  std::ifstream document(CERTIFIX_SOURCE_DIR "/docs/certificate-format.md");
  if (!document) throw std::runtime_error("docs/certificate-format.md cannot be read");
  const std::string indent = "    ";
  std::string text;
  std::string best;
  for (std::string line; std::getline(document, line);) {
    const bool indented = line.compare(0, indent.size(), indent) == 0;
    if (indented && (!text.empty() || line.substr(indent.size()) == first_line))
      text += line.substr(indent.size()) + "\n";
    if (!indented && !text.empty()) {
      best = text;  // the last one: the grammar comes first, the example after it
      text.clear();
    }
  }
  return text.empty() ? best : text;
}

inline std::string documented_problem() { return documented_text("certifix-problem 1"); }
inline std::string documented_certificate() { return documented_text("certifix-certificate 2"); }

}  // namespace certifix::test
