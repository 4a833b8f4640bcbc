certifix_test(aster_test.cpp USES optimize)
certifix_test(aster_networks_test.cpp USES optimize import)
