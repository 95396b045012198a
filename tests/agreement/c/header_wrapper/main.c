// The wrappers are static inline functions and macros of a header; two sources use them differently.
#include "map.h"

void other(void);

int main(void) {
    map_pages(1, PROT_READ);
    MAP_ONE(PROT_NONE);
    other();
    return 0;
}
