#ifdef READ_ONLY
#define CONFIG_WRITE 0
#else
#define CONFIG_WRITE 2
#endif
