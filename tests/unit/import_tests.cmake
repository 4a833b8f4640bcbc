# Tests of the import stage.
certifix_test(import_box_test.cpp USES import LABELS asan)
certifix_test(import_text_model_test.cpp USES import LABELS asan)
