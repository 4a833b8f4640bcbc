// The object that owns the headers parsed for all tests (CMakeLists.txt).
