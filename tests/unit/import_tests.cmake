# Tests of the import stage. Those of ONNX build their models through the protobuf classes.
find_package(Protobuf REQUIRED)
set(onnx_libraries "${ONNX_PROTO_LIBRARY}" protobuf::libprotobuf)
certifix_test(import_box_test.cpp USES import LABELS asan)
certifix_test(import_text_model_test.cpp USES import LABELS asan)
certifix_test(import_onnx_test.cpp USES import LIBRARIES ${onnx_libraries} LABELS asan)
certifix_test(import_onnx_errors_test.cpp USES import LIBRARIES ${onnx_libraries} LABELS asan)
certifix_test(import_onnx_hostile_test.cpp USES import LIBRARIES ${onnx_libraries} LABELS asan)
certifix_test(import_benchmark_test.cpp USES import)
