// The items of a module, as they come.
#pragma once

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "certifix/emit/verilog/syntax.hpp"

namespace certifix::emit::folded {

class ItemList {
 public:
  void add(verilog::Item item) { items_.push_back(std::move(item)); }
  void comment(std::vector<std::string> lines) { add(verilog::Comment{std::move(lines)}); }
  void text(std::vector<std::string> lines) { add(verilog::Verbatim{std::move(lines)}); }
  void append(ItemList other) {
    items_.insert(items_.end(), std::make_move_iterator(other.items_.begin()),
                  std::make_move_iterator(other.items_.end()));
  }
  std::vector<verilog::Item> take() { return std::move(items_); }

 private:
  std::vector<verilog::Item> items_;
};

}  // namespace certifix::emit::folded
