// Signals by which a job scheduler asks a process to end soon.
//
// In C, because a signal handler may do next to nothing, and nobody can tell what Swift does for a closure.
#ifndef CINTERRUPTION_H
#define CINTERRUPTION_H

#include <stdbool.h>

/// Lets SIGUSR1 and the first SIGTERM be noted, instead of ending the process; a second SIGTERM ends it.
void interruption_watch(void);

/// Whether one of them has come since the process began.
bool interruption_is_requested(void);

#endif
