#include <sys/personality.h>

int lowered(void)
{
    // ruleid: read-implies-exec
    return personality(PER_LINUX | READ_IMPLIES_EXEC);
}

int asked(void)
{
    // ok: read-implies-exec
    return personality(0xffffffff);
}
