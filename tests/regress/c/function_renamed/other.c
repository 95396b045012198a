int asked(void) { return 1; }
