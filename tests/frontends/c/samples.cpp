namespace os {
class Counter {
  int count_ = 3;
  int *sink_;

 public:
  static int made;
  Counter(int *sink, int start = 5) : sink_(sink) { count_ += start; made++; }
  ~Counter() { *sink_ = *sink_ * 10 + count_; }
  void add(int by) { count_ += by; }
  int get() const { return this->count_; }
  static int twice(int x) { return 2 * x; }
  int both(int x) { add(x); return get() + twice(x); }
};
int Counter::made = 1;
int helper(int x, int y = 1 << 3) { return x * y; }
namespace deep { int helper(int x) { return x + 1000; } int call(int x) { return helper(x) + os::helper(x); } }
}  // namespace os

struct Plain { int first; long second = 4; unsigned char third; };
enum class Mode : unsigned char { NONE, READ = 1, WRITE = 2, BOTH = READ | WRITE };
enum Loose { LOOSE_A = 7, LOOSE_B };
using Number = unsigned int;
struct Base { int inherited = 11; int shared() { return inherited + 1; } };
struct Derived : Base { int own = 2; int sum() { return own + inherited + shared(); } };

static void change(int &x, int by) { x += by; }
static int &larger(int &x, int &y) { return x > y ? x : y; }
static int measure(const int &x) { return x + 1; }
static int overloaded(int x) { return x + 1; }
static int plain_sum(Plain p) { p.first++; return p.first + p.second + p.third; }
struct Outer { struct Inner { int x; }; Inner in; int f() { return in.x; } };

struct Setter {
  int &target;
  Setter(int &t, int by) : target(t) { t += by; }
  void set(int v) { target = v; }
  void both(int &x, const int &y) { x += y; target++; }
};
namespace os { static void bump(int &x) { x++; } void twice(int &x) { bump(x); bump(x); } }

extern "C" {
long t_reference_members(long a, long b) { int x = a, y = b, z = 1; Setter s(x, 3); int k = x; s.set(y); s.both(z, y); os::twice(z); Setter t{z, 1}; return x * 100 + k * 10 + y + z * 7; }
long t_reference(long a, long b) { int x = a, y = b; int &r = x; r += 2; change(y, r); return x * 3 + y; }
long t_reference_result(long a, long b) { int x = a, y = b; larger(x, y) = 5; return x * 10 + y; }
long t_reference_temporary(long a, long b) { int x = a; return measure(x + 1) + measure(7); }
long t_members(long a, long b) { int sink = 0; { os::Counter c(&sink); c.add(a); sink = c.both(b); } return sink; }
long t_destructors(long a, long b) { int sink = 0; for (int i = 0; i < 3; i++) { os::Counter c(&sink, i); if (i == (a & 1)) continue; if (i == 2) break; c.add(1); } return sink; }
long t_destructor_on_return(long a, long b) { static int sink; sink = 1; os::Counter outer(&sink, 1); { os::Counter inner(&sink, 2); if (a > b) return sink; } return sink + 1; }
long t_static_member(long a, long b) { int sink = 0; int before = os::Counter::made; { os::Counter c(&sink); os::Counter d{&sink, 2}; } return os::Counter::made - before + sink + os::Counter::twice(a); }
long t_default_argument(long a, long b) { return os::helper(a) + os::helper(a, b); }
long t_namespaces(long a, long b) { using namespace os; return os::deep::call(a) + ::os::helper(b); }
long t_new(long a, long b) { int sink = 0; os::Counter c(&sink, a); os::Counter *p = &c; p->add(b); return p->get() + (*p).get(); }
long t_plain(long a, long b) { Plain p{static_cast<int>(a), 2, 3}; Plain q = p; q.first++; Plain r; r.first = 1; return p.first + q.first * 10 + q.third + r.second + plain_sum(p); }
long t_enum_class(long a, long b) { Mode m = a ? Mode::BOTH : Mode::NONE; return static_cast<int>(m) * 10 + (m == Mode::BOTH) + LOOSE_B; }
long t_casts(long a, long b) { return int(a) + Number(b) + static_cast<unsigned char>(a) + (short)b + bool(a); }
long t_auto(long a, long b) { auto x = static_cast<int>(a); auto *p = &x; auto &r = x; r++; *p += 2; const auto y = b; return x + y; }
long t_if_init(long a, long b) { if (int n = a + 1; n > 3) return n; else if (int m = b) return m * 2; return 9; }
long t_switch_init(long a, long b) { switch (int n = a & 3; n) { case 0: return 1; case 1: [[fallthrough]]; case 2: return n + 5; default: return n; } }
long t_words(long a, long b) { return (a and not b) + 2 * (a or b) + (int(a) bitand 6) + (compl 5) + (int(a) xor 3); }
long t_literals(long a, long b) { return 1'000'000 + 0b1010 + 0x1F + (nullptr == 0) + true + 'a' + sizeof(int); }
long t_derived(long a, long b) { Derived d; d.own = a; d.inherited += b; return d.sum(); }
long t_inner(long a, long b) { Outer o; o.in.x = a; Outer::Inner i; i.x = b; return o.f() + i.x; }
long t_constexpr(long a, long b) { constexpr int k = 3 * 7; const int v[] = {k, 2}; if constexpr (sizeof(int) == 4) return k + v[1]; return 0; }
long t_comma_place(long a, long b) { int x = 1, y = 2; (a > b ? x : y) = 7; (x, y) += 1; ++(++x); (x += 2) *= 3; return x * 100 + y; }
long t_pointer_to_function(long a, long b) { int (*f)(int) = overloaded; using F = int (*)(int); F g = &overloaded; return f(a) + g(b) + (*g)(1); }
long t_list_scalar(long a, long b) { int x{3}, y(static_cast<int>(a)), z{}; return x + y * 10 + z; }
long t_vexing(long a, long b) { int x(a); int sink(0); { os::Counter c(&sink, x); os::Counter d(&sink, int(b)); } Number n(x); return x * 2 + sink + n; }
}
