#include "CInterruption.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

// Lock-free, so that a handler may store to it, whichever thread the signal interrupts.
static atomic_bool is_requested = false;

static void note(int signal) {
  (void)signal;
  atomic_store(&is_requested, true);
}

void interruption_watch(void) {
  struct sigaction action = {0};
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  // What the signal interrupts goes on: reading and writing must not fail because of it.
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, NULL);
  // From the second on it does what it does by default.
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  sigaction(SIGTERM, &action, NULL);
}

bool interruption_is_requested(void) { return atomic_load(&is_requested); }
