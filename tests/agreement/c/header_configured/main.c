// The same header read twice with another parameter macro each time, and a configuration header in front.
// configurations: READ_ONLY
// exact: no a file included twice is read once, with its macros open
#include "config.h"
#include <stddef.h>
#include <sys/mman.h>

#define MAKER make_first
#define RIGHTS PROT_READ
#include "maker.inc"
#undef MAKER
#undef RIGHTS
#define MAKER make_second
#define RIGHTS (PROT_READ | CONFIG_WRITE)
#include "maker.inc"

int main(void) {
    return make_first() == make_second();
}
