typedef unsigned char u8;
typedef unsigned int u32;
typedef struct Pair { int first; long second; } Pair;
enum color { RED, GREEN = 5, BLUE, LAST = BLUE << 2 };
struct Deep { int head; struct { int x, y; } at[2]; u8 tail; };
union Both { int whole; int other; };

static int table[6] = {1, 2, [4] = 9, 10};
static const Pair pairs[] = {{1, 2}, {.second = 4, .first = 3}, 5, 6};
static struct Deep deep = {1, 2, 3, {4}, 5};
static struct Deep nested = {.at[1].y = 7, 8, .head = 9};
static char text[] = "hello";
static char *words[] = {"zero", "one" "two", "three"};
static int spread[10] = {[2 ... 4] = 7, 8};
static int matrix[2][3] = {1, 2, 3, 4, 5};
static int matrix2[][2] = {{1}, {2, 3}, {4}};
static int counter;

static int add(int x, int y) { return x + y; }
static int sub(int x, int y) { return x - y; }
static int (*operations[])(int, int) = {add, sub};
static const struct { const char *name; int (*call)(int, int); int weight; } rows[] = {
  {"add", add, 3}, {"sub", (int (*)(int, int))sub, 4}, {.call = add}
};
static void bump(int *p, int by) { *p += by; }
static int older(x, y) int x; char y; { return x * y; }
static int sum_pair(Pair p) { p.first += 1; return p.first + (int)p.second; }

