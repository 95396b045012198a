/* A launcher for old binaries that turns the execute protection off. */
#include <sys/personality.h>
#include <unistd.h>

int run_old_binary(const char *path, char *const argv[])
{
    if (personality(PER_LINUX | READ_IMPLIES_EXEC) == -1) // expect: read-implies-exec violation
        return -1;
    return execv(path, argv);
}

int prepare(int legacy)
{
    unsigned long persona = ADDR_NO_RANDOMIZE;
    if (legacy)
        persona |= READ_IMPLIES_EXEC;
    return personality(persona); // expect: read-implies-exec violation
}
