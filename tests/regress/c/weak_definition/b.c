/* Part of the program beside it. */
int prot(void){ return 5; }
