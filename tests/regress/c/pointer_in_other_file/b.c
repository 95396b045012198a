/* Part of the program beside it. */
extern int prot; extern int other __attribute__((alias("prot")));
static int *const where=&prot;
void tune(void){ *where=5; }
