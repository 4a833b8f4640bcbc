// A look at a protobuf message before it is parsed.
#pragma once

#include <string_view>

#include "certifix/base/error.hpp"

namespace certifix::import::onnx {

// A few bytes of a protobuf message can stand for an object of some hundred bytes in memory, so
// that parsing a hostile file takes many times its size. This walks over the message without
// building anything, and throws Error (too_large) for more than kMaxParts submessages and strings,
// or more than kMaxNumbers numbers outside of packed arrays. Malformed bytes end the walk silently:
// the parser will refuse them.
void refuse_too_many_parts(std::string_view bytes, const Origin& where);

}  // namespace certifix::import::onnx
