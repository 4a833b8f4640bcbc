// The writers of the single HLS files; see hls_source.hpp.
#pragma once

#include <string>
#include <vector>

#include "certifix/emit/options.hpp"
#include "certifix/emit/program.hpp"
#include "certifix/emit/vectors.hpp"

namespace certifix::emit {

// fixed<W, W> or ufixed<W, W>, the narrowest that holds the codes.
std::string hls_code_type(const CodeRange& codes);

std::string hls_header(const Program& program, const std::vector<std::string>& statement);
std::string hls_body(const Program& program, const EmitOptions& options);
// The type headers: "ap", "ac" or "sc".
std::string hls_types(const std::string& library);
std::string hls_bench(const Program& program);
std::string hls_vectors(const Program& program, const TestVectors& vectors);
std::string hls_script(const Program& program, const EmitOptions& options);
std::string hls_makefile(const Program& program);

}  // namespace certifix::emit
