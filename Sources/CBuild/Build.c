#include "CBuild.h"

#ifndef STRATUM_COMMIT
#define STRATUM_COMMIT ""
#endif
#ifndef STRATUM_BUILD_OPTIONS
#define STRATUM_BUILD_OPTIONS ""
#endif

const char *build_commit(void) { return STRATUM_COMMIT; }

const char *build_options(void) { return STRATUM_BUILD_OPTIONS; }
