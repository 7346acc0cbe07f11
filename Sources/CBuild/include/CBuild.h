// How this program was built, as `make` told the compiler.
//
// In C, because Package.swift can give text to the C compiler only; and in a module of its own, because nothing
// else is then compiled anew for another commit.
#ifndef CBUILD_H
#define CBUILD_H

/// The commit, with `-dirty` where files were changed since; empty where it was not told.
const char *build_commit(void);

/// The options that swift build was given; empty where they were not told.
const char *build_options(void);

#endif
