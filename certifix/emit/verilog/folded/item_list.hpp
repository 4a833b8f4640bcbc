// The items of a module, as they come.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "certifix/emit/verilog/syntax.hpp"

namespace certifix::emit::folded {

class ItemList {
 public:
  void add(verilog::Item item);
  void comment(std::vector<std::string> lines);
  void text(std::vector<std::string> lines);
  void append(ItemList other);
  std::vector<verilog::Item> take() { return std::move(items_); }

 private:
  std::vector<verilog::Item> items_;
};

}  // namespace certifix::emit::folded