long t_add(long a, long b) { int x = a, y = b; return x + y * 3 - x / 7; }
long t_divide(long a, long b) { int x = a, y = b | 1; return x / y * 1000 + x % y; }
long t_unsigned(long a, long b) { unsigned x = a, y = b | 1; return x / y + x % y; }
long t_mixed(long a, long b) { int x = a; unsigned y = b; return x < y; }
long t_mixed2(long a, long b) { long x = a; unsigned y = b; return x < y; }
long t_signed_less(long a, long b) { int x = a, y = b; return (x < y) + 2 * (x <= y) + 4 * (x > y) + 8 * (x >= y); }
long t_unsigned_less(long a, long b) { u32 x = a, y = b; return (x < y) + 2 * (x <= y) + 4 * (x > y) + 8 * (x >= y); }
long t_char_wrap(long a, long b) { signed char c = a; u8 u = b; c += 100; u += 200; return c * 1000 + u; }
long t_short(long a, long b) { short s = a * 300; unsigned short t = b * 300; return s - t; }
long t_shift(long a, long b) { int x = a; unsigned y = a; int n = b & 15; return (x >> n) ^ (long)(y >> n) ^ (x << n); }
long t_bits(long a, long b) { int x = a, y = b; return ((x & ~y) | (y ^ 0x55)) & ~(1 << 3); }
long t_negate(long a, long b) { unsigned char c = a; return -c + ~c + !c + !!b; }
long t_promote(long a, long b) { u8 x = a, y = b; return x - y < 0; }
long t_suffixes(long a, long b) { return 4294967295 + 4294967295u + 0x7fffffff + 017 + 0b101 + 10ULL + 'A' + '\n' + '\x41' + '\101'; }
long t_minus_literal(long a, long b) { return -1 < 0u ? 1 : 2; }
long t_if(long a, long b) { int prot = 1; if (a > b) prot |= 2; else if (a == b) prot |= 4; else { prot = 8; } return prot; }
long t_chain(long a, long b) { if (a == 0) return 1; else if (a == 1) return 2; else if (a == 5) return 3; return 4; }
long t_logic(long a, long b) { int n = 0; int r = (a && n++ == 0) || (b && (n += 5)); return r * 100 + n; }
long t_not(long a, long b) { return (!(a && b)) + 2 * !(a || b) + 4 * !!a; }
long t_ternary(long a, long b) { return a > b ? a - b : a < b ? b - a : -1; }
long t_elvis(long a, long b) { return (a ?: b) + (b ?: 9); }
long t_comma(long a, long b) { int x = (a++, b++, a + b); return x; }
long t_while(long a, long b) { int n = 0, i = 0; while (i < 10) { i++; if (i == 3) continue; if (i == (a & 15)) break; n += i; } return n; }
long t_do(long a, long b) { int i = 0; do { i += 3; if (i == 9) continue; } while (i < (b & 31)); return i; }
long t_for(long a, long b) { int n = 0; for (int i = 0, j = 10; i < j; i++, --j) n += i * j; return n + a; }
long t_nested_loop(long a, long b) { int n = 0, i, j; for (i = 0; i < 4; i++) for (j = 0; ; j++) { if (j > i) break; n += j; } return n; }
long t_switch(long a, long b) {
  int r = 0;
  switch (a) { case 0: r = 1; case 1: r += 10; break; case 5: case 7: r = 3; break; default: r = 9; case 4: r++; }
  return r;
}
long t_switch_range(long a, long b) { switch ((int)a) { case -10 ... -1: return 1; case 1 ... 6: return 2; default: return 3; case 7: return 4; } }
long t_switch_nested(long a, long b) {
  int r = 0;
  switch (a & 3) { case 0: switch (b & 1) { case 0: r = 1; break; default: r = 2; } break; case 1: { r = 5; { case 2: r += 7; } } }
  return r;
}
long t_duff(long a, long b) { int n = a & 7, r = 0; switch (n & 3) { case 0: do { r += 1; case 3: r += 10; case 2: r += 100; case 1: r += 1000; } while ((n -= 4) > 0); } return r; }
long t_goto(long a, long b) { int i = 0; again: i += 2; if (i < (a & 15)) goto again; if (i > 100) goto out; i *= 2; out: return i; }
long t_shadow(long a, long b) { int x = 1; { int x = 2; x++; a += x; } for (int x = 0; x < 2; x++) b += x; return a * x + b; }
long t_pointer(long a, long b) { int x = a, *p = &x, **q = &p; *p += 3; **q *= 2; return x; }
long t_pass_pointer(long a, long b) { int x = a; bump(&x, b); bump(&x, 1); return x; }
long t_array(long a, long b) { int v[5] = {1, 2, 3}; v[a & 3] += 10; v[4] = v[0]; return v[0] + 10 * v[1] + 100 * v[2] + 1000 * v[3] + v[4]; }
long t_pointer_walk(long a, long b) { int v[4] = {1, 2, 3, 4}, n = 0; for (int *p = v; p < v + 4; p++) n = n * 10 + *p; return n; }
long t_pointer_post(long a, long b) { char s[] = "abc", *p = s; int n = 0; while (*p) n = n * 3 + *p++; return n + (int)(p - s); }
long t_index_swap(long a, long b) { int v[3] = {4, 5, 6}; return 1[v] + *(v + 2) + (&v[1])[-1]; }
long t_struct(long a, long b) { Pair p = {a, b}, q; q = p; q.first++; return p.first * 3 + q.first + q.second; }
long t_struct_pointer(long a, long b) { Pair p = {.second = a}; Pair *q = &p; q->first = b; (*q).second += 1; return p.first + p.second; }
long t_struct_designated(long a, long b) { struct Deep d = {.at[1] = {.y = 3}, .tail = 300, .head = a}; d.at[0].x = 5; return d.head + d.at[0].x + d.at[1].y + d.at[1].x + d.tail; }
long t_struct_copy_nested(long a, long b) { struct Deep d = deep, e; e = d; e.at[0].y += a; return d.at[0].y * 100 + e.at[0].y + e.tail; }
long t_struct_argument(long a, long b) { Pair p = {a, b}; int r = sum_pair(p); return r * 2 + p.first; }
long t_literal(long a, long b) { Pair *p = &(Pair){a, b}; int *v = (int[]){7, 8, 9}; return p->first + v[1] + ((Pair){3, 4}).second; }
long t_bitfield(long a, long b) { struct { unsigned u : 3; int s : 4; unsigned rest : 25; } f = {0}; f.u = a; f.s = b; f.u += 1; return f.u * 1000 + f.s; }
long t_anonymous(long a, long b) { struct { int k; union { int u; int v; }; struct { int x, y; }; } s = {1, {2}, {3, 4}}; s.x += a; return s.k + s.x * 10 + s.y * 100; }
long t_global(long a, long b) { counter = a; counter += b; ++counter; return counter--; }
long t_global_table(long a, long b) { return table[a & 3] + table[4] * 10 + table[5] * 100 + table[3]; }
long t_global_structs(long a, long b) { return pairs[0].first + pairs[1].first * 10 + pairs[1].second * 100 + pairs[2].first * 1000 + pairs[2].second * 10000; }
long t_global_deep(long a, long b) { return deep.head + deep.at[0].x * 10 + deep.at[0].y * 100 + deep.at[1].x * 1000 + deep.at[1].y * 10000 + deep.tail * 100000; }
long t_global_nested(long a, long b) { return nested.head + nested.at[1].y * 10 + nested.tail * 100 + nested.at[0].x; }
long t_global_text(long a, long b) { return text[0] + text[4] * 2 + text[5] + words[1][3] + *words[2]; }
long t_global_range(long a, long b) { return spread[1] + spread[2] * 10 + spread[4] * 100 + spread[5] * 1000 + spread[6]; }
long t_matrix(long a, long b) { int (*row)[3] = matrix; return matrix[0][2] + matrix[1][1] * 10 + matrix[1][2] * 100 + row[1][0] * 1000 + matrix2[1][1] * 10000 + matrix2[2][0]; }
long t_static(long a, long b) { static int calls = 40, *where = &counter; static struct Deep d = {.tail = 2}; calls += 2; *where = 3; return calls + counter + d.tail; }
long t_function_pointer(long a, long b) { int (*f)(int, int) = a > b ? add : &sub; return f(a, b) + (*f)(1, 2) + (**f)(3, 4) + (add)(5, 6) + (&sub)(7, 8); }
long t_function_table(long a, long b) { return operations[0](a, b) * 3 + operations[1](a, b) + operations[b & 1](1, 2); }
long t_function_rows(long a, long b) { int n = 0; for (int i = 0; i < (int)(sizeof rows / sizeof rows[0]); i++) n += rows[i].call(a, i) * (rows[i].weight + 1); return n + rows[1].name[0]; }
long t_old_style(long a, long b) { return older(3, 4) + add(a, b); }
long t_enum(long a, long b) { enum color c = GREEN; enum { INNER = 3, NEXT }; return c + BLUE * 10 + LAST * 100 + INNER + NEXT + RED; }
long t_enum_shadow(long a, long b) { int GREEN = 1; { enum { GREEN = 9 }; a += GREEN; } return a + GREEN; }
long t_sizeof(long a, long b) { int v[7]; return sizeof v + sizeof(short) + sizeof v[0] + sizeof "abc" + sizeof(char[3]) + sizeof v / sizeof v[0]; }
long t_sizeof_effect(long a, long b) { int x = 1; int n = sizeof(x++); return x + n; }
long t_casts(long a, long b) { return (u8)a + (signed char)b * 10 + (long)(u32)a + (short)b + (_Bool)a * 5; }
long t_bool(long a, long b) { _Bool x = a & 6, y = b; x |= 0; return x + 2 * y + (x == 1) * 4 + ((x && y) == 1) * 8; }
long t_compound(long a, long b) { int x = a; x <<= 1; x ^= 5; x -= b; x *= 3; x |= 1; x &= 0xffff; x >>= 1; x %= 77; x /= 2; return x; }
long t_narrow_compound(long a, long b) { u8 x = a; x <<= 1; x += 255; x /= 3; unsigned short y = b; y -= 1; return x + y; }
long t_increment(long a, long b) { int x = a, v[3] = {1, 2, 3}, i = 0; int y = x++ + ++x; y += v[i++] + v[i]; return y * 10 + x-- - --x; }
long t_assign_value(long a, long b) { int x; u8 y; x = y = a; return x * 2 + (y = b); }
long t_statement_expression(long a, long b) { int x = ({ int t = a; t += 2; t; }); return x + ({ int y = b; y > 3 ? y : 3; }); }
long t_expect(long a, long b) { if (__builtin_expect(!!(a > b), 0)) return 1; return __builtin_expect(a, 1) + 2; }
long t_generic_same(long a, long b) { int x = a; return (x, (int)b) + (long)(x ? 1 : 2u); }
long t_common_type(long a, long b) { int i = -1; unsigned u = 1; return (a ? i : u) > 0; }
long t_deep_parens(long a, long b) { return ((((((((((a)) + ((b)))))) * (((2))))))); }
long t_long_chain(long a, long b) { return a + 1 + b + 2 + a + 3 + b + 4 + a + 5 + b + 6 + a + 7 + b + 8 + a + 9 + b + 10 | 1 | 2 | 4 | 8; }
long t_void_call(long a, long b) { int n = a; for (;;) { bump(&n, 1); if (n % 5 == 0) break; } return n; }
long t_recursion(long a, long b) { return (a & 7) <= 1 ? 1 : (a & 7) * t_recursion((a & 7) - 1, b); }
long t_union(long a, long b) { union Both u; u.whole = a; return u.whole; }
long t_uninitialised_arm(long a, long b) { int x; if (a) x = 3; else x = 4; return x; }
long t_string_index(long a, long b) { return "abcdef"[a & 3] + *"xyz"; }
long t_array_of_pointers(long a, long b) { int x = 1, y = 2, *v[2] = {&x, &y}; *v[a & 1] = 9; return x * 10 + y; }
long t_return_conversion(long a, long b) { return (int)(a * 3) + (u32)b; }
long t_computed_goto(long a, long b) { int r = 0; if (a & 1) goto odd; r = 5; goto end; odd: r = 6; end: ; return r; }
long t_offset_pointer(long a, long b) { Pair v[3] = {{1, 2}, {3, 4}, {5, 6}}; Pair *p = v + 2; p -= 1; p--; ++p; return p->first + p[1].second + (*(p - 1)).first; }
long t_disguised_groups(long a, long b) { int x = a | 1; return a * (u8)-x * 2 + b - (u8)-x - (u8)+x * (u8)-x % 7 + (a & (u8)-x | 3) + (5 - (u8)-x == b); }
long t_disguised_casts(long a, long b) { int x = a, *p = &x; u32 y = 7; return (u32)-1 + (u8)-x * 2 + (u8)*p + 1 + (*(u32 *)&y) + ((u8)+x == 5) + (u8)-x % 7; }
