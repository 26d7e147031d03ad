/*
 * linux.uml 6.1 keeps 2696 bytes of FPU state. On a CPU with AMX the area is 11008 bytes, and since Linux 5.13
 * PTRACE_SETREGSET takes a whole area or answers EFAULT: the guest dies at its first process ("set fp regs failed").
 * Preloaded into linux.uml, this hands the kernel the whole area with the tiles in their initial state, which nobody
 * in the guest has ever used.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#define XSTATE_BV 512          /* Which components are not in their initial state. */
#define TILE_CONFIG_AND_DATA 6 /* Bits 17 and 18, in the third byte. */

static long (*real_ptrace)(int, pid_t, void *, void *);
static unsigned int area_size;
static unsigned char area[64 * 1024] __attribute__((aligned(64)));

__attribute__((constructor)) static void prepare(void) {
  unsigned int eax, ecx, edx;
  real_ptrace = (long (*)(int, pid_t, void *, void *))dlsym(RTLD_NEXT, "ptrace");
  if (!__get_cpuid_count(0xd, 0, &eax, &area_size, &ecx, &edx) || area_size > sizeof area) area_size = 0;
}

long ptrace(enum __ptrace_request request, ...) {
  va_list arguments;
  va_start(arguments, request);
  pid_t pid = va_arg(arguments, pid_t);
  void *address = va_arg(arguments, void *);
  void *data = va_arg(arguments, void *);
  va_end(arguments);

  const struct iovec *given = data;
  if (request != PTRACE_SETREGSET || (long)address != NT_X86_XSTATE || given->iov_len >= area_size)
    return real_ptrace(request, pid, address, data);
  memcpy(area, given->iov_base, given->iov_len);
  area[XSTATE_BV + 2] &= ~TILE_CONFIG_AND_DATA;
  struct iovec whole = {area, area_size};
  return real_ptrace(request, pid, address, &whole);
}
