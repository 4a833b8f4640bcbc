// Folders written whole or not at all: everything goes into a new folder beside the destination,
// which then takes the destination's name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace certifix::cli {

struct OutputFile {
  std::string path;  // inside the folder, may have subfolders: "c/net.h"
  std::string content;
};

// Throws Error (cannot_write) unless `folder` could be written: it does not exist and may be made,
// is empty, or holds an earlier result of this tool and nothing else. To be called before long
// work.
void check_destination(const std::filesystem::path& folder);

// Replaces `folder` by one with these files. On Error (cannot_write) it is as it was.
void write_folder(const std::filesystem::path& folder, const std::vector<OutputFile>& files);

// Replaces folder/name by the files, whose paths all begin with "name/"; the rest of the folder
// stays. On Error (cannot_write) everything is as it was.
void replace_subfolder(const std::filesystem::path& folder, const std::string& name,
                       const std::vector<OutputFile>& files);

}  // namespace certifix::cli
