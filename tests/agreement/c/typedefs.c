// Types by other names: of functions, of pointers to them, of structs and of the masks themselves.
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

typedef uint8_t rights_t;
typedef rights_t row_t[2];
typedef int protect_fn(void *, size_t, int);
typedef protect_fn *protect_ptr;
typedef struct {
    protect_ptr call;
    row_t row;
} table_t, *table_ref;

static int apply(table_ref table, int index) {
    return table->call(NULL, 0, table->row[index]);
}

int main(void) {
    table_t table = {mprotect, {PROT_READ, PROT_READ | PROT_WRITE}};
    apply(&table, 0);
    apply(&table, 1);
    return 0;
}
