/* The protection is computed where the call stands. */
#include "case.h"

ENTRY(constant_read) { map(R); return 0; }
ENTRY(constant_write) { map(R | W); return 0; }
ENTRY(constant_execute) { map(R | X); return 0; }
ENTRY(constant_none) { map(PROT_NONE); return 0; }
ENTRY(constant_everything) { map(R | W | X); return 0; }
ENTRY(constant_protect) { protect(R); return 0; }
ENTRY(constant_shared) { keep(mmap(0, PAGE, R | W, MAP_SHARED, 3, 0)); return 0; }
ENTRY(constant_offset) { keep(mmap(0, PAGE, R, MAP_SHARED, (int)a, (off_t)b * 4096)); return 0; }

ENTRY(ternary) { map(a ? R | W : R); return 0; }
ENTRY(ternary_execute) { map(a > 3 ? R | X : R | W); return 0; }
ENTRY(ternary_nested) { map(a == 1 ? R : a == 2 ? R | W : PROT_NONE); return 0; }
ENTRY(ternary_two_inputs) { map((a & 1 ? R : PROT_NONE) | (b & 1 ? W : PROT_NONE)); return 0; }
ENTRY(ternary_same_input) { map((a ? R : R | X) | (a ? W : PROT_NONE)); return 0; }
ENTRY(ternary_call) { map(outside(a) > 2 ? R | W : R); return 0; }

ENTRY(or_in_branch) {
  int prot = R;
  if (b) prot |= W;
  map(prot);
  return 0;
}
ENTRY(or_in_two_branches) {
  int prot = PROT_NONE;
  if (a & 1) prot |= R;
  if (a & 2) prot |= W;
  map(prot);
  return 0;
}
ENTRY(or_in_three_branches) {
  int prot = PROT_NONE;
  if (a & 4) prot |= R;
  if (a & 1) prot |= W;
  if (b > 1) prot |= X;
  map(prot);
  return 0;
}
ENTRY(or_exclusive) {
  int prot = R;
  if (b == 1) prot |= W;
  else if (b == 2) prot |= X;
  map(prot);
  return 0;
}
ENTRY(and_not_execute) { map((int)a & (R | W | X) & ~X); return 0; }
ENTRY(and_not_write_in_branch) {
  int prot = R | W;
  if (a > 2) prot &= ~W;
  map(prot);
  return 0;
}
ENTRY(and_mask) { map((int)a & R); return 0; }
ENTRY(and_unknown_keeps_none) { map((int)(a * 8) & R); return 0; }
ENTRY(not_zero) { map(!a + 1); return 0; }
ENTRY(not_not) { map(1 + 2 * !!a); return 0; }
ENTRY(minus_comparison) { map((-(a < 1) & 2) + 1); return 0; }
ENTRY(shifted_flag) { map((int)((a >> 1) & 1) << 1 | R); return 0; }
ENTRY(shifted_comparison) { map((a == 2) << 2 | R); return 0; }
ENTRY(exclusive_or) { map((a & 1 ? R | W : R) ^ W); return 0; }
ENTRY(negated_word) { map(~(int)a & (R | W)); return 0; }
ENTRY(product) { map((int)(a & 1) * W + R); return 0; }
ENTRY(minimum) {
  int chosen = (int)b, prot = chosen < 2 ? chosen : 1;
  map(prot < 0 ? 0 : prot);
  return 0;
}
ENTRY(bytes_and_shorts) {
  unsigned char low = (unsigned char)(a & 1);
  unsigned short both = (unsigned short)(low << 1 | 1);
  map(both);
  return 0;
}
ENTRY(sign_extended) {
  signed char prot = (signed char)(b ? R | W : R);
  map(prot);
  return 0;
}
ENTRY(boolean) {
  _Bool writable = a == 3 || b == 2;
  map(writable ? R | W : R);
  return 0;
}
ENTRY(conditions_joined) {
  int prot = R;
  if (a > 1 && b > 1) prot = R | W;
  if (a < 0 || b == 3) prot |= X;
  map(prot);
  return 0;
}

ENTRY(switch_few) {
  int prot;
  switch (a) {
    case 0: prot = PROT_NONE; break;
    case 1: prot = R; break;
    case 2: prot = R | W; break;
    default: prot = R; break;
  }
  map(prot);
  return 0;
}
ENTRY(switch_dense) {
  switch (a) {
    case 0: map(PROT_NONE); break;
    case 1: map(R); break;
    case 2: map(W); break;
    case 3: map(R | W); break;
    case 4: protect(R | X); break;
    case 5: outside(5); break;
    case 6: protect(PROT_NONE); break;
    default: return 1;
  }
  return 0;
}
ENTRY(switch_as_table) {
  int prot = R;
  switch (a) {
    case 1: prot = R | W; break;
    case 2: prot = R | X; break;
    case 3: prot = R; break;
    case 4: prot = PROT_NONE; break;
    case 5: prot = R | W; break;
    case 6: prot = R | X; break;
    case 7: prot = R; break;
  }
  map(prot);
  return 0;
}
ENTRY(switch_falls_through) {
  int prot = PROT_NONE;
  switch (b) {
    case 3: prot |= X; /* fallthrough */
    case 2: prot |= W; /* fallthrough */
    case 1: prot |= R;
  }
  map(prot);
  return 0;
}
ENTRY(switch_with_work) {
  int prot = R;
  switch (a) {
    case 0: outside(0); break;
    case 1: prot = R | W; outside(1); break;
    case 2: outside(2); outside(b); break;
    case 3: prot = PROT_NONE; outside(3); break;
    case 4: prot = outside(4) > 2 ? R : R | W; break;
    case 5: outside(b + 1); prot = R; break;
  }
  map(prot);
  return 0;
}

