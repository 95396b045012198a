#include "map.h"

void other(void) {
    map_pages(2, PROT_READ | PROT_WRITE);
    MAP_ONE(PROT_READ | PROT_EXEC);
}
