/* The argument is not known: that is doubt and no violation. */
#include <sys/personality.h>

int restore(unsigned long saved)
{
    return personality(saved); // ok: read-implies-exec
}

extern unsigned long read_setting(void);

int apply_setting(void)
{
    return personality(read_setting()); // ok: read-implies-exec
}
