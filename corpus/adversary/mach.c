/* vm_protect with VM_PROT_ALL. */
#include <mach/mach.h>
int main(void) {
  vm_address_t a = 0;
  vm_allocate(mach_task_self(), &a, 4096, VM_FLAGS_ANYWHERE);  // adversary: unresolved[later-change]
  return vm_protect(mach_task_self(), a, 4096, 0, VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE);  // adversary: violation[write-exec-protect]
}