static const int table_of_masks[] = {PROT_NONE, R, R | W, R | X};
ENTRY(table) { map(table_of_masks[a & 3]); return 0; }
static const unsigned char table_of_bytes[] = {R, R | W, R, R | W, R, R, R, R | W};
ENTRY(table_bytes) { map(table_of_bytes[a & 7]); return 0; }
ENTRY(table_guarded) {
  if (a < 0 || a > 2) return 1;
  map(table_of_masks[a]);
  return 0;
}
static const struct { const char *name; int prot; short other; } table_of_records[] = {
  {"read", R, 7}, {"both", R | W, 7}, {"none", PROT_NONE, 7}};
ENTRY(table_records) {
  if ((unsigned long)a >= 3) return 1;
  map(table_of_records[a].prot);
  return 0;
}
ENTRY(table_on_stack) {
  int masks[2] = {R, R | W};
  map(masks[b & 1]);
  return 0;
}
ENTRY(table_of_two_indexes) {
  static const int masks[2][2] = {{R, R | W}, {PROT_NONE, R}};
  map(masks[a & 1][b & 1]);
  return 0;
}

ENTRY(guard_execute) {
  int prot = (int)a & (R | W | X);
  if (prot & X) return 1;
  map(prot);
  return 0;
}
ENTRY(guard_both) {
  int prot = (int)a & (R | W | X);
  if ((prot & (W | X)) == (W | X)) return 1;
  map(prot);
  return 0;
}
ENTRY(guard_equal) {
  if (a != R && a != (R | W)) return 1;
  map((int)a);
  return 0;
}
ENTRY(guard_range) {
  if (a < 0 || a > 3) return 1;
  map((int)a);
  return 0;
}
ENTRY(guard_clears) {
  int prot = (int)a & 7;
  if (prot & X) prot &= ~W;
  map(prot);
  return 0;
}
ENTRY(early_return) {
  if (!outside(a)) return 1;
  if (b == 0) { map(R); return 2; }
  if (b == 1) { map(R | W); return 3; }
  protect(PROT_NONE);
  return 0;
}

ENTRY(loop_constant) {
  for (long i = 0; i < b; i++) map(R);
  return 0;
}
ENTRY(loop_changes) {
  int prot = R;
  for (long i = 0; i < b; i++) {
    map(prot);
    prot = R | W;
  }
  return 0;
}
ENTRY(loop_adds) {
  int prot = R;
  for (long i = 0; i < b; i++)
    if (outside(i) & 1) prot |= W;
  map(prot);
  return 0;
}
ENTRY(loop_search) {
  static const int order[] = {R | W, R, PROT_NONE};
  for (unsigned i = 0; i < 3; i++) {
    void *got = mmap(0, PAGE, order[i], PRIVATE, -1, 0);
    sink = got;
    if ((long)got == a * 77) return 0;
  }
  return 1;
}
ENTRY(loop_until_mapped) {
  void *got;
  int prot = R | W;
  long tries = 0;
  do {
    got = mmap(0, PAGE, prot, PRIVATE, -1, 0);
    prot = R;
  } while (++tries < 2 || (long)got == a * 77);
  sink = got;
  return 0;
}
ENTRY(loop_invariant_flag) {
  int writable = b > 1;
  for (long i = 0; i < a; i++) {
    outside(i);
    map(writable ? R | W : R);
  }
  return 0;
}

ENTRY(cold_path) {
  if (__builtin_expect(a == 7, 0)) {
    outside(1);
    map(R | X);
    outside(2);
    return 1;
  }
  map(R);
  return 0;
}
ENTRY(goto_out) {
  int prot = R;
  if (a > 4) goto out;
  prot = R | W;
  if (outside(b) > 1) goto out;
  outside(b);
  prot = PROT_NONE;
out:
  map(prot);
  return 0;
}
ENTRY(many_live) {
  long c = outside(a), d = outside(b), e = outside(a + b), f = outside(a - b), g = outside(a * b), h = outside(3);
  int prot = c > 2 ? R | W : R;
  outside(c); outside(d); outside(e); outside(f); outside(g); outside(h);
  map(prot);
  return c + d + e + f + g + h + prot;
}
ENTRY(kept_over_call) {
  int prot = a & 1 ? R : R | W;
  outside(a);
  map(prot);
  outside(b);
  protect(prot & ~W);
  return prot;
}
ENTRY(same_flag_twice) {
  int writable = outside(a) > 2;
  map(writable ? R | W : R);
  protect(writable ? R : PROT_NONE);
  return 0;
}
ENTRY(write_then_execute) {
  char *code = mmap(0, PAGE, R | W, PRIVATE, -1, 0);
  sink = code;
  sink = (void *)(long)mprotect(page, PAGE, R | X);
  return 0;
}
ENTRY(floating) {
  double share = (double)a / 2.0;
  map(share > 1.5 ? R | W : R);
  return 0;
}
ENTRY(wide_word) {
  unsigned long long word = ((unsigned long long)b << 40) | R;
  if (a & 1) word |= W;
  map((int)word & 7);
  return 0;
}
ENTRY(string_compared) {
  const char *words[] = {"r", "rw", "w", "rw"};
  map(strcmp(words[b & 3], "rw") == 0 ? R | W : R);
  return 0;
}
ENTRY(result_of_division) { map((int)((unsigned)a % 4u) & R); return 0; }
