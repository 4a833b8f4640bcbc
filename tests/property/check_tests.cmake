add_library(check_random_pair STATIC check_random_pair.cpp check_judge.cpp)
target_link_libraries(check_random_pair PUBLIC certifix_check certifix_certify certifix_error
                      certifix_test_support)
certifix_test(check_enclosure_test.cpp USES check test_support
              LIBRARIES check_random_pair rapidcheck LABELS trusted)
certifix_test(check_verdict_test.cpp USES check certify test_support
              LIBRARIES check_random_pair rapidcheck LABELS trusted)
certifix_test(check_analysis_test.cpp USES check certify error test_support
              LIBRARIES check_random_pair LABELS trusted)
certifix_test(certificate_mutants_test.cpp USES check certify attack test_support
              LIBRARIES check_random_pair LABELS trusted)
certifix_test(exhaustive_test.cpp USES check certify test_support
              LIBRARIES check_random_pair)
