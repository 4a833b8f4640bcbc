// The commands of the program, one file each. Each adds itself with its options to the command
// line; when the user chose it, its work runs after parsing.
#pragma once

namespace certifix::cli {

class CommandLine;

void add_quantize(CommandLine& line);
void add_verify(CommandLine& line);
void add_emit(CommandLine& line);
void add_run(CommandLine& line);
void add_attack(CommandLine& line);
void add_info(CommandLine& line);
void add_analyze(CommandLine& line);
void add_sweep(CommandLine& line);

}  // namespace certifix::cli
