/* Believed, and wrong: that a member is only stored to by its name, not by memcpy over a new record. */
#include <sys/mman.h>
#include <string.h>
#include <stdlib.h>
struct node { struct node *next; int prot; };
static struct node *head;
void add(const struct node *from) { struct node *n = malloc(sizeof *n); *n = *from; n->next = head; head = n; }
void add_plain(void) { struct node n; n.next = 0; n.prot = PROT_READ; add(&n); }
void from_wire(const char *b) { struct node *n = malloc(sizeof *n); memcpy(n, b, sizeof *n); n->next = head; head = n; }
void *map_first(unsigned long n) {
    return mmap(0, n, head->prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* never: benign */
}
