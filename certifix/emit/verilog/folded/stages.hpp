// Signals of the program in later stages of the circuit: NAME_d2 is NAME two cycles later.
//
// Example:
//   Stages stages;
//   stages.add_flag("rows_last");
//   stages.later("rows_last", 4);     // "rows_last_d4"
//   stages.registers();               // declares rows_last_d1 .. rows_last_d4
#pragma once

#include <map>
#include <string>

#include "certifix/emit/verilog/folded/item_list.hpp"

namespace certifix::emit::folded {

class Stages {
 public:
  // A signal of a width, 0 for a scalar. A flag is a scalar that the reset clears.
  void add_signal(const std::string& name, int width) { signals_[name] = {width, false, 0}; }
  void add_flag(const std::string& name) { signals_[name] = {0, true, 0}; }

  // The signal's name, `stages` cycles later.
  std::string later(const std::string& name, int stages);

  // The registers of all that was asked for; they come before what reads them.
  ItemList registers() const;

 private:
  struct Signal {
    int width;
    bool is_flag;
    int most;  // stages that are needed
  };
  std::map<std::string, Signal> signals_;
};

}  // namespace certifix::emit::folded
