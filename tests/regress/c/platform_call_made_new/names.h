static void *own(void *, size_t, int, int, int, long);
#define mmap own
