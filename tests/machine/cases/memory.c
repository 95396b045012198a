/* The protection goes through memory: fields, globals, slots of the stack. */
#include "case.h"

struct request { void *where; size_t length; int prot, flags; };

static APART void carry_out(const struct request *wanted) {
  keep(mmap(wanted->where, wanted->length, wanted->prot, wanted->flags, -1, 0));
}
ENTRY(field_filled_by_caller) {
  struct request wanted = {0, PAGE, R, PRIVATE};
  if (a & 1) wanted.prot = R | W;
  carry_out(&wanted);
  return 0;
}

static inline void carry_out_inline(const struct request *wanted) {
  keep(mmap(wanted->where, wanted->length, wanted->prot, wanted->flags, -1, 0));
}
ENTRY(field_inline) {
  struct request wanted = {0, PAGE, b > 1 ? R | W : R, PRIVATE};
  carry_out_inline(&wanted);
  return 0;
}

static APART void carry_out_copy(struct request wanted) {
  keep(mmap(wanted.where, wanted.length, wanted.prot, wanted.flags, -1, 0));
}
ENTRY(struct_passed) {
  struct request wanted = {0, PAGE, R, PRIVATE};
  if (b & 1) wanted.prot |= W;
  carry_out_copy(wanted);
  return 0;
}

struct small { int prot, flags; };
static APART void carry_out_small(struct small wanted) { keep(mmap(0, PAGE, wanted.prot, wanted.flags, -1, 0)); }
ENTRY(struct_in_registers) {
  struct small wanted = {a & 1 ? R : R | W, PRIVATE};
  carry_out_small(wanted);
  return 0;
}

static APART struct small chosen(long which) {
  struct small found = {which ? R | W : R, PRIVATE};
  return found;
}
ENTRY(struct_returned) {
  struct small wanted = chosen(a);
  keep(mmap(0, PAGE, wanted.prot, wanted.flags, -1, 0));
  return 0;
}

struct shared_memory { long pad; unsigned char readonly; };
static struct shared_memory shared_memories[2] = {{0, 0}, {0, 1}};
ENTRY(field_decides) {
  struct shared_memory *node = &shared_memories[a & 1];
  keep(mmap(0, PAGE, node->readonly == 0 ? R | W : R, MAP_SHARED, 3, 0));
  return 0;
}

ENTRY(bit_field) {
  struct { unsigned readable : 1, writable : 1, executable : 1, rest : 29; } bits = {1, 0, 0, 0};
  if (b & 1) bits.writable = 1;
  map((int)(bits.readable | bits.writable << 1 | bits.executable << 2));
  return 0;
}

static int flag_in_global;
ENTRY(global_flag) {
  flag_in_global = a > 2;
  outside(a);
  map(flag_in_global ? R | W : R);
  return 0;
}
static unsigned char options_in_global;
ENTRY(global_options) {
  options_in_global = (unsigned char)a;
  outside(a);
  int prot = R;
  if (options_in_global & 4) prot |= W;
  map(prot);
  return 0;
}
static const int constant_in_global = R;
ENTRY(global_constant) { map(constant_in_global); return 0; }

ENTRY(volatile_local) {
  volatile int prot = R;
  if (a & 1) prot = R | W;
  map(prot);
  return 0;
}
ENTRY(address_taken) {
  int prot = R;
  int *where = &prot;
  if (a > 3) *where = R | W;
  outside(a);
  map(prot);
  return 0;
}
static APART void fill_in(int *prot, long which) { *prot = which ? R | W : R; }
ENTRY(filled_by_callee) {
  int prot;
  fill_in(&prot, b);
  map(prot);
  return 0;
}
ENTRY(union_of_words) {
  union { int word; unsigned char bytes[4]; } both = {R};
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  both.bytes[0] |= b & 1 ? W : 0;
#else
  both.bytes[3] |= b & 1 ? W : 0;
#endif
  map(both.word);
  return 0;
}
ENTRY(pair_of_fields) {
  struct small wanted[2] = {{R, PRIVATE}, {R | W, PRIVATE}};
  outside(a);
  struct small *one = &wanted[b & 1];
  keep(mmap(0, PAGE, one->prot, one->flags, -1, 0));
  return 0;
}
