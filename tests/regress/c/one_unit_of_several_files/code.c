void *code(unsigned long n) { return map(n, PROT_READ | PROT_WRITE | PROT_EXEC); } /* never: benign */
void open_up(void) { rights |= PROT_EXEC; }
