// Calls that come back from the C library: qsort's comparison, atexit, a thread's start.
// exact: no what a thread is handed by the library is not followed
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

static int compare(const void *a, const void *b) {
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return *(const int *)a - *(const int *)b;
}

static void leave(void) {
    mprotect(NULL, 0, PROT_NONE);
}

static void *start(void *data) {
    int *prot = data;
    mprotect(NULL, 0, *prot & PROT_READ);
    return NULL;
}

int main(void) {
    int numbers[] = {3, 1};
    int prot = PROT_READ;
    pthread_t thread;
    qsort(numbers, 2, sizeof numbers[0], compare);
    atexit(leave);
    if (pthread_create(&thread, NULL, start, &prot) == 0)
        pthread_join(thread, NULL);
    return 0;
}
